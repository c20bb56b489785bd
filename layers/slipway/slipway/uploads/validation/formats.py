"""The files that an upload may consist of: each known by its name, and read as what that name says."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from functools import partial

from slipway.models.text import cited, cut_off, damaged
from slipway.uploads.validation import (
    arrays,
    hdf5,
    keras,
    onnx,
    pickles,
    safetensors,
    saved_models,
    signatures,
    text_files,
    tflite,
)
from slipway.uploads.validation.onnx_header import Header
from slipway.uploads.validation.ranged import Exhausted, Malformed, Ranged, Truncated

type Reader = Callable[[str, Ranged], list[str]]

_HEAD = 64  # bytes
# What a reader raises on bytes that nobody thought of: the file is refused, and its upload told, all the same.
_FAILURES = (ValueError, TypeError, AttributeError, LookupError, ArithmeticError, RecursionError)


@dataclass(frozen=True, slots=True)
class Format:
    """What a file is: in words, by its name, and how it is read.

    `patterns` are those of lower-case paths, `kinds` what `signatures.kind` may call its beginning. Loading one that
    `runs_code` executes what its author wrote into it.
    """

    what: str
    patterns: tuple[str, ...]
    read: Reader
    kinds: Collection[str] = ()
    is_model: bool = True
    runs_code: bool = False

    @property
    def is_onnx(self) -> bool:
        """Whether it is an ONNX model, which may keep its weights in other files."""
        return self.read is onnx.problems

    def with_header(self, keep: Callable[[str, Header], object]) -> Format:
        """Return a format that passes what a model says of itself to `keep`, if it knows how to read that."""
        if self.read in (onnx.problems, tflite.problems, saved_models.problems, keras.problems, hdf5.problems):
            return replace(self, read=partial(self.read, keep=keep))
        return self


def _part(what: str, read: Reader, path: str) -> Format:
    """Return the format of a file at a path within the folder of a model."""
    return Format(what, (path, f"*/{path}"), read, is_model=False)


_ZIP = ("a zip archive",)
_DIGITS = "[0-9]" * 5
ONNX = Format("an ONNX model", ("*.onnx",), onnx.problems)  # of what ONNX Runtime loads
FORMATS = {
    "onnx": (ONNX,),
    "any_onnx": (replace(ONNX, what="an ONNX model of any operators"),),
    "keras": (Format("a Keras model", ("*.keras",), keras.problems, _ZIP),),
    "saved_model": (
        Format("a TensorFlow SavedModel", ("saved_model.pb", "*/saved_model.pb"), saved_models.problems),
        _part("a list of variables", saved_models.index_problems, "variables/variables.index"),
        _part("weights", text_files.no_problems, f"variables/variables.data-{_DIGITS}-of-{_DIGITS}"),
        _part("a fingerprint", saved_models.fingerprint_problems, "fingerprint.pb"),
    ),
    "tflite": (Format("a TensorFlow Lite model", ("*.tflite",), tflite.problems, ("a TensorFlow Lite model",)),),
    "safetensors": (
        Format("a safetensors file", ("*.safetensors",), safetensors.problems, ("a safetensors file",)),
    ),
    "numpy": (
        Format("a NumPy array", ("*.npy",), arrays.problems, ("a NumPy array",), is_model=False),
        Format("a zip archive of arrays", ("*.npz",), arrays.archive_problems, _ZIP, is_model=False),
    ),
    # Keras keeps code in the attributes of these, where nothing short of the HDF5 library finds it.
    "hdf5": (
        Format("an HDF5 file", ("*.h5", "*.hdf5"), hdf5.problems, ("an HDF5 file",), runs_code=True),
    ),
    "pickle": (
        Format("a pickle", ("*.pkl", "*.pickle", "*.joblib"), pickles.problems, pickles.KINDS, runs_code=True),
    ),
    "torch": (
        Format("a PyTorch file", ("*.pt", "*.pth"), pickles.torch_problems, (*pickles.KINDS, *_ZIP), runs_code=True),
    ),
}  # fmt: skip


def problems(name: str, source: Ranged, known: Format) -> list[str]:
    """Return what is wrong with a file of a known format; reads no more of it than its budget allows."""
    if not source.size and known.is_model:
        return [f"{cited(name)} is empty: export it again and upload the new file."]
    try:
        return _mismatch(name, source, known) or known.read(name, source)
    except Truncated:
        return [cut_off(name, source.size)]
    except (Malformed, *_FAILURES):
        return [damaged(name, f"is not {known.what} that can be read")]
    except Exhausted:
        return [f"{cited(name)} takes too much reading to be checked: export it in a plainer way."]


def code_problem(name: str, known: Format) -> str:
    """Return the sentence that a format runs code when it is loaded, and what to do about it."""
    cure = "export the model in another format, or let the operators set AllowPickle"
    return f"{cited(name)} is {known.what}, which runs code when it is loaded: {cure}."


def _mismatch(name: str, source: Ranged, known: Format) -> list[str]:
    """Return the sentence that a file is of another format than its name says, or a Git LFS pointer; empty if not."""
    kind = signatures.kind(source.head(_HEAD))
    pointer = kind == signatures.GIT_LFS
    if not kind or kind in known.kinds or not (known.is_model or pointer):
        return []
    cure = "run `git lfs pull` and upload it again" if pointer else "export the model or rename the file"
    return [f"{cited(name)} is {kind}, not {known.what}: {cure}."]
