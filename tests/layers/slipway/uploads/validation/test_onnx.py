"""What the walk over an ONNX file finds agrees with what the ONNX library reads."""

from __future__ import annotations

import pytest

from slipway.uploads.validation import onnx_header
from slipway.uploads.validation.onnx_header import Header
from slipway.uploads.validation.ranged import Ranged
from tests.support.made_models import onnx, part, weights


def read(content: bytes) -> Header:
    return onnx_header.read(Ranged(lambda start, length: content[start : start + length], len(content)))


def test_the_header_of_an_exported_classifier_is_what_the_library_reads() -> None:
    """The walker is our own; the format is not."""
    library = pytest.importorskip("onnx")
    model = library.parser.parse_model(
        '<ir_version: 8, opset_import: ["" : 17]> agraph (float[N, 3, 8, 8] pixels, float[2] bias) => '
        "(int64[N] label, float[N, 10] scores) <float[2] bias = {1, 2}, float[192, 10] w> "
        "{ flat = Flatten(pixels) scores = MatMul(flat, w) label = ArgMax <axis = 1, keepdims = 0> (scores) }"
    )
    found = read(model.SerializeToString())
    assert [one.name for one in found.outputs] == [one.name for one in model.graph.output]
    assert (found.picture, found.classes) == ((None, 3, 8, 8), 10)


def test_made_models_are_models_to_the_library() -> None:
    """The corpus is made by hand, and must be made well."""
    library = pytest.importorskip("onnx")
    content = onnx(initializers=[weights("w", bytes(4)), weights("x", location="x.bin")])
    model = library.load_from_string(content)
    assert [one.name for one in model.graph.initializer] == ["w", "x"]
    assert [entry.value for entry in model.graph.initializer[1].external_data] == ["x.bin"]


@pytest.mark.parametrize(
    ("axes", "classes"),
    [
        (("N", 10), 10),
        ((1, 10), 10),
        ((10,), 10),
        (("N",), None),
        (("N", "C"), None),
        (("N", 10, 1, 1), 10),
        ((), None),
    ],
)
def test_the_number_of_classes_is_known_if_the_output_tells_it(
    axes: tuple[int | str, ...], classes: int | None
) -> None:
    """All numbers for one picture, as the service counts them."""
    assert read(onnx(outputs=[(axes, 1)])).classes == classes


def test_an_output_that_is_no_tensor_is_passed_over() -> None:
    """scikit-learn's exports answer with a list of maps unless told otherwise."""
    content = part(1, 8) + part(7, part(12, part(1, "maps") + part(2, part(4, b"")))) + part(8, part(2, 17))
    assert read(content).classes is None


@pytest.mark.parametrize(("told", "needed"), [("", 2 * 3 * 4 + 64), ("8", 2 * 3 * 4 + 64), ("400", 464)])
def test_weights_take_the_bytes_that_their_shape_needs(told: str, needed: int) -> None:
    """A length may be left out, and one that is too small does not make them fit."""
    entries = {"location": "w.bin", "offset": "64", **({"length": told} if told else {})}
    outside = b"".join(part(13, part(1, name) + part(2, value)) for name, value in entries.items())
    tensor = part(1, 2) + part(1, 3) + part(2, 1) + part(8, "w") + outside + part(14, 1)
    assert read(onnx(initializers=[tensor])).external == {"w.bin": needed}


def test_a_model_may_say_much_beside_its_graph() -> None:
    """Exporters write stack traces, and hundreds of functions; none of it is read."""
    node = part(4, "Identity") + part(9, part(1, "stack_trace") + part(2, "File model.py, line 7\n" * 200))
    functions = b"".join(part(25, part(1, f"function{number}") + part(7, node) * 20) for number in range(300))
    content = onnx() + part(6, "what it is for " * 200_000) + functions
    assert read(content).classes == 10


def test_weights_of_branches_are_found() -> None:
    """An `If` has two graphs, each with weights of its own, and a graph in a graph has some, too."""
    inner = part(5, weights("c", location="inner.bin")) + part(2, "x" * 100)
    branches = [
        part(5, weights("a", location="then.bin")) + part(2, "then"),
        part(5, weights("b", location="else.bin"))
        + part(1, part(4, "Loop") + part(5, part(1, "body") + part(6, inner))),
    ]
    node = part(4, "If") + b"".join(part(5, part(1, "branch") + part(6, branch)) for branch in branches)
    graph = part(1, node) + part(2, "graph")
    content = part(1, 8) + part(7, graph) + part(8, part(2, 17))
    assert set(read(content).external) == {"then.bin", "else.bin", "inner.bin"}
