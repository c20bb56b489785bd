"""Which reader looks at which file."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from slipway.models.text import cut_off, damaged, shown
from slipway.uploads.limits import Rules
from slipway.uploads.validation import (
    archives,
    arrays,
    hdf5,
    keras,
    onnx,
    pickles,
    safetensors,
    saved_models,
    signatures,
    tflite,
    torch,
)
from slipway.uploads.validation.ranged import Exhausted, Malformed, Ranged, Truncated

type Reader = Callable[[str, Ranged], list[str]]

MODEL_SUFFIXES = (".onnx", ".h5", ".hdf5", ".keras", ".pb", ".tflite", ".safetensors")
_HEAD = 64


@dataclass(frozen=True, slots=True)
class Format:
    """A format by its suffix: its name, its reader, and what `signatures.kind` may call it."""

    name: str
    read: Reader | None = None
    kinds: Collection[str] = ()


_FORMATS = {
    ".onnx": Format("an ONNX model", onnx.problems),
    ".h5": Format("an HDF5 file", hdf5.problems, ("an HDF5 file",)),
    ".hdf5": Format("an HDF5 file", hdf5.problems, ("an HDF5 file",)),
    ".pb": Format("a TensorFlow graph", saved_models.problems),
    ".tflite": Format("a TensorFlow Lite model", tflite.problems, ("a TensorFlow Lite model",)),
    ".safetensors": Format("a safetensors file", safetensors.problems, ("a safetensors file",)),
    "variables.index": Format("a list of variables", saved_models.index_problems),
}
_ZIPS = (".keras", ".npz", ".zip")
_ARRAY = Format("a NumPy array", kinds=("a NumPy array",))
_ZIP = Format("a zip archive", kinds=("a zip archive", "an empty zip archive"))


def is_model(path: str) -> bool:
    """Tell whether a name is that of a model."""
    return path.lower().endswith(MODEL_SUFFIXES) or pickles.of_that_suffix(path)


def problems(path: str, source: Ranged, rules: Rules) -> list[str]:
    """Say what is wrong with one file; it never takes more reading than a file's budget."""
    if not source.size:
        return [f"{shown(path)} is empty: export it again and upload the new file."] if is_model(path) else []
    try:
        return _problems(path, source, rules)
    except Truncated:
        return [cut_off(path, source.size)]
    except Malformed:
        return [damaged(path, "is damaged")]
    except Exhausted:
        return [f"{shown(path)} takes too much reading to be checked: export it in a plainer way."]


def _problems(path: str, source: Ranged, rules: Rules) -> list[str]:
    if pickles.of_that_suffix(path):
        found = _code(path, source) if rules.allow_pickle else [pickles.refusal(path)]
        return [*found, *_zip(path, source, Rules(rules.max_bytes, allow_pickle=True))]
    if not rules.allow_pickle and (found := pickles.hidden(path, source)):
        return found
    return _mismatch(path, source) or [*_content(path, source, rules), *_zip(path, source, rules)]


def _code(path: str, source: Ranged) -> list[str]:
    reader = torch.problems if path.lower().endswith(pickles.TORCH_SUFFIXES) else pickles.problems
    return reader(path, source)


def _format(path: str) -> Format | None:
    lower = path.lower()
    if lower.endswith(_ZIPS):
        return _ZIP
    if lower.endswith(".npy"):
        return _ARRAY
    return next((known for suffix, known in _FORMATS.items() if lower.endswith(suffix)), None)


def _mismatch(path: str, source: Ranged) -> list[str]:
    """Say that a file is something else than its suffix says."""
    known, kind = _format(path), signatures.kind(source.head(_HEAD))
    if known is None or not kind or kind in known.kinds:
        return []
    cure = "run `git lfs pull` and upload it again" if "Git LFS" in kind else "export the model or rename the file"
    return [f"{shown(path)} is {kind}, not {known.name}: {cure}."]


def _content(path: str, source: Ranged, rules: Rules) -> list[str]:
    known = _format(path)
    if known is _ARRAY:
        return arrays.problems(path, source, allow_pickle=rules.allow_pickle)
    found = known.read(path, source) if known and known.read else []
    if path.lower().endswith(".keras"):
        found += keras.problems(path, source, allow_pickle=rules.allow_pickle)
    return found


def _zip(path: str, source: Ranged, rules: Rules) -> list[str]:
    if not archives.is_archive(source) and not path.lower().endswith(_ZIPS):
        return []
    return archives.problems(path, source, rules.max_bytes, allow_pickle=rules.allow_pickle)
