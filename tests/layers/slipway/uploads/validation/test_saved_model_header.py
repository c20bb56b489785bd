"""What the signature of a SavedModel tells is what OpenVINO finds when it loads the model."""

from __future__ import annotations

import pytest

from slipway.uploads.validation import saved_model_header, saved_models
from slipway.uploads.validation.onnx_header import Header
from slipway.uploads.validation.onnx_tensors import Tensor
from slipway.uploads.validation.ranged import Ranged
from tests.support.made_models import part, saved_graph, signature, tensor_info
from tests.support.paths import ROOT

DIGITS = ROOT / "tests" / "service" / "models" / "digits"
PICTURE = {"pixels": tensor_info(("batch", 8, 8, 1))}
SCORES = {"scores": tensor_info(("batch", 10))}


def test_a_large_graph_is_walked_in_memory() -> None:
    """DenseNet has 5,000 nodes in three functions, and is walked to and fro: a request for each would be thousands."""
    content, requests = graph(OUTER, inner("BiasAdd"), *[inner("Conv2D")] * 20_000), []

    def fetch(start: int, length: int) -> bytes:
        requests.append(length)
        return content[start : start + length]

    kept = dict[str, Header]()
    assert saved_models.problems("saved_model.pb", Ranged(fetch, len(content)), kept.__setitem__) == []
    assert kept["saved_model.pb"].inputs == [Tensor("pixels", 1, (None, 8, 8, 1))]
    assert len(requests) < 20


def read(content: bytes) -> Header:
    return saved_model_header.read(Ranged(lambda start, length: content[start : start + length], len(content)))


def read_signature(inputs: dict[str, bytes], outputs: dict[str, bytes], key: str = "serving_default") -> Header:
    return read(saved_graph(b"", signature(inputs, outputs, key)))


def test_the_signature_of_a_real_model_is_what_the_service_finds() -> None:
    """Its inputs, their shapes and types, and how many numbers it answers."""
    model = pytest.importorskip("openvino").Core().read_model(DIGITS)
    told = read((DIGITS / "saved_model.pb").read_bytes())
    (axes,) = [port.partial_shape for port in model.inputs]
    shape = tuple(axis.get_length() if axis.is_static else None for axis in axes)
    assert (told.inputs, told.classes) == ([Tensor("pixels", 1, shape)], 10)
    assert told.last_operator == "Softmax"


@pytest.mark.parametrize(
    ("axes", "kind", "tensor"),
    [
        ((1, 3, 224, 224), 1, Tensor("x", 1, (1, 3, 224, 224))),
        (("batch", 4), 4, Tensor("x", 2, (None, 4))),
        ((), 10, Tensor("x", 9, ())),
        (None, 7, Tensor("x", 8, None)),
        ((1, 4), 19, Tensor("x", 10, (1, 4))),
        ((1, 4), 99, Tensor("x", 0, (1, 4))),
    ],
)
def test_shapes_and_types_are_read(axes: tuple[int | str, ...] | None, kind: int, tensor: Tensor) -> None:
    """With axes of any size, and what TensorFlow calls an unknown rank."""
    assert read_signature({"x": tensor_info(axes, kind)}, SCORES).inputs == [tensor]


def test_several_inputs_are_told_in_the_order_of_their_names() -> None:
    """The signature has none."""
    told = read_signature({"b": tensor_info((1, 4)), "a": part(1, "x:0")}, SCORES)
    assert told.inputs == [Tensor("a"), Tensor("b", 1, (1, 4))]


def test_of_several_outputs_none_is_taken_for_the_scores() -> None:
    """Nothing in the signature tells which one OpenVINO has first."""
    assert read_signature(PICTURE, {"classes": tensor_info((1, 5)), "scores": tensor_info((1, 10))}).classes is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        saved_graph(b""),
        saved_graph(b"", signature(PICTURE, SCORES, "another")),
        saved_graph(b"", signature(PICTURE, SCORES)) * 2,
        saved_graph(b"", signature(PICTURE, SCORES) * 2),
        saved_graph(b"", part(5, part(1, "serving_default"))),
        saved_graph(b"", part(5, b"")),
        saved_graph(b"", part(5, part(1, "serving_default") + part(2, part(1, part(1, "x"))))),
        saved_graph(b"", part(5, part(1, 7) + part(2, 8))),
        saved_graph(b"", signature({"x": part(3, b"\x12\x7f")}, SCORES)),
    ],
)
def test_what_has_no_signature_is_left_open(content: bytes) -> None:
    """Or several, or one that cannot be read."""
    assert read(content) == Header()


def test_a_signature_cut_anywhere_is_left_open_or_the_same() -> None:
    """Whatever is missing of it, nothing is told that was not there."""
    whole = saved_graph(b"", signature(PICTURE, SCORES))
    full = read(whole)
    assert full.classes == 10
    assert {read(whole[:kept]) == Header() for kept in range(len(whole))} == {True}


def tensorflow_node(name: str, operation: str, *inputs: str, calls: str = "") -> bytes:
    attribute = part(5, part(1, "f") + part(2, part(10, part(1, calls)))) if calls else b""
    return part(1, name) + part(2, operation) + b"".join(part(3, one) for one in inputs) + attribute


def tensorflow_function(name: str, returned: dict[str, str], *nodes: bytes) -> bytes:
    arguments = b"".join(part(3, part(1, one)) for one in returned)
    entries = b"".join(part(4, part(1, one) + part(2, tensor)) for one, tensor in returned.items())
    return part(1, part(1, part(1, name) + arguments) + b"".join(part(3, one) for one in nodes) + entries)


def graph(*functions: bytes, answer: str = "call:1") -> bytes:
    """A model whose answer is the second one of the function `serve`."""
    nodes = part(1, tensorflow_node("call", "StatefulPartitionedCall", calls="serve"))
    info = part(1, answer) + part(2, 1) + part(3, part(2, part(1, 1)) * 2)
    return saved_graph(nodes + part(2, b"".join(functions)), signature(PICTURE, {"y": info}))


OUTER = tensorflow_function(
    "serve",
    {"other": "Identity:output:0", "answer": "cast:y:0"},
    tensorflow_node("cast", "Cast", "inner:output:0"),
    tensorflow_node("inner", "PartitionedCall", "x", calls="inner"),
)


CALLED = {"a": "x", "b": "c:y:0"}


def inner(operation: str) -> bytes:
    return tensorflow_function(
        "inner",
        {"y": "Identity:output:0"},
        tensorflow_node("last", operation, "x"),
        tensorflow_node("Identity", "Identity", "last:z:0", "^NoOp"),
    )


@pytest.mark.parametrize(
    ("operation", "told"), [("BiasAdd", "BiasAdd"), ("Sigmoid", "Sigmoid"), ("RealDiv", ""), ("StridedSlice", "")]
)
def test_the_operation_of_the_answer_is_found_through_functions(operation: str, told: str) -> None:
    """Behind what only moves numbers; one that OpenVINO may make something else of is left open."""
    assert read(graph(OUTER, inner(operation))).last_operator == told


@pytest.mark.parametrize(
    "content",
    [
        graph(OUTER),
        graph(tensorflow_function("serve", {})),
        graph(tensorflow_function("serve", {"a": "x", "b": "loop:y:0"}, tensorflow_node("loop", "Cast", "loop:y:0"))),
        graph(
            tensorflow_function(
                "serve", {"a": "x", "b": "c:y:0"}, tensorflow_node("c", "PartitionedCall", calls="serve")
            )
        ),
        graph(OUTER, inner("BiasAdd"), answer="call:x"),
        graph(OUTER, inner("BiasAdd"), answer=""),
        graph(tensorflow_function("serve", CALLED, tensorflow_node("c", "Cast"))),
    ],
    ids=["no function", "nothing returned", "a circle", "calls itself", "no number", "no answer", "no input"],
)
def test_an_answer_that_leads_nowhere_is_left_open(content: bytes) -> None:
    """The inputs are told all the same."""
    told = read(content)
    assert (told.last_operator, told.classes, len(told.inputs)) == ("", 1, 1)
