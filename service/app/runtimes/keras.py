"""Keras models, .keras and .h5, by Keras itself on OpenVINO; their layers must run no code of the author's."""

import os
import tempfile
from pathlib import Path

from .openvino_model import OpenVinoModel, read

os.environ["KERAS_BACKEND"] = "openvino"


def open_model(path: Path, output: str | None) -> OpenVinoModel:
    """Load the model, and compile it: a call through Keras itself would take a hundred times as long."""
    import keras

    with tempfile.TemporaryDirectory() as folder:
        # Keras knows its formats by their endings in lower case alone.
        named = Path(folder) / f"model{path.suffix.lower()}"
        named.symlink_to(path.resolve())
        model = keras.saving.load_model(named, compile=False, safe_mode=True)
        if len(model.inputs) > 1:  # a list of inputs: only those with names can be exported
            model = keras.Model({one.name: one for one in model.inputs}, model.outputs)
        file = Path(folder) / "model.xml"
        model.export(str(file), format="openvino", verbose=False)
        return OpenVinoModel(read(file), output)
