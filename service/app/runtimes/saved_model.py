"""TensorFlow's SavedModels by OpenVINO, which reads them without TensorFlow."""

from pathlib import Path

from .openvino_model import OpenVinoModel, read


def open_model(path: Path, output: str | None) -> OpenVinoModel:
    """Open the SavedModel whose graph is at `path`, with the variables beside it."""
    return OpenVinoModel(read(path.parent), output)
