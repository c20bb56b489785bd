"""ONNX models by ONNX Runtime, classic ones (trees, scikit-learn) among them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort

from ..errors import UnusableModel
from ..graph import class_labels, last_operator
from ..model import TEXT, ModelInput, Tensor

THREADS = 2
TYPES: dict[str, np.dtype[Any]] = {
    "tensor(float)": np.dtype(np.float32),
    "tensor(float16)": np.dtype(np.float16),
    "tensor(double)": np.dtype(np.float64),
    "tensor(uint8)": np.dtype(np.uint8),
    "tensor(int8)": np.dtype(np.int8),
    "tensor(int32)": np.dtype(np.int32),
    "tensor(int64)": np.dtype(np.int64),
    "tensor(bool)": np.dtype(np.bool_),
    "tensor(string)": TEXT,
}
NUMBERS = ("tensor(float)", "tensor(double)", "tensor(float16)", "tensor(uint8)")
MAPS = ("seq(map(string,tensor(float)))", "seq(map(int64,tensor(float)))")


class OnnxModel:
    """A session, and the output that has one number per class."""

    def __init__(self, session: ort.InferenceSession, output: str, last_operator: str, labels: list[str]) -> None:
        self.inputs = [ModelInput(one.name, one.shape, _dtype(one.type)) for one in session.get_inputs()]
        self.last_operator = last_operator
        self.labels = labels
        self._session = session
        self._output = output

    def run(self, tensors: Mapping[str, Tensor]) -> Tensor:
        """Run the session; scikit-learn's maps of probabilities by label become numbers in the order of the labels."""
        (answer,) = self._session.run([self._output], dict(tensors))
        if isinstance(answer, list):
            answer = list(answer[0].values())
        return np.asarray(answer).reshape(-1)


def open_model(path: Path, output: str | None) -> OnnxModel:
    """Open the model on the CPU, with few threads: requests run beside each other already."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = THREADS
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    session = ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    chosen = _output(session, output)
    return OnnxModel(session, chosen, last_operator(path, chosen), class_labels(path))


def _output(session: ort.InferenceSession, wanted: str | None) -> str:
    """Choose the output with one number per class: scikit-learn's exports put the winning label before it."""
    names = [output.name for output in session.get_outputs()]
    if wanted is not None:
        if wanted not in names:
            raise UnusableModel(f"card.yaml names the output {wanted}, but the model has {', '.join(names)}.")
        return wanted
    for output in session.get_outputs():
        if output.type in NUMBERS or output.type in MAPS:
            return str(output.name)
    raise UnusableModel("The model has no output of numbers; export it with one that has a number for each class.")


def _dtype(name: str) -> np.dtype[Any]:
    if name not in TYPES:
        raise UnusableModel(f"The model reads {name}; export it to read one of {', '.join(TYPES)}.")
    return TYPES[name]
