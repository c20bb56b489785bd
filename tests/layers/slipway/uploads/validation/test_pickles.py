"""Pickles as the libraries write them are found under any name."""

from __future__ import annotations

import io
import pickle
from pathlib import Path

import pytest

from slipway.uploads.limits import Rules
from slipway.uploads.validation import formats
from slipway.uploads.validation.ranged import Ranged

# What pickletools says of escapes in bytes that are no pickle.
pytestmark = pytest.mark.filterwarnings("ignore:invalid escape sequence:DeprecationWarning")


class Model:
    """Something with weights."""

    def __init__(self, weights: object) -> None:
        self.weights = weights


def look(content: bytes, *, allow_pickle: bool = False) -> list[str]:
    source = Ranged(lambda start, length: content[start : start + length], len(content))
    return formats.problems("weights.bin", source, Rules(1 << 30, allow_pickle))


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_every_protocol_is_known(protocol: int) -> None:
    """Even the old ones, which are text."""
    (problem,) = look(pickle.dumps(Model(list(range(5000))), protocol))
    assert problem.startswith("weights.bin is a pickle under another name")
    assert look(pickle.dumps(Model([1]), protocol), allow_pickle=True) == []


@pytest.mark.parametrize("compress", [0, ("zlib", 3), ("gzip", 3), ("bz2", 3), ("xz", 3), ("lzma", 3)])
def test_what_joblib_writes_is_known(compress: object, tmp_path: Path) -> None:
    """Whatever it is compressed with, and though the numbers do not compress."""
    joblib, numpy = pytest.importorskip("joblib"), pytest.importorskip("numpy")
    joblib.dump(Model(numpy.random.default_rng(0).random(30_000)), tmp_path / "model", compress=compress)
    (problem,) = look((tmp_path / "model").read_bytes())
    assert "pickle" in problem


def test_numpy_s_objects_are_known_and_its_numbers_are_fit() -> None:
    """Only objects are pickled."""
    numpy = pytest.importorskip("numpy")
    found = []
    for array in (numpy.array([Model(1)], dtype=object), numpy.zeros(5)):
        target = io.BytesIO()
        numpy.savez(target, array)
        found.append(look(target.getvalue()))
    assert (["pickle" in problem for problem in found[0]], found[1]) == ([True], [])
