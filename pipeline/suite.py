"""The suite of a build: the suite of record, tightened by the candidate's own.

What loosens the suite of record fails the build, unless the operators allow it: then the candidate's checks take the
place of those of the same name, and the evidence warns of each. Suites are put together as they were written, not as
the values that YAML makes of them: `1.10`, `on` and `01234` stay.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from yaml import MappingNode, Node, SequenceNode

from pipeline.errors import BuildError
from slipway.smoke.suite import floor

type Members = dict[str, Node]

LOOSENED = "loosened.json"  # beside the merged suite: the sentences that an approver must not miss
_INDEXES = ("expected.csv", "expected.jsonl", "golden.jsonl")
# A null there switches off what the suite of record has; elsewhere it is as good as nothing.
_SWITCHED = ("requests", "contract", "accuracy", "latency", "compare")
_NULL, _TEXT, _LIST, _MAP = (f"tag:yaml.org,2002:{kind}" for kind in ("null", "str", "seq", "map"))


def assemble(record: Path, candidate: Path, target: Path, *, allow_looser: bool = False) -> None:
    """Put a suite and its golden files into a folder, from the folder of the suite of record and the candidate's files.

    Raises BuildError for what loosens the suite of record, unless `allow_looser`.
    """
    kept, own = read(record), read(candidate)
    found = loosened(record, candidate, kept, own)
    if found and not allow_looser:
        raise BuildError(f"The upload loosens the suite of record. {' '.join(found)}")
    suite = replaced(kept, own) if found else tightened(kept, own)
    golden = suite["golden"].value if "golden" in suite else "golden"
    sources = {**_files(candidate), **_files(record)} if not found else {**_files(record), **_files(candidate)}
    own_set = any(f"{golden}/{index}" in _files(candidate) for index in _INDEXES)
    home = candidate if own_set else record
    wanted = {path: file for path, file in _files(home).items() if path.startswith(f"{golden}/")}
    for name, path in _named(suite):
        if path not in sources:
            raise BuildError(f"suite.yaml: the request {name!r} needs {path}: upload it in golden/.")
        wanted[path] = sources[path]
    _write(target, suite, wanted, found)


def _write(target: Path, suite: Members, files: dict[str, Path], warnings: list[str]) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for path, file in files.items():
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target / path)
    (target / "suite.yaml").write_text(_written(suite))
    if warnings:
        (target / LOOSENED).write_text(json.dumps(warnings, ensure_ascii=False))


def loosened(record: Path, candidate: Path, kept: Members, own: Members) -> list[str]:
    """Say what a candidate would loosen: in its suite, and by the files that lie where those of the record do."""
    found = floor.loosened(_values(kept), _values(own))
    golden = kept["golden"].value if "golden" in kept else "golden"
    theirs, files = _files(record), _files(candidate)
    if any(f"{golden}/{index}" in theirs for index in _INDEXES):
        found += [
            f"{golden}/{index} would replace the golden set: put single cases into `requests`."
            for index in _INDEXES
            if f"{golden}/{index}" in files
        ]
    named = {path for _, path in _named(own)}
    changed = [path for path in sorted(named & theirs.keys() & files.keys()) if not _same(files[path], theirs[path])]
    return found + [
        f"{path} is another file than the one of the suite of record: give yours a name of its own." for path in changed
    ]


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


def tightened(record: Members, candidate: Members) -> Members:
    """Add what a candidate's suite says to the suite of record, field by field: nothing of the record goes."""
    blocks = {name: _tighter(name, record.get(name), node) for name, node in candidate.items() if name != "requests"}
    return {**record, **blocks, "requests": _joined(record.get("requests"), candidate.get("requests"))}


def replaced(record: Members, candidate: Members) -> Members:
    """Let a candidate's checks take the place of the record's, check by check, and request by request, by name."""
    off = "requests" in candidate and candidate["requests"].tag == _NULL
    requests = _joined(None if off else record.get("requests"), candidate.get("requests"))
    return {**record, **candidate, "requests": requests}


def _tighter(name: str, record: Node | None, candidate: Node) -> Node:
    kept, own = _block(name, record), _block(name, candidate)
    if record is None or kept is None or own is None:
        return candidate
    if "malformed" in kept and "malformed" in own:
        own["malformed"] = _sequence([*_elements(kept["malformed"]), *_elements(own["malformed"])])
    pairs = [(yaml.ScalarNode(_TEXT, field), node) for field, node in {**kept, **own}.items()]
    return MappingNode(_MAP, pairs, flow_style=False)


def _block(name: str, node: Node | None) -> Members | None:
    """Return the fields of a check, whichever way it was written; None for what is neither a block nor a bound."""
    if isinstance(node, MappingNode):
        return _members(node)
    if node is None or node.tag == _NULL or name not in floor.BOUNDS:
        return None
    first = next(iter(floor.BOUNDS[name]))
    usual = yaml.ScalarNode("tag:yaml.org,2002:float", str(floor.USUAL[name]))
    value = yaml.safe_load(yaml.serialize(node))
    return {} if value is False else {first: usual if value is True else node}


def _joined(*lists: Node | None) -> Node:
    """Join lists of requests; a later one takes the place of an earlier one of its name."""
    return _sequence(list({_text(each, "name"): each for one in lists for each in _elements(one)}.values()))


def _sequence(elements: list[Node]) -> Node:
    return SequenceNode(_LIST, elements, flow_style=False)


def _values(suite: Members) -> dict[str, Any]:
    """Return a suite as plain values."""
    return yaml.safe_load(_written(suite)) or {}


def _same(one: Path, other: Path) -> bool:
    return one.read_bytes() == other.read_bytes()


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
    for request in [*_elements(suite.get("requests")), *malformed]:
        name = _text(request, "name") or "malformed"
        for place in (request, *_members(_members(request).get("form")).values()):
            yield from ((name, path) for key in ("image", "file") if (path := _text(place, key)))
