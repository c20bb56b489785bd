"""Files of text beside a model: UTF-8, of a size that is read at once, and JSON or YAML where their name says so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

from slipway.errors import Refused
from slipway.models.text import cited
from slipway.uploads.validation import yaml_documents
from slipway.uploads.validation.ranged import Ranged

LIMIT = 8 * 1024**2  # bytes
_ONE_AT_A_TIME = Lock()  # JSON takes up to thirty times its size in memory, and files are read side by side


def problems(name: str, source: Ranged) -> list[str]:
    """Return what is wrong with a text file: it must be UTF-8."""
    if source.size > LIMIT:
        return [f"{cited(name)} is larger than {LIMIT:,} bytes: shorten it and upload it again."]
    content = source.at(0, source.size)
    try:
        whole = "\0" not in content.decode("utf-8-sig")
    except UnicodeDecodeError:
        whole = False
    return [] if whole else [f"{cited(name)} is not UTF-8 text: save it as UTF-8 and upload it again."]


def json_problems(name: str, source: Ranged) -> list[str]:
    """Return what is wrong with a JSON file."""
    if found := problems(name, source):
        return found
    try:
        with parsed(source.at(0, source.size).removeprefix(b"\xef\xbb\xbf")):
            return []
    except ValueError:
        return [f"{cited(name)} is no valid JSON: mend it and upload it again."]


@contextmanager
def parsed(content: bytes) -> Iterator[Any]:
    """Yield parsed JSON, one document at a time because it takes much memory; raises ValueError if it is none."""
    with _ONE_AT_A_TIME:
        try:
            document = json.loads(content)
        except RecursionError as error:
            raise ValueError from error
        yield document


def yaml_problems(name: str, source: Ranged) -> list[str]:
    """Return what is wrong with a YAML file."""
    try:
        yaml_documents.load(name, source.head(yaml_documents.LIMIT + 1))
    except Refused as problem:
        return [str(problem)]
    return []


def no_problems(name: str, source: Ranged) -> list[str]:  # noqa: ARG001  # as every reader
    """Return an empty list: the reader of files without a format, and of those that are read elsewhere."""
    return []
