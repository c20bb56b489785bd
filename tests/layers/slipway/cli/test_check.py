"""`slipway smoke check` explains a suite to its author, without a service."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.paths import ROOT


def check(*arguments: str) -> tuple[int, str]:
    """The exit code, and what was printed."""
    ended = subprocess.run(
        [sys.executable, "-m", "slipway.cli", "smoke", *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT / "layers" / "slipway")},
        capture_output=True,
        text=True,
        check=False,
    )
    return ended.returncode, ended.stdout + ended.stderr


def written(folder: Path, suite: str, expected: str = "") -> Path:
    """A suite with a picture of a seven, and a list of cases."""
    (folder / "golden").mkdir()
    (folder / "golden/7.png").write_text("7")
    if expected:
        (folder / "golden/expected.csv").write_text(expected)
    (folder / "suite.yaml").write_text(suite)
    return folder / "suite.yaml"


def test_it_says_what_the_services_suite_will_do() -> None:
    """A line for each check, in their order."""
    code, said = check("check", str(ROOT / "service/suite/suite.yaml"))
    assert code == 0
    assert said.splitlines() == [
        "ready      waits up to 120 s until /health answers 200",
        "identity   the whole passport is there at /version, 3 times in a row",
        "requests   10 requests, each with its answer",
        "contract   every answer satisfies the schema, 4 malformed requests must be refused with a 4xx",
        "golden set 100 cases of 10 classes: POST /predict, 4 at a time",
        "accuracy   at least 90 % are right, at most 5 points fewer than in production",
        "compare    at least 90 % of production's predictions stay what they are",
        "latency    p50 at most 30 ms, p95 at most 200 ms: 50 requests, 1 at a time",
    ]


def test_mistakes_are_lines_that_an_editor_can_jump_to(tmp_path: Path) -> None:
    """File, line, sentence."""
    suite = written(tmp_path, "latency: 300\nacuracy: 0.9\nrequests: [{name: a, image: golden/8.png}]\n")
    code, said = check("check", str(suite))
    assert (code, said.splitlines()) == (
        1,
        [
            f"{suite}:2: `acuracy` is not known here: perhaps `accuracy` is meant.",
            f"{suite}:3: golden/8.png is not there: put it beside the suite.",
        ],
    )


@pytest.mark.parametrize(
    ("suite", "expected", "sentence"),
    [
        ("accuracy: 0.9", "", "`accuracy` and `compare` need a golden set: put its cases into golden/expected.csv (of"),
        ("accuracy: 0.9", "file,expected\n7.png,\n", "needs to know what is expected"),
        ("latency: 300", "file,expected\n7.png,7\n8.png,8\n", "golden/expected.csv, line 3 names golden/8.png"),
        ("latency: 300", "", "`latency` has nothing to ask: add golden inputs"),
        ("latency: 300", "file\n", "golden/expected.csv, line 1, must name the columns"),
    ],
)
def test_the_golden_set_is_looked_at(tmp_path: Path, suite: str, expected: str, sentence: str) -> None:
    """Down to its last case."""
    code, said = check("check", str(written(tmp_path, suite, expected)))
    assert (code, sentence in said) == (1, True)


def test_a_suite_that_is_not_there_is_told(tmp_path: Path) -> None:
    """Without a traceback."""
    code, said = check("check", str(tmp_path / "none.yaml"))
    assert (code, f"File '{tmp_path / 'none.yaml'}' does not exist." in said) == (2, True)


def test_help_shows_a_suite_and_how_to_run_it() -> None:
    """It is the first that somebody reads."""
    code, said = check("--help")
    assert code == 0
    assert all(
        part in said
        for part in ("accuracy: 0.9", "smoke check suite.yaml", "smoke run suite.yaml --url", "docs/suites.md")
    )
