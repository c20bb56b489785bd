"""The suite of a build: the service's, with the candidate's own checks in place of those of the same name."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from pipeline.errors import BuildError

type Suite = dict[str, Any]

_INDEXES = ("expected.csv", "expected.jsonl", "golden.jsonl")
# A null there switches off what the service's suite has; elsewhere it is as good as nothing.
_SWITCHED = ("requests", "contract", "accuracy", "latency", "compare")


def assemble(service: Path, candidate: Path, target: Path) -> None:
    """Put a suite and its golden files into a folder, from the service's suite folder and the candidate's files."""
    suite = merged(read(service), read(candidate))
    golden = str(suite.get("golden") or "golden")
    sources = {**_files(service), **_files(candidate)}
    home = candidate if any(f"{golden}/{index}" in _files(candidate) for index in _INDEXES) else service
    wanted = {path: file for path, file in _files(home).items() if path.startswith(f"{golden}/")}
    for name, path in _named(suite):
        if path not in sources:
            raise BuildError(f"suite.yaml: the request {name!r} needs {path}: upload it in golden/.")
        wanted[path] = sources[path]
    for path, file in wanted.items():
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target / path)
    target.mkdir(parents=True, exist_ok=True)
    (target / "suite.yaml").write_text(yaml.safe_dump(suite, sort_keys=False, allow_unicode=True))


def read(folder: Path) -> Suite:
    """Read the suite that lies in a folder; none is an empty one."""
    file = folder / "suite.yaml"
    if not file.is_file():
        return {}
    try:
        content = yaml.safe_load(file.read_bytes()) or {}
    except yaml.YAMLError as error:
        raise BuildError(f"{file} is no valid YAML: {error}") from error
    if not isinstance(content, dict):
        raise BuildError(f"{file} must map check names to checks, like `requests: […]`.")
    requests = content.get("requests") or []
    if not isinstance(requests, list) or not all(isinstance(each, dict) and each.get("name") for each in requests):
        raise BuildError(f"{file}: `requests` must be a list of requests, each with a `name`.")
    return {name: value for name, value in content.items() if value is not None or name in _SWITCHED}


def merged(service: Suite, candidate: Suite) -> Suite:
    """Replace check by check, and request by request, by name."""
    suites = (service, candidate) if candidate.get("requests", ()) is not None else ()
    requests = {str(request["name"]): request for suite in suites for request in suite.get("requests") or ()}
    return {**service, **candidate, "requests": list(requests.values())}


def _files(folder: Path) -> dict[str, Path]:
    """Find the files below a folder by their exact paths, because that is how the smoke test finds them."""
    return {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}


def _named(suite: Suite) -> Iterator[tuple[str, str]]:
    """Give the files that requests name, each with the request's name."""
    contract = suite.get("contract")
    malformed = contract.get("malformed") if isinstance(contract, dict) else None
    for request in [*suite["requests"], *(malformed or ())]:
        form = request.get("form")
        parts = form.values() if isinstance(form, dict) else ()
        for place in (request, *(part for part in parts if isinstance(part, dict))):
            name = request.get("name", "malformed")
            yield from ((name, str(place[key])) for key in ("image", "file") if place.get(key) is not None)
