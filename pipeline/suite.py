"""The suite of a build: the service's, with the candidate's own checks in place of those of the same name."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import yaml

from pipeline.errors import BuildError

type Suite = dict[str, Any]


def assemble(service: Path, candidate: Path, target: Path) -> None:
    """Put a suite and its golden files into a folder, from the service's suite folder and the candidate's files."""
    suite = merged(read(service), read(candidate))
    for folder in (service, candidate):
        if (folder / "golden").is_dir():
            shutil.copytree(folder / "golden", target / "golden", dirs_exist_ok=True)
    target.mkdir(parents=True, exist_ok=True)
    (target / "suite.yaml").write_text(yaml.safe_dump(suite, sort_keys=False, allow_unicode=True))
    # By its exact path, because that is how the smoke test finds it in the archive.
    files = {path.relative_to(target).as_posix() for path in target.rglob("*") if path.is_file()}
    for request in suite["requests"]:
        if "image" in request and str(request["image"]) not in files:
            image = request["image"]
            raise BuildError(f"suite.yaml: the request {request['name']!r} needs {image}: upload it in golden/.")


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
    content = {name: value for name, value in content.items() if value is not None}
    if not all(isinstance(content.get(name, {}), dict) for name in ("ready", "identity")):
        raise BuildError(f"{file}: `ready` and `identity` must be blocks, like `ready: {{path: /health}}`.")
    requests = content.get("requests", [])
    if not isinstance(requests, list) or not all(isinstance(each, dict) and each.get("name") for each in requests):
        raise BuildError(f"{file}: `requests` must be a list of requests, each with a `name`.")
    return {**content, "requests": requests}


def merged(service: Suite, candidate: Suite) -> Suite:
    """Replace check by check, by name."""
    requests = {
        str(request["name"]): request for suite in (service, candidate) for request in suite.get("requests", [])
    }
    return {**service, **candidate, "requests": list(requests.values())}
