"""The suite of a build is the service's, changed by the candidate."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from slipway.errors import SuiteInvalid
from slipway.smoke.suite.assembly import assemble
from slipway.smoke.suite.files import LOOSENED
from slipway.smoke.suite.reading import read
from tests.support.paths import ROOT

SERVICE = ROOT / "service" / "suite"
SERVICES = yaml.safe_load((SERVICE / "suite.yaml").read_text())
ELEVEN = """
ready: {path: /health, deadline: 300}
requests:
  - {name: reads a seven, image: golden/7.png, expect: {json: {prediction.winning_class: seven}}}
  - {name: reads an eleven, image: golden/11.png}
"""


def write(folder: Path, suite: str, *pictures: str) -> Path:
    (folder / "golden").mkdir(parents=True, exist_ok=True)
    (folder / "suite.yaml").write_text(suite)
    for name in pictures:
        (folder / "golden" / name).write_bytes(name.encode())
    return folder


def assembled(
    tmp_path: Path, suite: str, files: dict[str, str] | None = None, *, allow_looser: bool = True
) -> dict[str, Any]:
    """The suite of the service and a candidate's, which may replace it."""
    model = write(tmp_path / "model", suite)
    for path, content in (files or {}).items():
        (model / path).parent.mkdir(parents=True, exist_ok=True)
        (model / path).write_text(content)
    assemble(SERVICE, model, tmp_path / "suite", allow_looser=allow_looser)
    merged: dict[str, Any] = yaml.safe_load((tmp_path / "suite/suite.yaml").read_text())
    return merged


def files_of(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_service_alone(tmp_path: Path) -> None:
    """Without one of the candidate, the service's suite is used as it is, and its golden files are there."""
    (tmp_path / "model").mkdir()
    assemble(SERVICE, tmp_path / "model", tmp_path / "suite")
    assert yaml.safe_load((tmp_path / "suite/suite.yaml").read_text()) == yaml.safe_load(
        (SERVICE / "suite.yaml").read_text()
    )
    assert files_of(tmp_path / "suite") == files_of(SERVICE)


def test_what_the_service_declares_fills_what_the_suite_of_record_leaves_open(tmp_path: Path) -> None:
    """Field by field; what the suite says stays."""
    record = write(tmp_path / "record", "ready: {deadline: 5}\npredict: /ask\n")
    declared = {"ready": {"path": "/up", "deadline": 60}, "identity": "absent", "predict": {"path": "/predict"}}
    (tmp_path / "model").mkdir()
    assemble(record, tmp_path / "model", tmp_path / "suite", defaults=declared)
    assert yaml.safe_load((tmp_path / "suite/suite.yaml").read_text()) == {
        "ready": {"path": "/up", "deadline": 5},
        "identity": "absent",
        "predict": "/ask",
        "requests": [],
    }


def test_candidate_replaces_by_name(tmp_path: Path) -> None:
    """A check of the same name is replaced where it stood, others are added, pictures of the same name, too."""
    model = write(tmp_path / "model", ELEVEN, "7.png", "11.png")
    assemble(SERVICE, model, tmp_path / "suite", allow_looser=True)
    merged = yaml.safe_load((tmp_path / "suite/suite.yaml").read_text())
    names = [request["name"] for request in merged["requests"]]
    before = [request["name"] for request in yaml.safe_load((SERVICE / "suite.yaml").read_text())["requests"]]
    assert names == [*before, "reads an eleven"]
    assert merged["requests"][names.index("reads a seven")]["expect"] == {"json": {"prediction.winning_class": "seven"}}
    assert merged["ready"]["deadline"] == 300
    assert merged["identity"] == {"path": "/version"}
    assert (tmp_path / "suite/golden/7.png").read_bytes() == b"7.png"


def test_a_check_replaces_the_one_of_its_name_as_a_whole(tmp_path: Path) -> None:
    """Nobody has to know which budgets the service's suite has."""
    merged = assembled(tmp_path, "latency: {p95: 900}")
    assert merged["latency"] == {"p95": 900}
    assert merged["accuracy"] == SERVICES["accuracy"]


def test_null_switches_a_check_off(tmp_path: Path) -> None:
    """It stays in the suite as null, because a contract that is not there would be the usual one."""
    merged = assembled(tmp_path, "latency: null\ncontract:\nrequests:\n")
    assert (merged["latency"], merged["contract"], merged["requests"]) == (None, None, [])
    suite = read((tmp_path / "suite/suite.yaml").read_bytes())
    assert (suite.latency, suite.contract, suite.requests) == (None, None, ())


def test_what_every_suite_has_cannot_be_switched_off(tmp_path: Path) -> None:
    """An empty block is as good as none."""
    assert assembled(tmp_path, "ready:\nidentity: null\npredict:\n") == SERVICES


@pytest.mark.parametrize("written", ["01234", "1.10", "on", "2026-01-02", "1e3", "0x1F", "~", "'7'", "1_000", "12:30"])
def test_a_value_stays_as_it_was_written(tmp_path: Path, written: str) -> None:
    """The service is sent, and expected to say, what the data scientist wrote, not what YAML makes of it."""
    suite = (
        f"requests: [{{name: a, headers: {{x-a: {written}}}, json: {{on: {written}}}, expect: {{text: {written}}}}}]"
    )
    (tmp_path / "service").mkdir()
    assemble(tmp_path / "service", write(tmp_path / "model", suite), tmp_path / "suite")
    assert read((tmp_path / "suite/suite.yaml").read_bytes()).requests == read(suite.encode()).requests


def test_a_golden_set_replaces_the_services(tmp_path: Path) -> None:
    """Expected answers of two sets would not be one set, but the files that requests name stay."""
    files = {"golden/expected.csv": "file,expected\nwren.png,wren\n", "golden/wren.png": "wren"}
    assembled(tmp_path, "accuracy: 0.5", files)
    pictures = {f"golden/{digit}.png" for digit in range(10)}
    assert files_of(tmp_path / "suite") == {"suite.yaml", LOOSENED, *files, *pictures}


def test_pictures_alone_replace_no_golden_set(tmp_path: Path) -> None:
    """Without expected answers they are only what requests name."""
    assembled(tmp_path, "accuracy: 0.95", {"golden/wren.png": "wren"}, allow_looser=False)
    assert files_of(tmp_path / "suite") == files_of(SERVICE)


def test_every_file_that_is_named_is_there(tmp_path: Path) -> None:
    """Wherever it lies in the upload, and whatever names it."""
    suite = "requests: [{name: a, form: {picture: {file: a/b.png}, text: c}}]\ncontract: {malformed: [{file: d.txt}]}"
    assembled(tmp_path, suite, {"a/b.png": "b", "d.txt": "d"})
    assert {"a/b.png", "d.txt"} < files_of(tmp_path / "suite")


@pytest.mark.parametrize(
    ("suite", "words"),
    [
        ("requests: [", "no valid YAML"),
        ("- requests", "must map check names"),
        ("? [requests]\n: []", "key must be a plain word"),
        ("accuracy: 0.95\naccuracy: 0.1", "twice"),
        ("requests: seven", "must be a list"),
        ("requests: [seven]", "must be a list"),
        ("requests: [{image: golden/7.png}]", "with a `name`"),
        ("requests: [{name: a twelve, image: golden/12.png}]", "'a twelve' needs golden/12.png"),
        ("requests: [{name: a seven, image: golden//7.png}]", "needs golden//7.png"),
        ("requests: [{name: a secret, image: /etc/hostname}]", "needs /etc/hostname"),
        ("requests: [{name: the source, image: ../suite/golden/7.png}]", "needs ../suite"),
    ],
)
def test_unfit_suites(tmp_path: Path, suite: str, words: str) -> None:
    """A suite that cannot be run fails the build, not the test on staging."""
    with pytest.raises(SuiteInvalid, match=words):
        assemble(SERVICE, write(tmp_path / "model", suite), tmp_path / "suite")


def test_bounds_are_tightened_field_by_field(tmp_path: Path) -> None:
    """What the candidate does not say stays as the suite of record has it."""
    suite = "accuracy: 0.95\nlatency: {p95: 100}\ncontract: {malformed: [{name: a list, json: []}]}"
    merged = assembled(tmp_path, suite, allow_looser=False)
    assert merged["accuracy"] == {"at_least": 0.95, "below_production": 0.05}
    assert merged["latency"] == {"p50": 30, "p95": 100, "requests": 50}
    assert merged["contract"]["schema"] == SERVICES["contract"]["schema"]
    assert [one["name"] for one in merged["contract"]["malformed"]] == [
        *(one["name"] for one in SERVICES["contract"]["malformed"]),
        "a list",
    ]
    assert not (tmp_path / "suite" / LOOSENED).exists()


@pytest.mark.parametrize(
    ("suite", "files"),
    [
        ("accuracy: null", {}),
        ("identity: absent", {}),
        ("", {"golden/expected.csv": "file,expected\n7.png,1\n"}),
        ("", {"golden/golden.jsonl": "{}\n"}),
        ("requests: [{name: mine, image: golden/7.png}]", {"golden/7.png": "another picture"}),
    ],
)
def test_what_loosens_the_suite_of_record_fails_the_build(tmp_path: Path, suite: str, files: dict[str, str]) -> None:
    """In the suite itself, and by files that take the place of its golden set's."""
    with pytest.raises(SuiteInvalid, match="loosens the suite of record"):
        assembled(tmp_path, suite, files, allow_looser=False)


def recorded(folder: Path, suite: str, files: dict[str, str]) -> Path:
    """A suite of record with files of its own."""
    for path, content in files.items():
        (write(folder, suite) / path).write_text(content)
    return folder


def test_a_name_composed_otherwise_stands_for_no_file_of_the_record(tmp_path: Path) -> None:
    """To S3 and Linux they are two files, and to a suite one."""
    suite = "requests: [{name: reads it, image: golden/\u00e9.png}]"
    record = recorded(tmp_path / "record", suite, {"golden/\u00e9.png": "its own"})
    theirs = {"golden/e\u0301.png": "another"}
    assemble(record, recorded(tmp_path / "model", "accuracy: 0.95", theirs), tmp_path / "suite")
    assert (tmp_path / "suite/golden/\u00e9.png").read_text() == "its own"


@pytest.mark.parametrize("name", ["golden/e\u0301.png", "./golden/\u00e9.png", "golden/\u00e9.png/"])
def test_a_file_of_the_record_is_named_in_any_spelling(tmp_path: Path, name: str) -> None:
    """A request of the candidate's brings no other content for it."""
    listed = {"golden/expected.csv": "file,expected\ne\u0301.png,e\n", "golden/\u00e9.png": "its own"}
    record = recorded(tmp_path / "record", "accuracy: 0.9", listed)
    theirs = {"golden/e\u0301.png": "another"}
    model = recorded(tmp_path / "model", f"requests: [{{name: mine, image: {name}}}]", theirs)
    with pytest.raises(SuiteInvalid, match="is another file than the one of the suite of record"):
        assemble(record, model, tmp_path / "suite")


@pytest.mark.parametrize("golden", ["golden/", "./golden"])
def test_the_golden_folder_of_the_record_is_known_in_any_spelling(tmp_path: Path, golden: str) -> None:
    """Its list is copied, and a candidate's does not take its place."""
    files = {"golden/expected.csv": "file,expected\na.png,a\n", "golden/a.png": "a"}
    record = recorded(tmp_path / "record", f"golden: {golden}", files)
    assemble(record, write(tmp_path / "model", "accuracy: 0.95"), tmp_path / "suite")
    assert files_of(tmp_path / "suite") == {"suite.yaml", *files}
    with pytest.raises(SuiteInvalid, match="would replace the golden set"):
        assemble(record, recorded(tmp_path / "other", "", files), tmp_path / "suite")


def test_a_file_is_found_where_it_is_written_with_a_dot(tmp_path: Path) -> None:
    """As `slipway check` reads it."""
    assembled(tmp_path, "requests: [{name: mine, image: ./golden/wren.png}]", {"golden/wren.png": "wren"})
    assert (tmp_path / "suite/golden/wren.png").read_text() == "wren"


def test_a_file_that_nobody_names_takes_no_place(tmp_path: Path) -> None:
    """The pictures of the suite of record are its own."""
    assembled(tmp_path, "", {"golden/7.png": "another picture"}, allow_looser=False)
    assert (tmp_path / "suite/golden/7.png").read_bytes() == (SERVICE / "golden/7.png").read_bytes()


@pytest.mark.parametrize("check", ["contract", "accuracy", "latency", "compare"])
def test_a_check_that_is_switched_on_again_stays_as_it_is(tmp_path: Path, check: str) -> None:
    """`contract: true` would else be the usual contract, without the schema of the suite of record."""
    merged = assembled(tmp_path, f"{check}: true", allow_looser=False)
    assert read(yaml.safe_dump({check: merged[check]}).encode()) == read(
        yaml.safe_dump({check: SERVICES[check]}).encode()
    )


@pytest.mark.parametrize(
    ("suite", "files"),
    [
        ("requests: [{name: quick, path: /health, method: GET}]", {}),
        ("", {"golden/expected.csv": "file,expected\ntiny.png,7\n", "golden/tiny.png": "7"}),
    ],
)
def test_latency_is_measured_on_no_requests_of_the_uploader(tmp_path: Path, suite: str, files: dict[str, str]) -> None:
    """Without a golden set of record, quick ones would hide that the others are slow."""
    record = write(tmp_path / "record", "latency: 100\nrequests: [{name: slow, path: /slow}]")
    model = write(tmp_path / "model", suite)
    for path, content in files.items():
        (model / path).write_text(content)
    with pytest.raises(SuiteInvalid, match="would be measured for `latency`"):
        assemble(record, model, tmp_path / "suite")


def test_what_was_loosened_is_written_down(tmp_path: Path) -> None:
    """The approver has to see it."""
    assembled(tmp_path, "accuracy: 0.1\nlatency: null")
    told = json.loads((tmp_path / "suite" / LOOSENED).read_text())
    assert [sentence.split("`")[1] for sentence in told] == ["latency", "accuracy.at_least"]
