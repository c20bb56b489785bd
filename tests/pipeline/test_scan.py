"""Files that run code when they are loaded do not get into an image unasked."""

from __future__ import annotations

import bz2
import collections
import gzip
import io
import lzma
import os
import pickle
import struct
import types
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline import scan
from pipeline.errors import BuildError


class Runs:
    """Pickles as a call."""

    def __init__(self, function: Callable[..., Any], *arguments: Any) -> None:
        self.call = (function, arguments)

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return self.call


SHELL = pickle.dumps(Runs(os.system, "true"))


def zipped(content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/data.bin", content)
    return packed.getvalue()


def array(content: bytes) -> bytes:
    header = b"{'descr': '|O', 'fortran_order': False, 'shape': (1,), }\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + content


PICKLES = {f"protocol {number}": pickle.dumps(Runs(os.system, "true"), number) for number in range(6)}
CODE = PICKLES | {
    "gzip": gzip.compress(SHELL),
    "bzip2": bz2.compress(SHELL),
    "xz": lzma.compress(SHELL),
    "zip": zipped(SHELL),
    "nested": zipped(zipped(gzip.compress(SHELL))),
    "before a zip": SHELL + zipped(b"harmless"),
    "zip behind a pickle": pickle.dumps([1]) + zipped(SHELL),
    "array": array(SHELL),
    "zipped array": zipped(array(SHELL)),
}
HARMLESS = {
    "empty": b"",
    "labels": b"cat\ndog\nbird\n",
    "numbers": b"0\n1\n2\n",
    "card": b"metrics: {accuracy: 0.97}\n",
    "zeros": bytes(4096),
    "onnx": b"\x08\x09\x12\x07skl2onnx",
    "weights": pickle.dumps(collections.OrderedDict(weights=[1.0, 2.0])),
    "zip": zipped(b"cat\ndog\n"),
    "broken gzip": b"\x1f\x8bnot gzip after all",
    "empty zip": b"PK\x05\x06" + bytes(18),
}


@pytest.mark.filterwarnings("ignore:invalid escape")  # packed bytes, read as an old pickle
@pytest.mark.parametrize("name", ["model.onnx", "weights.pt", "labels.txt", "no-suffix"])
@pytest.mark.parametrize("content", CODE.values(), ids=CODE)
def test_code_is_found_whatever_the_name(tmp_path: Path, name: str, content: bytes) -> None:
    """Content decides, packed or not: the sentence names the file, what it would run, and the cure."""
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BuildError, match=rf"^{name} would run posix\.system when it is loaded: .*ALLOW_PICKLE=true\.$"):
        scan.check(tmp_path, allowed=False)


def test_what_is_not_known_to_be_harmless_is_found(tmp_path: Path) -> None:
    """No list of evil names is complete: in a pickle, everything but the known containers of weights is a finding."""
    (tmp_path / "weights.bin").write_bytes(pickle.dumps(Runs(types.SimpleNamespace)))
    assert scan.runs(tmp_path / "weights.bin") == ["types.SimpleNamespace"]


@pytest.mark.parametrize("content", HARMLESS.values(), ids=HARMLESS)
def test_harmless_files(tmp_path: Path, content: bytes, capfd: pytest.CaptureFixture[str]) -> None:
    """What runs nothing passes without a word, labels that begin like an old pickle, too."""
    (tmp_path / "file").write_bytes(content)
    scan.check(tmp_path, allowed=False)
    assert "".join(capfd.readouterr()) == ""


def test_allowed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Who allows pickles is warned of each."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/weights.pt").write_bytes(SHELL)
    scan.check(tmp_path, allowed=True)
    assert capsys.readouterr().out == (
        "WARNING: sub/weights.pt would run posix.system when it is loaded, which ALLOW_PICKLE=true allows\n"
    )
