"""What runs a service on its author's machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from slipway.cli.candidate.local_service import requirements_of
from slipway.uploads import service_file
from slipway.uploads.service_file import ServiceFile
from tests.support.paths import ROOT

SERVICE = ROOT / "service"


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("model.onnx", "onnx"), ("model.tflite", "tflite"), ("model.keras", "keras"), ("saved_model.pb", "saved_model")],
)
def test_a_service_is_run_with_what_the_models_format_needs(tmp_path: Path, name: str, wanted: str) -> None:
    """As its image is built."""
    (tmp_path / name).touch()
    found = requirements_of(SERVICE, service_file.read(SERVICE), tmp_path)
    assert found == SERVICE / "requirements" / f"{wanted}.txt"


def test_a_service_may_have_the_same_for_all(tmp_path: Path) -> None:
    """Or none at all."""
    (tmp_path / "model.onnx").touch()
    assert requirements_of(tmp_path, ServiceFile(), tmp_path) is None
    (tmp_path / "requirements.txt").touch()
    assert requirements_of(tmp_path, ServiceFile(), tmp_path) == tmp_path / "requirements.txt"
