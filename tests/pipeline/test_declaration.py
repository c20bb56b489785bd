"""The service's own file and what uploads are checked by say the same."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from cfnlint.decode import cfn_yaml

from pipeline import declaration
from pipeline.errors import BuildError
from slipway.uploads.limits import PICTURES, Rules
from slipway.uploads.validation.accepted import COMPANIONS
from slipway.uploads.validation.formats import FORMATS
from tests.support.paths import ROOT


@pytest.fixture(scope="module")
def parameter() -> dict[str, Any]:
    """The stack's parameter."""
    found: dict[str, Any] = cfn_yaml.load(str(ROOT / "template.yaml"))["Parameters"]["AcceptedFormats"]
    return found


def test_the_sample_service_takes_what_the_stack_lets_in(parameter: dict[str, Any]) -> None:
    """In its file, in the template, and where no template says it."""
    declaration.read(ROOT / "service", parameter["Default"])
    assert tuple(parameter["Default"].split(",")) == (*Rules(1).accepted, PICTURES)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("accepts: [onnx, keras]", "accepts keras,onnx, but uploads are checked for onnx: set AcceptedFormats to it"),
        ("accepts: 7", "accepts must list what the service takes"),
        ("takes: [onnx]", "accepts must list what the service takes"),
        ("accepts: [", "is no valid YAML (line 1"),
        ("", "must be a block of settings, like `accepts: [onnx, labels.txt]`"),
        ("accepts: [onnx]\nport: http", "port must be a port, like 8080"),
    ],
)
def test_a_service_that_takes_something_else_is_not_built(tmp_path: Path, content: str, words: str) -> None:
    """It would be given models that it cannot load, or refused those that it can."""
    (tmp_path / "service.yaml").write_text(content)
    with pytest.raises(BuildError, match=re.escape(words)):
        declaration.read(tmp_path, "onnx")


def test_a_service_without_the_file_is_built(tmp_path: Path) -> None:
    """Services are older than the file."""
    declaration.read(tmp_path, "onnx")


def test_the_parameter_knows_the_names_that_the_code_knows(parameter: dict[str, Any]) -> None:
    """Formats and endings, alone and together; nothing else."""
    names = [*FORMATS, *(f"golden/*{suffix}" for suffix in COMPANIONS), "vocab.txt"]
    pattern = re.compile(parameter["AllowedPattern"])
    assert [name for name in [*names, ",".join(names)] if not pattern.search(name)] == []
    assert [
        name for name in ("", "zip", "onnx,", ",onnx", "onnx keras", "*", "a.py", "onnx,*.so") if pattern.search(name)
    ] == []
    assert all(name in parameter["Description"] for name in FORMATS)


def test_the_file_names_every_format() -> None:
    """Who writes another service reads there what there is."""
    text = (ROOT / "service/service.yaml").read_text()
    assert [name for name in FORMATS if name not in text] == []
    assert yaml.safe_load(text)["accepts"] == ["onnx", "saved_model", "keras", "tflite", "labels.txt", "pictures"]
