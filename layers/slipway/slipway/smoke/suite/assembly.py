"""The suite of a build: the suite of record, tightened by the candidate's own.

What loosens the suite of record fails the build, unless the operators allow it: then the candidate's checks take the
place of those of the same name, and the evidence warns of each.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

from slipway.errors import SuiteInvalid
from slipway.models import Json
from slipway.models.paths import composed
from slipway.smoke.suite import conversion, floor, yaml_document
from slipway.smoke.suite.files import LOOSENED, by_composed_path, files_below
from slipway.smoke.suite.golden_set import EXPECTED
from slipway.smoke.suite.reading import named_files


def assemble(
    record: Path, candidate: Path, target: Path, *, allow_looser: bool = False, defaults: Json | None = None
) -> None:
    """Write the suite of a build, and the files that it needs, into a folder: the suite of record with the candidate's.

    `defaults` is what the service declares of itself, for what the suite of record does not say. Raises SuiteInvalid
    for what loosens the suite of record, unless `allow_looser`.
    """
    kept, own = completed(read(record), defaults or {}), read(candidate)
    found = loosened(record, candidate, kept, own)
    if found and not allow_looser:
        raise SuiteInvalid(f"The upload loosens the suite of record. {' '.join(found)}")
    suite = replaced(kept, own) if found else floor.merge(kept, own)
    ours, theirs = files_below(record), files_below(candidate)
    sources = by_composed_path(ours, theirs) if found else by_composed_path(theirs, ours)
    golden = _golden_folder(suite)
    home = theirs if _has_golden_set(candidate, golden) else ours
    wanted = {path: file for path, file in home.items() if path.startswith(f"{golden}/")}
    for place, path in ((place, conversion.file(name)) for place, name in named_files(suite)):
        if composed(path) not in sources:
            raise SuiteInvalid(f"suite.yaml: {_request_text(suite, place)} needs {path}: upload it in golden/.")
        wanted[path] = sources[composed(path)]
    _write(target, suite, wanted, found)


def _write(target: Path, suite: Json, files: dict[str, Path], warnings: list[str]) -> None:
    """Write a suite, its files, and the sentences on what it loosens (if any) into a folder."""
    import yaml

    target.mkdir(parents=True, exist_ok=True)
    for path, file in files.items():
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target / path)
    (target / "suite.yaml").write_text(yaml.safe_dump(suite, sort_keys=False, allow_unicode=True))
    if warnings:
        (target / LOOSENED).write_text(json.dumps(warnings, ensure_ascii=False))


def loosened(record: Path, candidate: Path, kept: Json, own: Json) -> list[str]:
    """Return a sentence for each thing that a candidate would loosen, by its suite or by files that replace others."""
    return [
        *floor.loosened(kept, own),
        *_golden_problems(record, candidate, kept),
        *_diluted_latency(record, candidate, kept, own),
        *_changed_files(record, candidate, own),
    ]


def _golden_problems(record: Path, candidate: Path, kept: Json) -> Iterator[str]:
    """Yield a sentence for each list of a golden set by which a candidate would replace that of the record."""
    if _has_golden_set(record, _golden_folder(kept)):
        for index in EXPECTED:
            if (path := f"{_golden_folder(kept)}/{index}") in files_below(candidate):
                yield f"{path} would replace the golden set: put single cases into `requests`."


def _diluted_latency(record: Path, candidate: Path, kept: Json, own: Json) -> Iterator[str]:
    """Yield a sentence for each request of a candidate that would count in the latency, where it hides slow ones."""
    if not kept.get("latency") or _has_golden_set(record, _golden_folder(kept)):
        return
    if _has_golden_set(candidate, _golden_folder(kept)):
        yield "The golden set would be measured for `latency` in place of the service's requests: leave its list out."
    if names := _request_names(own) - _request_names(kept):
        sentence = "would be measured for `latency` among the service's: leave it out, or have its owner add it."
        yield from (f"The request {name!r} {sentence}" for name in sorted(names))


def _changed_files(record: Path, candidate: Path, own: Json) -> Iterator[str]:
    """Yield a sentence for each file that a candidate's requests name and that differs from the record's."""
    theirs, files = by_composed_path(files_below(record)), by_composed_path(files_below(candidate))
    named = {composed(conversion.file(path)) for _, path in named_files(own)}
    for path in sorted(named & theirs.keys() & files.keys()):
        if files[path].read_bytes() != theirs[path].read_bytes():
            yield f"{path} is another file than the one of the suite of record: give yours a name of its own."


def read(folder: Path) -> Json:
    """Return the suite in a folder as plain values, empty if there is none; raises SuiteInvalid."""
    file = folder / "suite.yaml"
    found = yaml_document.load(file.read_bytes() if file.is_file() else b"")
    if found.problems:
        raise SuiteInvalid(f"{file}, line {found.problems[0].line}: {found.problems[0].sentence}")
    if not isinstance(found.value, dict):
        raise SuiteInvalid(f"{file} must map check names to checks, like `requests: […]`.")
    # A null switches off what the suite of record has; elsewhere it is as good as nothing.
    suite = {name: value for name, value in found.value.items() if value is not None or name in floor.SWITCHABLE}
    requests = [] if (given := suite.get("requests")) is None else given
    if not isinstance(requests, list) or not all(isinstance(one, dict) and one.get("name") for one in requests):
        raise SuiteInvalid(f"{file}: `requests` must be a list of requests, each with a `name`.")
    return suite


def completed(record: Json, defaults: Json) -> Json:
    """Return the suite of record with what the service declares where the record says nothing, field by field."""
    blocks = {name: value for name, value in record.items() if isinstance(value, dict)}
    declared = {name: value for name, value in defaults.items() if isinstance(value, dict)}
    return {**defaults, **record, **{name: {**declared[name], **blocks[name]} for name in declared.keys() & blocks}}


def replaced(record: Json, candidate: Json) -> Json:
    """Return the suite of record with the candidate's checks, and requests by name, in the place of its own."""
    off = "requests" in candidate and candidate["requests"] is None
    requests = floor.joined(None if off else record.get("requests"), candidate.get("requests"))
    return {**record, **candidate, "requests": requests}


def _golden_folder(suite: Json) -> str:
    return conversion.file(str(suite.get("golden", "golden")))


def _has_golden_set(folder: Path, golden: str) -> bool:
    return any(f"{golden}/{index}" in files_below(folder) for index in EXPECTED)


def _request_text(suite: Json, place: yaml_document.Path) -> str:
    """Return how the request at a place of a suite is named in a sentence."""
    if place[0] == "requests":
        return f"the request {suite['requests'][place[1]]['name']!r}"
    return "a malformed request"


def _request_names(suite: Json) -> set[str]:
    return {str(each["name"]) for each in suite.get("requests") or ()}
