"""TensorFlow Lite models by LiteRT, quantized ones among them."""

from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import Any, ClassVar

import numpy as np
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter

from ..errors import UnusableModel
from ..model import ModelInput, Tensor, author_name

THREADS = 2
OPERATORS = {
    schema.BuiltinOperator.SOFTMAX: "Softmax",
    schema.BuiltinOperator.LOGISTIC: "Sigmoid",
    schema.BuiltinOperator.LOG_SOFTMAX: "LogSoftmax",
}
# What changes an answer's type or shape, but not its meaning.
NEUTRAL = (
    schema.BuiltinOperator.QUANTIZE,
    schema.BuiltinOperator.DEQUANTIZE,
    schema.BuiltinOperator.RESHAPE,
    schema.BuiltinOperator.SQUEEZE,
    schema.BuiltinOperator.CAST,
)


class TfliteModel:
    """An interpreter, which only one thread may use at a time, and the output that has one number per class."""

    labels: ClassVar[list[str]] = []

    def __init__(self, interpreter: Any, output: int, last_operator: str) -> None:
        self._interpreter = interpreter
        self._lock = Lock()
        self._given = {author_name(one["name"]): one for one in interpreter.get_input_details()}
        self._taken = interpreter.get_output_details()[output]
        self.inputs = [ModelInput(name, _shape(one), _dtype(one)) for name, one in self._given.items()]
        self.last_operator = last_operator

    def run(self, tensors: Mapping[str, Tensor]) -> Tensor:
        """Run the interpreter on real numbers: quantized inputs and outputs are converted by their own scale."""
        with self._lock:
            for name, detail in self._given.items():
                self._interpreter.set_tensor(detail["index"], _quantized(tensors[name], detail))
            self._interpreter.invoke()
            answer = self._interpreter.get_tensor(self._taken["index"])
        return _real(answer, self._taken).reshape(-1)


def open_model(path: Path, output: str | None) -> TfliteModel:
    """Open the model; a batch axis that is free is one."""
    interpreter = Interpreter(model_path=str(path), num_threads=THREADS)
    for one in interpreter.get_input_details():
        if len(one["shape_signature"]) and one["shape_signature"][0] == -1:
            interpreter.resize_tensor_input(one["index"], [1, *one["shape"][1:]])
    interpreter.allocate_tensors()
    names = [author_name(one["name"]) for one in interpreter.get_output_details()]
    if output is not None and output not in names:
        raise UnusableModel(f"card.yaml names the output {output}, but the model has {', '.join(names)}.")
    chosen = names.index(output) if output is not None else 0
    return TfliteModel(
        interpreter, chosen, _last_operator(path.read_bytes(), interpreter.get_output_details()[chosen]["index"])
    )


def _last_operator(content: bytes, tensor: int) -> str:
    """Return the operator that gives a tensor of the main graph its meaning; empty if that is none of OPERATORS."""
    model = schema.Model.GetRootAs(content, 0)
    graph = model.Subgraphs(0)
    operators = [graph.Operators(number) for number in range(graph.OperatorsLength())]
    producers = {int(one.Outputs(place)): one for one in operators for place in range(one.OutputsLength())}
    while (operator := producers.get(tensor)) is not None:
        code = model.OperatorCodes(operator.OpcodeIndex())
        builtin = max(code.BuiltinCode(), code.DeprecatedBuiltinCode())
        if builtin not in NEUTRAL:
            return OPERATORS.get(builtin, "")
        tensor = int(operator.Inputs(0))
    return ""


def _shape(detail: Any) -> list[int | str | None]:
    signature = detail["shape_signature"] if len(detail["shape_signature"]) else detail["shape"]
    return [int(axis) if axis > 0 else None for axis in signature]


def _dtype(detail: Any) -> np.dtype[Any]:
    """Return the type that callers give: real numbers for a quantized input."""
    return np.dtype(np.float32) if detail["quantization"][0] else np.dtype(detail["dtype"])


def _quantized(values: Tensor, detail: Any) -> Tensor:
    scale, zero = detail["quantization"]
    if not scale:
        return values
    limits = np.iinfo(detail["dtype"])
    quantized: Tensor = np.clip(np.rint(values / scale + zero), limits.min, limits.max).astype(detail["dtype"])
    return quantized


def _real(values: Tensor, detail: Any) -> Tensor:
    scale, zero = detail["quantization"]
    return (values.astype(np.float64) - zero) * scale if scale else values
