"""One module for each format of models; only the one that is needed is imported, and installed in the image."""

from importlib import import_module
from pathlib import Path

from ..errors import UnusableModel
from ..model import Model
from .wording import plain

# The module by what the name of a candidate's model ends in.
RUNTIMES = {
    ".onnx": "onnx",
    ".tflite": "tflite",
    ".keras": "keras",
    ".h5": "keras",
    ".hdf5": "keras",
    "saved_model.pb": "saved_model",
}


def find_model(folder: Path) -> tuple[Path, str]:
    """Return the candidate's one model and the name of its runtime's module."""
    found = [
        (path, runtime)
        for path in sorted(folder.rglob("*"))
        for ending, runtime in RUNTIMES.items()
        if path.is_file() and path.name.lower().endswith(ending)
    ]
    if len(found) != 1:
        names = ", ".join(path.name for path, _ in found) or "none"
        raise UnusableModel(
            f"The candidate must hold one model ({', '.join(RUNTIMES)}), but {folder.name}/ holds {names}."
        )
    return found[0]


def open_model(folder: Path, output: str | None) -> Model:
    """Load a candidate's model; `output` names the one to be used, where it has several."""
    path, runtime = find_model(folder)
    try:
        opened: Model = import_module(f"{__name__}.{runtime}").open_model(path, output)
    except UnusableModel:
        raise
    except ImportError as error:
        raise UnusableModel(
            f"This image cannot read {path.name} ({error}): build it with the build argument FORMAT={runtime}."
        ) from error
    except Exception as error:  # the errors of runtimes have no common parent, and the start owes an answer
        raise UnusableModel(
            f"{path.name} cannot be loaded ({plain(str(error))}); export it anew and upload it whole."
        ) from error
    return opened
