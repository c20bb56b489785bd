"""`slipway smoke run`, as a terminal sees it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from slipway.cli.__main__ import slipway
from tests.support.fault_server import FaultServer, says
from tests.support.judged import PASSPORT, golden, prediction, serve
from tests.support.paths import ROOT

SUITE = "contract: null\nready: {deadline: 1}\naccuracy: 0.9\nlatency: {p95: 1000, requests: 10}\ncompare: 0.9\n"

type Command = Callable[..., int]


@pytest.fixture
def service() -> Iterator[FaultServer]:
    with FaultServer() as server:
        yield serve(server)


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    (tmp_path / "golden").mkdir()
    for name, content in golden(*["wren"] * 10).items():
        (tmp_path / name).write_text(str(content))
    (tmp_path / "suite.yaml").write_text(SUITE)
    return tmp_path / "suite.yaml"


@pytest.fixture
def command() -> Command:
    def run(*arguments: object) -> int:
        with pytest.raises(SystemExit) as ended:
            slipway(["smoke", "run", *map(str, arguments)])
        return int(ended.value.code or 0)

    return run


def test_a_good_service_passes(service: FaultServer, suite: Path, command: Command, tmp_path: Path) -> None:
    """Exit code 0, and three documents that say so."""
    out = tmp_path / "out"
    assert (
        command(suite, "--url", service.url, "--production", service.url, "--release", "birds-r12", "--out", out) == 0
    )
    document = json.loads((out / "evidence.json").read_text())
    assert (document["verdict"], document["warnings"], document["comparison"]["agreed"]) == ("passed", [], 10)
    assert (out / "evidence.html").read_text().startswith("<!")
    assert (out / "evidence.xml").read_bytes().startswith(b"<?xml")


def test_a_wrong_service_fails(
    service: FaultServer, suite: Path, command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 1, and a line that says what."""
    service.faults["/predict"] = [says(prediction("robin"))]
    assert command(suite, "--url", service.url) == 1
    said = capsys.readouterr().err
    assert "FAILED   accuracy: 0 of 10 right" in said
    assert "Warning: No --release was named" in said


def test_a_service_that_is_not_there_is_inconclusive(suite: Path, command: Command) -> None:
    """Exit code 2, after the deadline of the suite where it is waited for."""
    assert command(suite, "--url", "http://127.0.0.1:9", "--wait") == 2


@pytest.mark.parametrize(
    ("option", "url", "why"),
    [
        ("--url", "http://127.0.0.1:9", "the connection was refused. Correct --url, or start the service, or --wait"),
        ("--url", "http://no-such-host.invalid", "its name cannot be resolved. Correct --url"),
        ("--production", "http://127.0.0.1:9", "the connection was refused. Correct --production"),
    ],
)
def test_a_wrong_address_is_told_at_once(
    service: FaultServer,
    suite: Path,
    command: Command,
    capsys: pytest.CaptureFixture[str],
    option: str,
    url: str,
    why: str,
) -> None:
    """It does not cost the two minutes that a service may take to start."""
    suite.write_text(SUITE.replace("deadline: 1", "deadline: 120"))
    addresses = {"--url": service.url, option: url}
    assert command(suite, *(word for pair in addresses.items() for word in pair)) == 2
    assert why in capsys.readouterr().err


@pytest.mark.parametrize("url", ["", "127.0.0.1:8000", "ftp://127.0.0.1", "http://", "http://127.0.0.1/?key=1"])
def test_what_is_no_address_is_told(
    suite: Path, command: Command, capsys: pytest.CaptureFixture[str], url: str
) -> None:
    """Before anything is asked there."""
    assert command(suite, "--url", url) == 2
    assert "is no address of a service: write one like http://127.0.0.1:8000" in capsys.readouterr().err


def test_evidence_that_cannot_be_written_is_told_first(
    service: FaultServer, suite: Path, command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody waits for a run that leaves nothing."""
    assert command(suite, "--url", service.url, "--out", suite) == 2
    assert f"Directory '{suite}' is a file." in capsys.readouterr().err
    assert service.asked == []


@pytest.mark.parametrize(("shown", "code"), [(PASSPORT, 0), ({**PASSPORT, "commit": "8cf40f2"}, 1)])
def test_a_passport_is_compared_in_whole(
    service: FaultServer, suite: Path, command: Command, tmp_path: Path, shown: dict[str, str], code: int
) -> None:
    """What was built is what must answer."""
    (tmp_path / "passport.json").write_text(json.dumps(shown))
    assert command(suite, "--url", service.url, "--passport", tmp_path / "passport.json") == code


@pytest.mark.parametrize(
    ("content", "sentence"), [(None, "does not exist"), ("accuracy: lots", "suite.yaml, line 1"), ("[", "suite.yaml")]
)
def test_a_suite_that_cannot_be_read_is_explained(
    suite: Path, command: Command, capsys: pytest.CaptureFixture[str], content: str | None, sentence: str
) -> None:
    """One sentence instead of a traceback."""
    suite.unlink() if content is None else suite.write_text(content)
    assert command(suite, "--url", "http://127.0.0.1:9") == 2
    assert sentence in capsys.readouterr().err


def test_it_runs_as_a_module(service: FaultServer, suite: Path) -> None:
    """In a process of its own, with plain lines where there is no terminal."""
    layer = ROOT / "layers" / "slipway"
    arguments = [sys.executable, "-m", "slipway.cli", "smoke", "run", str(suite), "--url", service.url]
    done = subprocess.run(
        arguments, env=os.environ | {"PYTHONPATH": str(layer)}, capture_output=True, text=True, timeout=30, check=False
    )
    assert (done.returncode, "\x1b" in done.stderr) == (0, False), done.stderr
    assert done.stderr.splitlines()[-1].startswith("PASSED")


def test_a_flask_service_without_health_or_version_is_tested_by_configuration(
    service: FaultServer, suite: Path, command: Command
) -> None:
    """Its front page is what is ready, and its identity is declared absent."""
    service.faults = {"/": [says("a page")], "/predict": [says(prediction("wren"))]}
    suite.write_text(f"ready: {{path: /, deadline: 1}}\nidentity: absent\n{SUITE.replace('ready: {deadline: 1}', '')}")
    assert command(suite, "--url", service.url, "--release", "birds-r12") == 0
    assert {asked.target for asked in service.asked} == {"/", "/predict"}
