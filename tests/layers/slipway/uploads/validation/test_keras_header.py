"""What the configuration of a Keras model tells is what the service finds when it loads the model."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from service.app.classifier import load_classifier
from service.app.runtimes.keras import open_model
from slipway.uploads.validation import hdf5, keras_header
from slipway.uploads.validation.onnx_header import Header
from slipway.uploads.validation.onnx_tensors import Tensor
from slipway.uploads.validation.ranged import Ranged
from tests.support.paths import ROOT

keras = pytest.importorskip("keras")
h5py = pytest.importorskip("h5py")
LAYERS = keras.layers
KINDS = {"float32": 1, "float16": 10, "uint8": 2, "int32": 6, "int64": 7}


def sequential(shape: tuple[int | None, ...], *layers: Any, dtype: str = "float32", batch: int | None = None) -> Any:
    return keras.Sequential([keras.Input(batch_shape=(batch, *shape), dtype=dtype), *layers])


def functional(*shapes: tuple[int, ...], named: bool = False, outputs: int = 1) -> Any:
    inputs = [keras.Input(shape, name=name) for name, shape in zip("ab", shapes, strict=False)]
    flat = [LAYERS.Flatten()(one) for one in inputs]
    joined = LAYERS.Concatenate()(flat) if len(flat) > 1 else flat[0]
    answers = [LAYERS.Dense(3, activation="softmax")(joined) for _ in range(outputs)]
    given = dict(zip("ab", inputs, strict=False)) if named else inputs
    return keras.Model(given if len(inputs) > 1 else inputs[0], answers if outputs > 1 else answers[0])


def dense(units: int, activation: str = "linear") -> Any:
    return LAYERS.Dense(units, activation=activation)


MODELS = {
    "a picture": lambda: sequential((8, 8, 1), LAYERS.Conv2D(2, 3), LAYERS.Flatten(), dense(5, "softmax")),
    "a row": lambda: sequential((4,), dense(3, "softmax")),
    "a batch of four": lambda: sequential((8, 8, 1), LAYERS.Flatten(), dense(3, "softmax"), batch=4),
    "pixels": lambda: sequential((8, 8, 3), LAYERS.Rescaling(0.1), LAYERS.Flatten(), dense(3), dtype="uint8"),
    "whole numbers": lambda: sequential((8, 8, 3), LAYERS.Rescaling(0.1), LAYERS.Flatten(), dense(3), dtype="int32"),
    "large ones": lambda: sequential((8, 8, 3), LAYERS.Rescaling(0.1), LAYERS.Flatten(), dense(3), dtype="int64"),
    "half numbers": lambda: sequential((8, 8, 3), LAYERS.Flatten(), dense(3), dtype="float16"),
    "any size": lambda: sequential((None, None, 3), LAYERS.GlobalAveragePooling2D(), dense(3, "softmax")),
    "a layer of activation": lambda: sequential((8, 8, 1), LAYERS.Flatten(), dense(3), LAYERS.Activation("softmax")),
    "a layer of softmax": lambda: sequential((8, 8, 1), LAYERS.Flatten(), dense(3), LAYERS.Softmax()),
    "dropout at the end": lambda: sequential((4,), dense(6), LAYERS.Dropout(0.5), dense(3, "softmax")),
    "scores along an axis": lambda: sequential((8, 4), dense(3, "softmax")),
    "no layer of scores": lambda: sequential((8, 8, 1), LAYERS.Conv2D(4, 3), LAYERS.GlobalAveragePooling2D()),
    "another shape at the end": lambda: sequential((4,), dense(6), LAYERS.Reshape((2, 3))),
    "a model in a model": lambda: sequential((8, 8, 1), sequential((8, 8, 1), LAYERS.Flatten()), dense(7)),
    "a graph": lambda: functional((8, 8, 1)),
    "two inputs": lambda: functional((4,), (3,)),
    "two named inputs": lambda: functional((4,), (3,), named=True),
    "two outputs": lambda: functional((8, 8, 1), outputs=2),
    "a probability": lambda: sequential((4,), dense(1, "sigmoid")),
    "a regression": lambda: sequential((4,), dense(1)),
}
# None where it is left open.
CLASSES = {
    **dict.fromkeys(MODELS, 3),
    "a picture": 5,
    "a model in a model": 7,
    "a probability": 1,
    "a regression": 1,
    **dict.fromkeys(("scores along an axis", "no layer of scores", "another shape at the end", "two outputs"), None),
}


def ranged(content: bytes) -> Ranged:
    return Ranged(lambda start, length: content[start : start + length], len(content))


def header(path: Path) -> Any:
    with zipfile.ZipFile(path) as archive:
        return keras_header.read(json.loads(archive.read("config.json")))


@pytest.mark.parametrize("name", MODELS)
def test_inputs_are_those_that_the_service_finds(name: str, tmp_path: Path) -> None:
    """Their number, shapes and types."""
    path = tmp_path / "model.keras"
    MODELS[name]().save(path)
    told, served = header(path), open_model(path, None)
    assert [(one.kind, list(one.shape)) for one in told.inputs] == [
        (KINDS[str(one.dtype)], one.shape) for one in served.inputs
    ]
    assert told.classes == CLASSES[name]


@pytest.mark.parametrize("name", ["a picture", "a row", "pixels", "a graph", "a probability"])
def test_an_hdf5_file_tells_the_same(name: str, tmp_path: Path) -> None:
    """Its configuration is an attribute; shapes of single layers are not in it."""
    model, kept = MODELS[name](), dict[str, Header]()
    model.save(tmp_path / "model.keras")
    model.save(tmp_path / "model.h5")
    content = (tmp_path / "model.h5").read_bytes()
    assert hdf5.problems("model.h5", ranged(content), kept.__setitem__) == []
    told, expected = kept["model.h5"], header(tmp_path / "model.keras")
    assert (told.inputs, told.classes, told.last_operator) == (
        expected.inputs,
        expected.classes,
        expected.last_operator,
    )


@pytest.mark.parametrize("written", ["bytes", "fixed", "many attributes", "latest", "another name", "a list"])
def test_an_attribute_is_read_as_it_was_written(written: str, tmp_path: Path) -> None:
    """In whichever way h5py does by default; of another one nothing is told, and nothing breaks."""
    config = json.dumps({"class_name": "Sequential", "config": OLD_SEQUENCE, "filler": "x" * 50_000}).encode()
    with h5py.File(tmp_path / "m.h5", "w", libver="latest" if written == "latest" else "earliest") as file:
        for number in range(40 if written == "many attributes" else 1):
            file.attrs[f"other {number}"] = "y" * 300
        value = {"fixed": np.bytes_(config), "a list": [config, config]}.get(written, config)
        file.attrs["config" if written == "another name" else "model_config"] = value
    kept = dict[str, Header]()
    assert hdf5.problems("m.h5", ranged((tmp_path / "m.h5").read_bytes()), kept.__setitem__) == []
    assert [one.classes for one in kept.values()] == ([10] if written in ("bytes", "fixed", "many attributes") else [])


def test_a_damaged_hdf5_file_breaks_nothing() -> None:
    """Whatever byte of its beginning is another one; numbers that lead in circles end with the budget."""
    content = (ROOT / "tests/service/models/digits.h5").read_bytes()
    for place in [*range(13, 200), *range(990, 1100), *range(2048, 2080)]:
        for byte in (0, 1, 0x10, 0xFF):
            spoilt = content[:place] + bytes([byte]) + content[place + 1 :]
            assert len(hdf5.problems("m.h5", ranged(spoilt))) <= 1


@pytest.mark.parametrize(
    ("activation", "operator"), [("softmax", "Softmax"), ("sigmoid", "Sigmoid"), ("linear", "Dense"), ("tanh", "tanh")]
)
def test_what_makes_the_answer_is_told(activation: str, operator: str, tmp_path: Path) -> None:
    """By which a probability is known from a regression."""
    path = tmp_path / "model.keras"
    sequential((4,), dense(1, activation)).save(path)
    assert header(path).last_operator == operator


def layer(kind: str, name: str, before: str = "", **config: object) -> dict[str, object]:
    """A layer as Keras 2 writes it."""
    inbound = [[[before, 0, 0, {}]]] if before else []
    return {"class_name": kind, "name": name, "config": {"name": name, **config}, "inbound_nodes": inbound}


OLD_SEQUENCE = [
    layer("Conv2D", "conv", batch_input_shape=[None, 28, 28, 1], filters=4),
    layer("Flatten", "flat"),
    layer("Dense", "scores", units=10, activation="softmax"),
]
OLD_GRAPH = {
    "layers": [
        layer("InputLayer", "pixels", batch_input_shape=[8, 28, 28, 1], dtype="uint8"),
        layer("GlobalAveragePooling2D", "pool", "pixels"),
        layer("Dense", "hidden", "pool", units=8, activation="relu"),
        layer("Dense", "scores", "hidden", units=10, activation="linear"),
        layer("Activation", "shares", "scores", activation="softmax"),
    ],
    "input_layers": [["pixels", 0, 0]],
    "output_layers": [["shares", 0, 0]],
}


@pytest.mark.parametrize(
    ("config", "inputs"),
    [
        ({"class_name": "Sequential", "config": {"layers": OLD_SEQUENCE}}, [Tensor("conv", 0, (None, 28, 28, 1))]),
        ({"class_name": "Sequential", "config": OLD_SEQUENCE}, [Tensor("conv", 0, (None, 28, 28, 1))]),
        ({"class_name": "Functional", "config": OLD_GRAPH}, [Tensor("pixels", 2, (None, 28, 28, 1))]),
        ({"class_name": "Model", "config": OLD_GRAPH}, [Tensor("pixels", 2, (None, 28, 28, 1))]),
    ],
)
def test_keras_2_is_read(config: dict[str, Any], inputs: list[Tensor]) -> None:
    """Which writes shapes and references otherwise, and no shapes of single layers."""
    told = keras_header.read(config)
    assert (told.inputs, told.classes, told.last_operator) == (inputs, 10, "Softmax")


NO_SHAPE = {"layers": [layer("InputLayer", "x")], "output_layers": [[["x", 0, 0]]]}
CYCLE = {
    "layers": [layer("Dense", "a", "b", units=3), layer("Dropout", "b", "a")],
    "input_layers": ["a", 0, 0],
    "output_layers": ["b", 0, 0],
}


@pytest.mark.parametrize(
    "config",
    [
        None,
        [],
        {"class_name": "Sequential"},
        {"class_name": "Sequential", "config": None},
        {"class_name": "Sequential", "config": {"layers": [3, {"config": 4}]}},
        {"class_name": "Sequential", "config": {"layers": [{"class_name": [], "config": {"name": []}}]}},
        {"class_name": "Functional", "config": CYCLE},
        {
            "class_name": "Functional",
            "config": {"layers": [layer("InputLayer", "x")], "output_layers": [[["x", 0, 0]]]},
        },
        {"class_name": "Sequential", "config": {"layers": [layer("InputLayer", "x", batch_shape=[None, "8", True])]}},
        {"class_name": "Sequential", "config": {"layers": [layer("InputLayer", "x", batch_shape=7, dtype={})]}},
        {"class_name": "Sequential", "config": {"layers": [layer("Dense", "x", units="3", activation={})]}},
        {"class_name": ["Sequential"], "config": {}},
    ],
)
def test_what_is_no_such_configuration_is_left_open(config: Any) -> None:
    """Nothing is told, and nothing breaks."""
    told = keras_header.read(config)
    assert told.classes is None
    assert all(axis is None for one in told.inputs for axis in one.shape or ())


def test_a_service_of_rows_takes_a_list_of_inputs(tmp_path: Path) -> None:
    """Keras exports only those that have names: the service gives them theirs."""
    one, two = keras.Input((1,), name="age"), keras.Input((1,), name="height")
    keras.Model([one, two], dense(2, "softmax")(LAYERS.Concatenate()([one, two]))).save(tmp_path / "model.keras")
    (tmp_path / "card.yaml").write_text("input: rows")
    assert set(load_classifier(tmp_path).classify({"age": 3, "height": 1.5})) == {"0", "1"}
