"""What SavedModels and Keras models have in common: OpenVINO runs both."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import openvino as ov

from ..errors import UnusableModel
from ..model import ModelInput, Tensor, author_name

THREADS = 2
# What changes an answer's type or shape, but not its meaning.
NEUTRAL = ("Convert", "Reshape", "Squeeze", "Unsqueeze", "FakeQuantize")


class OpenVinoModel:
    """A compiled model, and the output that has one number per class."""

    labels: ClassVar[list[str]] = []

    def __init__(self, model: ov.Model, output: str | None) -> None:
        self._output = _index(model, output)
        self.inputs = [_input(number, port) for number, port in enumerate(model.inputs)]
        self.last_operator = _producer(model.outputs[self._output])
        self._compiled = ov.Core().compile_model(
            model, "CPU", {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_NUM_THREADS": THREADS}
        )

    def run(self, tensors: Mapping[str, Tensor]) -> Tensor:
        """Run a request of its own: several threads may."""
        request = self._compiled.create_infer_request()
        answers = request.infer([tensors[one.name] for one in self.inputs])
        return np.asarray(answers[self._output]).reshape(-1)


def read(path: Path) -> ov.Model:
    """Read a model in one of the formats that OpenVINO knows by itself."""
    return ov.Core().read_model(path)


def _index(model: ov.Model, wanted: str | None) -> int:
    names = [sorted(port.names) for port in model.outputs]
    if wanted is None:  # beside its scores, a model may answer the class itself, a whole number
        return next((number for number, port in enumerate(model.outputs) if port.element_type.is_real()), 0)
    for number, known in enumerate(names):
        if wanted in known:
            return number
    told = ", ".join(name for known in names for name in known)
    raise UnusableModel(f"card.yaml names the output {wanted}, but the model has {told}.")


def _input(number: int, port: Any) -> ModelInput:
    name = min(port.names, key=len) if port.names else str(number)
    shape = [axis.get_length() if axis.is_static else None for axis in port.get_partial_shape()]
    return ModelInput(author_name(name), list(shape), np.dtype(port.element_type.to_dtype()))


def _producer(port: Any) -> str:
    node = port.node.input_value(0).get_node()
    while node.get_type_name() in NEUTRAL:
        node = node.input_value(0).get_node()
    return str(node.get_type_name())
