"""`slipway init` begins the files beside a model."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.layers.slipway.cli.conftest import Command
from tests.support.made_models import onnx


@pytest.mark.parametrize("shape", [(1, 3, 224, 224), ("batch", 224, 224, 3), (1, 28, 28), (1, 64), (1, 2, 3, 4, 5)])
def test_what_it_begins_is_fit(tmp_path: Path, service: Path, command: Command, shape: tuple[int, ...]) -> None:
    """All that is missing then is the golden set, which only a person has."""
    folder = tmp_path / "owls"
    folder.mkdir()
    (folder / "model.onnx").write_bytes(onnx(shape))
    assert command("init", folder, "--author", "ada@example.com") == 0
    assert len((folder / "labels.txt").read_text().splitlines()) == 10
    record = tmp_path / "owls.suite"
    (record / "golden/7.png").write_bytes(b"7")
    (record / "golden/expected.csv").write_text("file,expected,name\n7.png,class 1,a seven\n")
    assert command("check", folder, "--service", service, "--record", record) == 0


def test_a_golden_set_without_a_case_is_asked_for(
    model: Path, service: Path, command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    """The suite is not silently one that checks nothing."""
    assert command("init", model) == 0
    record = model.with_name("birds.suite")
    assert command("check", model, "--service", service, "--record", record) == 1
    assert "`accuracy` and `compare` need a golden set" in capsys.readouterr().out


def test_what_is_there_stays(model: Path, command: Command) -> None:
    """It is the author's."""
    before = (model / "labels.txt").read_text()
    assert command("init", model) == 0
    assert (model / "labels.txt").read_text() == before
