"""What the configuration of a Keras model says of its inputs and outputs, in the words of an ONNX model's header.

Keras 2 and 3 write it, a little differently, into `.keras` archives and HDF5 files. What is not certain is left open.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from slipway.uploads.validation.onnx_header import Header
from slipway.uploads.validation.onnx_tensors import Shape, Tensor

# ONNX's data types by Keras's.
_KINDS = {
    "float32": 1, "uint8": 2, "int8": 3, "uint16": 4, "int16": 5, "int32": 6, "int64": 7, "string": 8, "bool": 9,
    "float16": 10, "float64": 11, "uint32": 12, "uint64": 13, "bfloat16": 16,
}  # fmt: skip
# Layers that do nothing once the model is trained; those that keep the number of axes; those that leave one beside the
# batch.
_IDLE = ("Dropout", "AlphaDropout", "GaussianDropout", "GaussianNoise", "Identity")
_SAME_AXES = ("Dense", "Activation", "Softmax", "ReLU", "LeakyReLU", "ELU", "BatchNormalization", *_IDLE)
_FLAT = ("Flatten", "GlobalAveragePooling1D", "GlobalAveragePooling2D", "GlobalMaxPooling2D")
_OPERATORS = {"softmax": "Softmax", "sigmoid": "Sigmoid", "hard_sigmoid": "HardSigmoid", "linear": "Dense"}


def read(document: object) -> Header:
    """Return the inputs of a model, and its output if there is one; an empty header if the configuration is unknown."""
    if not isinstance(document, dict) or document.get("class_name") not in ("Sequential", "Functional", "Model"):
        return Header()
    return _Network(document).header()


class _Network:
    """The layers of a model by their names, in their order."""

    def __init__(self, document: dict[str, Any]) -> None:
        config = document.get("config")
        self._config: dict[str, Any] = config if isinstance(config, dict) else {"layers": config}
        self._sequential = document["class_name"] == "Sequential"
        layers = self._config.get("layers")
        self._layers = {_name(one): one for one in layers if isinstance(one, dict)} if isinstance(layers, list) else {}
        self._before = dict(zip(list(self._layers)[1:], self._layers, strict=False)) if self._sequential else {}

    def header(self) -> Header:
        """Return what the layers say."""
        if not self._layers:
            return Header()
        last = [list(self._layers)[-1]] if self._sequential else list(_references(self._config.get("output_layers")))
        operator, units = self._answer(last[0]) if len(last) == 1 else ("", None)
        return Header(self._inputs(), [Tensor("", 1, (None, units))] if units else [], last_operator=operator)

    def _inputs(self) -> list[Tensor]:
        """Return the inputs; none if one of them is not known."""
        first = next(iter(self._layers.values()))
        if self._sequential and not _is_input(first):
            shape = _setting(first, "batch_input_shape") or self._config.get("build_input_shape")
            return [Tensor(_name(first), 0, _shape(shape))]
        names = [_name(first)] if self._sequential else _references(self._config.get("input_layers"))
        layers = [self._layers.get(name, {}) for name in names]
        return [_input(one) for one in layers] if all(map(_is_input, layers)) else []

    def _answer(self, name: str) -> tuple[str, int | None]:
        """Return the operator that makes the answer (empty if unknown), and how many numbers it has (None)."""
        operator = ""
        for layer in self._back_from(name):
            kind = layer.get("class_name")
            if kind not in ("Dense", "Activation", "Softmax", *_IDLE):
                break
            made = "softmax" if kind == "Softmax" else _setting(layer, "activation")
            if not operator and isinstance(made, str):
                operator = _OPERATORS.get(made, made)
            if kind == "Dense":
                units = _setting(layer, "units")
                return operator, units if _is_size(units) and self._is_flat(_name(layer)) else None
        return "", None

    def _is_flat(self, name: str) -> bool:
        """Return whether a layer that keeps the number of axes reads a list of numbers for each example."""
        for layer in self._back_from(name):
            kind = layer.get("class_name")
            if kind in _FLAT and not _setting(layer, "keepdims"):
                return True
            if kind not in _SAME_AXES and not _is_input(layer):
                break
            built = layer.get("build_config")
            shape = _input_shape(layer) or (built.get("input_shape") if isinstance(built, dict) else None)
            if shape:
                return isinstance(shape, list) and len(shape) == 2
        return False

    def _back_from(self, name: str) -> Iterator[dict[str, Any]]:
        """Yield a layer, the only one before it, and so on."""
        seen = set[str]()
        while name in self._layers and name not in seen:
            seen.add(name)
            yield self._layers[name]
            before = set(_references(self._layers[name].get("inbound_nodes")))
            name = self._before.get(name) or (before.pop() if len(before) == 1 else "")


def _references(value: object) -> Iterator[str]:
    """Yield the names of the layers that a configuration refers to, however it nests them, in their order."""
    left = [value]
    while left:
        match left.pop():
            case {"keras_history": [str(name), *_]} | [str(name), int(), int(), *_]:
                yield name
            case dict(entries):
                left += reversed(entries.values())
            case list(entries):
                left += reversed(entries)


def _setting(layer: dict[str, Any], name: str) -> Any:
    config = layer.get("config")
    return config.get(name) if isinstance(config, dict) else None


def _name(layer: dict[str, Any]) -> str:
    name = _setting(layer, "name") or layer.get("name")
    return name if isinstance(name, str) else ""


def _is_input(layer: dict[str, Any]) -> bool:
    return layer.get("class_name") == "InputLayer"


def _input_shape(layer: dict[str, Any]) -> Any:
    """Return the shape that a layer says the model reads; None if it is not the first one, or says nothing."""
    return _setting(layer, "batch_shape") or _setting(layer, "batch_input_shape")


def _input(layer: dict[str, Any]) -> Tensor:
    """Return an input; of one that is sparse or ragged nothing but its name is known."""
    if _setting(layer, "sparse") or _setting(layer, "ragged"):
        return Tensor(_name(layer))
    kind = _setting(layer, "dtype")
    return Tensor(_name(layer), _KINDS.get(kind, 0) if isinstance(kind, str) else 0, _shape(_input_shape(layer)))


def _shape(axes: object) -> Shape | None:
    """Return a shape, whose first axis Keras leaves free when it exports a model; None if that is not known."""
    if not isinstance(axes, list) or not axes:
        return None
    return (None, *(axis if _is_size(axis) else None for axis in axes[1:]))


def _is_size(value: object) -> bool:
    return type(value) is int and 0 < value < 1 << 31
