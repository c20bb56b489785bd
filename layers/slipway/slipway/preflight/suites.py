"""suite.yaml: whether it can be understood, and whether the golden files it names were uploaded."""

from __future__ import annotations

from collections.abc import Collection

from slipway.errors import Refused, SuiteInvalid
from slipway.preflight import documents
from slipway.preflight.wording import reason, shown

NAME = "suite.yaml"
# What a suite of the wrong shape makes of its reader.
_FAILURES = (LookupError, OverflowError, RecursionError)


def problems(content: bytes, paths: Collection[str]) -> list[str]:
    """Say what is wrong with a suite; `paths` are all files of the upload."""
    from slipway.smoke.suite import parse

    missing: list[str] = []

    def golden(path: object) -> bytes:
        if not isinstance(path, str):
            raise TypeError("an image must be the path of a file")
        missing.extend([path] if path not in paths and path not in missing else [])
        return b""

    try:
        documents.load(NAME, content)  # what takes too long to read is refused before it is read in earnest
        parse(content, golden)
    except Refused as problem:
        return [str(problem)]
    except (SuiteInvalid, *_FAILURES) as error:
        said = reason(error).removeprefix(f"{NAME} cannot be understood: ").removeprefix(f"{NAME}: ")
        return [f"{NAME} cannot be understood ({said}): correct it and upload it again."]
    return [f"{NAME} names {shown(path)}, which is not in the upload: upload it beside the suite." for path in missing]
