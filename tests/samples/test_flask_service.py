"""docs/your-service.md walks through an API that is not Slipway's own: its suite passes against that very API."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from samples.folders import write
from slipway.cli.__main__ import slipway
from slipway.uploads import service_file
from tests.support.paths import ROOT

SERVICE = ROOT / "samples" / "flask_service"
PAGE = (ROOT / "docs" / "your-service.md").read_text()


def test_its_suite_passes_against_it(tmp_path: Path) -> None:
    """Front page, no version path, 500 for bad input: all of it is declared."""
    write("v1", tmp_path / "digits")
    out = tmp_path / "out"
    words = ["try", str(tmp_path / "digits"), "--service", str(SERVICE), "--python", sys.executable, "--out", str(out)]
    with pytest.raises(SystemExit) as ended:
        slipway(words)
    evidence = json.loads((out / "evidence.json").read_text())
    assert (ended.value.code, evidence["verdict"], evidence["accuracy"]["score"]["right"]) == (0, "passed", 10)


def test_the_page_shows_its_files_as_they_are() -> None:
    """Whoever copies from the page gets what was tried."""
    for name in ("service.yaml", "suite/suite.yaml", "Dockerfile"):
        assert f"```\n{(SERVICE / name).read_text()}```" in PAGE.replace("```yaml", "```").replace("```docker", "```")


def test_the_page_explains_every_setting() -> None:
    """In a table, with its default."""
    for name in service_file.RULES:
        assert f"| `{name}` |" in PAGE
