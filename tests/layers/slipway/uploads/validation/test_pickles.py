"""What the libraries write is read as what it is: pickles where they are allowed, arrays without objects."""

from __future__ import annotations

import io
import pickle
from pathlib import Path

import pytest

from slipway.uploads.validation import formats
from slipway.uploads.validation.accepted import Accepted
from slipway.uploads.validation.ranged import Ranged

# What pickletools says of escapes in bytes that are no pickle.
pytestmark = pytest.mark.filterwarnings("ignore:invalid escape sequence:DeprecationWarning")


class Model:
    """Something with weights."""

    def __init__(self, weights: object) -> None:
        self.weights = weights


def look(name: str, content: bytes) -> list[str]:
    known = Accepted(("pickle", "numpy")).format_of(name)
    assert known is not None
    source = Ranged(lambda start, length: content[start : start + length], len(content))
    return formats.problems(name, source, known)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_every_protocol_is_known(protocol: int) -> None:
    """Even the old ones, which are text."""
    assert look("model.pkl", pickle.dumps(Model(list(range(5000))), protocol)) == []


@pytest.mark.parametrize("compress", [0, ("zlib", 3), ("gzip", 3), ("bz2", 3), ("xz", 3), ("lzma", 3)])
def test_what_joblib_writes_is_known(compress: object, tmp_path: Path) -> None:
    """Whatever it is compressed with, and though the numbers do not compress."""
    joblib, numpy = pytest.importorskip("joblib"), pytest.importorskip("numpy")
    joblib.dump(Model(numpy.random.default_rng(0).random(30_000)), tmp_path / "model", compress=compress)
    assert look("model.joblib", (tmp_path / "model").read_bytes()) == []


@pytest.mark.parametrize("kind", ["f4", "i8", "?", "c16", "U7", "S3", "M8[ns]", ">u2"])
def test_numpy_s_plain_arrays_are_fit(kind: str) -> None:
    """Alone and in an archive, empty and of several axes."""
    numpy = pytest.importorskip("numpy")
    alone, several = io.BytesIO(), io.BytesIO()
    numpy.save(alone, numpy.zeros((2, 3), dtype=kind))
    numpy.savez_compressed(several, numpy.zeros(5, dtype=kind), b=numpy.zeros((0, 4), dtype=kind, order="F"))
    assert look("x.npy", alone.getvalue()) + look("x.npz", several.getvalue()) == []


def test_numpy_s_objects_are_refused() -> None:
    """They are pickled, alone and among other values."""
    numpy = pytest.importorskip("numpy")
    found = []
    for array in (numpy.array([Model(1)], dtype=object), numpy.zeros(2, dtype=[("a", "f4"), ("b", object)])):
        alone, several = io.BytesIO(), io.BytesIO()
        numpy.save(alone, array)
        numpy.savez(several, array)
        found += look("x.npy", alone.getvalue()) + look("x.npz", several.getvalue())
    assert ["is an array of other things than numbers" in one for one in found] == [True] * 4
