"""`slipway check` tells an author what the upload of a folder would be told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.layers.slipway.cli.conftest import Command

type Said = pytest.CaptureFixture[str]


def test_a_fit_folder_is_told_its_suite(model: Path, service: Path, command: Command, capsys: Said) -> None:
    """As it will be: what the service declares, what the suite of record says, and what the folder adds."""
    (model / "suite.yaml").write_text("latency: 250")
    assert command("check", model, "--service", service) == 0
    said = capsys.readouterr().out
    assert said.startswith("birds-")
    assert "ready      waits up to 20 s until / answers 200" in said
    assert "golden set 1 case of 1 class: POST /classify, 4 at a time" in said
    assert "latency    p95 at most 250 ms" in said


def test_a_suite_for_a_model_of_other_labels_is_told(
    model: Path, service: Path, command: Command, capsys: Said
) -> None:
    """As the sample service's, which expects digits, is for any other model."""
    assert command("check", model, "--service", service) == 0
    assert "WARNING" not in capsys.readouterr().out
    index = service / "suite/golden/expected.csv"
    index.write_text(index.read_text().replace("wren", "seven"))
    assert command("check", model, "--service", service) == 0
    assert "WARNING    it expects seven, and labels.txt has none of them" in capsys.readouterr().out


def test_pictures_are_no_exam_of_a_model_of_rows(model: Path, service: Path, command: Command, capsys: Said) -> None:
    """As the sample service's are, until the model has a suite of its own."""
    (model / "labels.txt").unlink()
    (model / "card.yaml").write_text("input: rows")
    assert command("check", model, "--service", service) == 0
    assert "WARNING    its golden set holds pictures, and card.yaml says that the model" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["check", "try"])
def test_outside_of_a_clone_it_is_told_what_to_do(
    model: Path, command: Command, capsys: Said, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """The service is not where the command looks for it."""
    monkeypatch.chdir(model.parent)
    assert command(name, model) == 2
    assert "There is no folder service: run this where the service lies, as in a clone" in capsys.readouterr().err
    assert not (model.parent / "evidence").exists()


def test_every_problem_is_told_at_once(model: Path, service: Path, command: Command, capsys: Said) -> None:
    """Of the model, of its card, of its suite, of its marker."""
    (model / "model.onnx").write_bytes(b"PK\3\4")
    (model / "card.yaml").write_text("author: nobody")
    (model / "suite.yaml").write_text("accuracy: 0.1")
    (model / "_RELEASE").write_text("files: [model.onnx, missing.txt]")
    assert command("check", model, "--service", service) == 1
    said = capsys.readouterr().out
    for words in (
        "model.onnx is a zip archive, not an ONNX model",
        "card.yaml: author must have an e-mail address",
        "suite.yaml: `accuracy.at_least` is 0.1 and must be at least 0.9, as the service has it.",
        "missing.txt is named by _RELEASE and is not there.",
    ):
        assert words in said


def test_the_merged_suite_is_looked_at(model: Path, service: Path, command: Command, capsys: Said) -> None:
    """What is wrong with it would fail the smoke test after the build."""
    (service / "suite/golden/7.png").unlink()
    assert command("check", model, "--service", service) == 1
    assert "golden/expected.csv, line 2 names golden/7.png, which is not there" in capsys.readouterr().out


def test_a_program_reads_json(model: Path, service: Path, command: Command, capsys: Said) -> None:
    """With the candidate's name, as Slipway will name it."""
    assert command("check", model, "--service", service, "--model", "owls", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["candidate"].startswith("owls-")
    assert (told["model"], told["files"], told["problems"]) == ("owls", 2, [])


def test_a_name_that_cannot_be_used_is_told(model: Path, service: Path, command: Command, capsys: Said) -> None:
    """The folder's name is the model's unless another is given."""
    assert command("check", model.rename(model.with_name("My_Birds")), "--service", service) == 1
    assert "The model's name 'My_Birds' cannot be used" in capsys.readouterr().out


def test_a_service_whose_file_is_wrong_is_told(model: Path, service: Path, command: Command, capsys: Said) -> None:
    """All of its mistakes together; nothing else could be judged."""
    (service / "service.yaml").write_text("accepts: [onnx]\nport: http\nhelath: /")
    assert command("check", model, "--service", service) == 2
    said = capsys.readouterr().err
    assert "service.yaml: port must be a port, like 8080." in said
    assert "service.yaml: helath is no setting" in said
