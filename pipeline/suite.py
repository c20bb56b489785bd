"""The suite of a build: the service's, with the candidate's own checks in place of those of the same name.

Suites are put together as they were written, not as the values that YAML makes of them: `1.10`, `on` and `01234` stay.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import yaml
from yaml import MappingNode, Node, SequenceNode

from pipeline.errors import BuildError

type Members = dict[str, Node]

_INDEXES = ("expected.csv", "expected.jsonl", "golden.jsonl")
# A null there switches off what the service's suite has; elsewhere it is as good as nothing.
_SWITCHED = ("requests", "contract", "accuracy", "latency", "compare")
_NULL, _TEXT, _LIST, _MAP = (f"tag:yaml.org,2002:{kind}" for kind in ("null", "str", "seq", "map"))


def assemble(service: Path, candidate: Path, target: Path) -> None:
    """Put a suite and its golden files into a folder, from the service's suite folder and the candidate's files."""
    suite = merged(read(service), read(candidate))
    golden = suite["golden"].value if "golden" in suite else "golden"
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
    (target / "suite.yaml").write_text(_written(suite))


def read(folder: Path) -> Members:
    """Read the suite that lies in a folder; none is an empty one."""
    file = folder / "suite.yaml"
    if not file.is_file():
        return {}
    try:
        root = yaml.compose(file.read_bytes(), yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise BuildError(f"{file} is no valid YAML: {error}") from error
    if root is not None and not _is_block(root):
        raise BuildError(f"{file} must map check names to checks, like `requests: […]`.")
    suite = {name: node for name, node in _members(root).items() if node.tag != _NULL or name in _SWITCHED}
    requests = suite.get("requests")
    is_list = requests is None or requests.tag == _NULL or isinstance(requests, SequenceNode)
    if not is_list or not all(_text(each, "name") for each in _elements(requests)):
        raise BuildError(f"{file}: `requests` must be a list of requests, each with a `name`.")
    return suite


def merged(service: Members, candidate: Members) -> Members:
    """Replace check by check, and request by request, by name."""
    off = "requests" in candidate and candidate["requests"].tag == _NULL
    suites = () if off else (service, candidate)
    requests = {_text(each, "name"): each for suite in suites for each in _elements(suite.get("requests"))}
    return {**service, **candidate, "requests": SequenceNode(_LIST, list(requests.values()), flow_style=False)}


def _written(suite: Members) -> str:
    pairs = [(yaml.ScalarNode(_TEXT, name), node) for name, node in suite.items()]
    text: str = yaml.serialize(MappingNode(_MAP, pairs, flow_style=False), Dumper=yaml.SafeDumper, allow_unicode=True)
    return text


def _is_block(node: Node) -> bool:
    return isinstance(node, MappingNode) and all(isinstance(key, yaml.ScalarNode) for key, _ in node.value)


def _members(node: Node | None) -> Members:
    return {key.value: value for key, value in node.value} if node and _is_block(node) else {}


def _elements(node: Node | None) -> list[Node]:
    return list(node.value) if isinstance(node, SequenceNode) else []


def _text(node: Node, name: str) -> str:
    """Give a member as it was written; empty if there is none, or if it is no single value."""
    member = _members(node).get(name)
    return member.value if isinstance(member, yaml.ScalarNode) and member.tag != _NULL else ""


def _files(folder: Path) -> dict[str, Path]:
    """Find the files below a folder by their exact paths, because that is how the smoke test finds them."""
    return {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}


def _named(suite: Members) -> Iterator[tuple[str, str]]:
    """Give the files that requests name, each with the request's name."""
    malformed = _elements(_members(suite.get("contract")).get("malformed"))
    for request in [*_elements(suite["requests"]), *malformed]:
        name = _text(request, "name") or "malformed"
        for place in (request, *_members(_members(request).get("form")).values()):
            yield from ((name, path) for key in ("image", "file") if (path := _text(place, key)))
