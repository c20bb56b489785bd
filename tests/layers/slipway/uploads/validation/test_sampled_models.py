"""Models that others made are accepted whole, and in no other length: each run tries the same sample."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from slipway.uploads.validation import formats, onnx_runtime
from slipway.uploads.validation.accepted import Accepted
from slipway.uploads.validation.onnx_header import Header
from slipway.uploads.validation.ranged import Ranged
from tests.support.made_models import safetensors
from tests.support.paths import ROOT

TRUNCATIONS = 1000
TFLITE = sorted((ROOT / "tests" / "service" / "models").glob("*.tflite"))


def problems(name: str, content: bytes) -> list[str]:
    """What is said of a file, by its name."""
    known = Accepted([*formats.FORMATS]).format_of(name)
    assert known
    return formats.problems(name, Ranged(lambda start, length: content[start : start + length], len(content)), known)


@cache
def backend_models() -> dict[str, bytes]:
    """The models of the ONNX package's own backend tests: its files, and those that it makes of each operator."""
    onnx = pytest.importorskip("onnx")
    folder = Path(onnx.__file__).parent / "backend" / "test" / "data"
    files = {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.onnx"))}
    assert len(files) > 100
    return files


def truncations(models: dict[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """Sampled models, each cut at a sampled length, its end and its beginning among them."""
    sample, names = random.Random(14), sorted(models)
    for name in sample.choices(names, k=TRUNCATIONS):
        whole = models[name]
        yield name, whole[: sample.choice([sample.randrange(len(whole)), len(whole) - 1, sample.randrange(1, 9)])]


def accepted(suffix: str, models: dict[str, bytes]) -> list[str]:
    """The truncations that nothing is said against."""
    return [f"{name}, {len(cut)} bytes" for name, cut in truncations(models) if not problems(f"model.{suffix}", cut)]


def test_the_models_of_the_onnx_package_are_accepted() -> None:
    """All of them, and ONNX Runtime has what they use, but for an operator that only training knows."""
    headers: dict[str, Header] = {}
    for name, content in backend_models().items():
        source = Ranged(lambda start, length, content=content: content[start : start + length], len(content))  # type: ignore[misc]
        assert formats.ONNX.with_header(headers.__setitem__).read(name, source) == []
    told = [problem for name, header in headers.items() for problem in onnx_runtime.problems(name, header)]
    assert len(headers) == len(backend_models())
    assert told == []


def test_no_truncation_of_an_onnx_model_is_accepted() -> None:
    """A graph that ends where a field ends is told by what is missing then."""
    assert accepted("onnx", backend_models()) == []


def test_no_truncation_of_a_tflite_model_is_accepted() -> None:
    """Buffers lie in any order, so that the last bytes are anybody's."""
    models = {path.name: path.read_bytes() for path in TFLITE}
    assert [name for name, content in models.items() if problems(name, content)] == []
    assert accepted("tflite", models) == []


def test_no_truncation_of_safetensors_is_accepted() -> None:
    """The header says where the file ends."""
    models = {f"{tensors}-{size}": safetensors(tensors, size) for tensors in (1, 2, 40) for size in (4, 16, 4096)}
    assert [name for name, content in models.items() if problems("m.safetensors", content)] == []
    assert accepted("safetensors", models) == []
