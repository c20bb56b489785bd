"""service.yaml says what a service is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from slipway.errors import Refused
from slipway.uploads import service_file
from slipway.uploads.service_file import ServiceFile
from tests.support.paths import ROOT


def test_the_sample_service_is_what_a_service_without_the_file_is() -> None:
    """So that the file changes nothing for those that came before it."""
    assert service_file.read(ROOT / "service") == ServiceFile()


def test_a_service_declares_what_its_suites_begin_with(tmp_path: Path) -> None:
    """Its paths, and how it is asked."""
    (tmp_path / "service.yaml").write_text(
        "accepts: [pickle]\nport: 5000\nhealth: /\nversion: none\npredict: {path: /classify}"
    )
    declared = service_file.read(tmp_path)
    assert (declared.accepts, declared.port) == (("pickle",), 5000)
    assert declared.suite == {"ready": {"path": "/"}, "identity": "deployment", "predict": {"path": "/classify"}}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("port: 0", "port must be a port, like 8080."),
        ("port: true", "port must be a port, like 8080."),
        ("health: health", "health must be a path, like /health."),
        ("version: never", "version must be a path, like /version, or none."),
        ("starts_within: 0", "starts_within must be 1 to 600 seconds."),
        ("predict: /predict", "predict must be a block as in a suite, like {path: /predict, send: raw}."),
        ("command: python -m app", "command must be a list of words, like [python, -m, app]."),
        ("ports: 80", "ports is no setting: take one of accepts, command, health, port"),
    ],
)
def test_a_mistake_is_told(tmp_path: Path, content: str, sentence: str) -> None:
    """With what is meant instead."""
    (tmp_path / "service.yaml").write_text(f"accepts: [onnx]\n{content}\n")
    with pytest.raises(Refused, match=re.escape(f"service.yaml: {sentence}")):
        service_file.read(tmp_path)
