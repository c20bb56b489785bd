"""`slipway try` serves a model on its author's machine, and runs the suite of its release against it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.layers.slipway.cli.conftest import Command

type Said = pytest.CaptureFixture[str]


def test_a_service_of_any_kind_is_tried(model: Path, service: Path, command: Command, tmp_path: Path) -> None:
    """Started by the command that it declares, asked as it declares, without a version path."""
    out = tmp_path / "out"
    assert command("try", model, "--service", service, "--python", sys.executable, "--out", out) == 0
    evidence = json.loads((out / "evidence.json").read_text())
    assert (evidence["verdict"], evidence["accuracy"]["score"]["right"]) == ("passed", 1)
    assert (out / "evidence.html").exists()


def test_the_evidence_of_another_model_stays(
    model: Path, service: Path, command: Command, capsys: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each has a folder by its name, unless another one is asked for."""
    monkeypatch.chdir(model.parent)
    for name in ("birds", "owls"):
        assert command("try", model, "--model", name, "--service", service, "--python", sys.executable) == 0
    for name in ("birds", "owls"):
        assert (model.parent / "evidence" / name / "evidence.html").exists()
    assert str(Path("evidence/owls/evidence.html")) in capsys.readouterr().out


def test_a_short_run_shows_no_progress_where_lines_stay(
    model: Path, service: Path, command: Command, capsys: Said, tmp_path: Path
) -> None:
    """Its findings tell enough."""
    assert command("try", model, "--service", service, "--python", sys.executable, "--out", tmp_path / "out") == 0
    assert " %  " not in capsys.readouterr().err


def test_a_model_that_is_wrong_fails(
    model: Path, service: Path, command: Command, tmp_path: Path, capsys: Said
) -> None:
    """Exit code 1, with the evidence as JSON where a program reads it."""
    (model / "labels.txt").write_text("owl\n" + "".join(f"bird{number}\n" for number in range(9)))
    out = tmp_path / "out"
    assert command("try", model, "--service", service, "--python", sys.executable, "--out", out, "--json") == 1
    assert json.loads(capsys.readouterr().out)["verdict"] == "failed"


def test_a_service_that_does_not_start_says_why(
    model: Path, service: Path, command: Command, tmp_path: Path, capsys: Said
) -> None:
    """At once, with its own last words."""
    (service / "server.py").write_text("raise SystemExit('There is no model for me.')")
    assert command("try", model, "--service", service, "--python", sys.executable, "--out", tmp_path / "out") == 2
    assert "The service does not start. There is no model for me." in capsys.readouterr().err


def test_a_program_that_is_not_there_is_told(
    model: Path, service: Path, command: Command, tmp_path: Path, capsys: Said
) -> None:
    """By its name."""
    (service / "service.yaml").write_text("accepts: [onnx, labels.txt]\ncommand: [no-such-program]")
    assert command("try", model, "--service", service, "--python", sys.executable, "--out", tmp_path / "out") == 2
    assert "service.yaml starts the service by no-such-program" in capsys.readouterr().err


def test_an_unfit_folder_is_not_served(
    model: Path, service: Path, command: Command, tmp_path: Path, capsys: Said
) -> None:
    """Its problems are told as `slipway check` tells them."""
    (model / "model.onnx").unlink()
    assert command("try", model, "--service", service, "--out", tmp_path / "out") == 1
    assert "PROBLEM  There is no model file below models/birds/birds/" in capsys.readouterr().out
