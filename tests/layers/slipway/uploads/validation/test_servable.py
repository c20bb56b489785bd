"""What the sample service could not serve is told by the model's header."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from slipway.models import Candidate, CandidateFile
from slipway.uploads.limits import Deadline, Rules, accepted_names
from slipway.uploads.validation import onnx_header, servable, tflite_header
from slipway.uploads.validation.inspection import inspect
from slipway.uploads.validation.onnx_header import Header
from slipway.uploads.validation.onnx_tensors import Shape, Tensor
from slipway.uploads.validation.ranged import Ranged
from tests.support.fakes import NOW, FakeBucket, FakeClock
from tests.support.made_models import keras, onnx, saved_graph, signature, tensor_info
from tests.support.paths import ROOT

DIGITS = ROOT / "tests" / "service" / "models"
ROWS = "say input: rows in card.yaml"
ROWS_CARD = {"input": "rows"}
FOUR_NUMBERS = {
    "class_name": "Sequential",
    "config": {
        "layers": [
            {"class_name": "InputLayer", "config": {"name": "x", "batch_shape": [None, 4], "dtype": "float32"}},
            {"class_name": "Dense", "config": {"name": "y", "units": 3, "activation": "softmax"}},
        ]
    },
}


def told(shape: Shape | None, kind: int = 1, **settings: object) -> str:
    return " ".join(servable.problems("m.onnx", Header([Tensor("x", kind, shape)]), {"input": settings}))


@pytest.mark.parametrize(
    ("shape", "kind", "settings"),
    [
        ((1, 3, 224, 224), 1, {}),
        ((None, 96, 96, 1), 2, {}),
        ((1, 28, 28), 10, {}),
        (None, 1, {}),
        ((1, 64), 1, {"width": 8, "height": 8}),
        ((1, None, None, 3), 1, {"width": 8, "height": 8, "layout": "NHWC"}),
        ((1, 4), 8, {"rows": []}),
        ((1, 8, 8, 3), 1, {"layout": "NHW"}),  # which the check of the card refuses
    ],
)
def test_what_reads_a_picture_is_served(shape: Shape | None, kind: int, settings: dict[str, Any]) -> None:
    """Of any layout, by the model's word or the card's; a card that says rows is believed."""
    assert told(shape, kind, **settings) == ""


@pytest.mark.parametrize(
    ("shape", "kind", "why"),
    [
        ((1, 4), 1, f"m.onnx reads 4 numbers, and this service shows it pictures: {ROWS}, or the width and height"),
        ((None, None), 1, f"m.onnx reads a row of numbers, and this service shows it pictures: {ROWS}"),
        ((1, 128), 7, "m.onnx reads int64, and this service shows it pictures: export it to read float32"),
        ((1, 1), 8, "m.onnx reads texts, and this service"),
        ((1,), 1, "m.onnx reads numbers in the shape [1], which is no picture: export it with 2 to 4 axes"),
        ((1, 1, 3, 8, 8), 1, "m.onnx reads numbers in the shape [1, 1, 3, 8, 8], which is no picture"),
        (
            (3, 3, 8, 8),
            1,
            "m.onnx reads [3, 3, 8, 8], 3 examples at once, and is shown one: export it with a batch of 1",
        ),
        ((1, 3, None, None), 1, "say which in card.yaml, like 'input: {height: 224, width: 224}'."),
        ((1, 80, 4, 96), 1, "m.onnx reads [1, 80, 4, 96], which is no picture of 1 or 3 channels"),
    ],
)
def test_what_reads_no_picture_is_told_what_to_do(shape: Shape, kind: int, why: str) -> None:
    """In one sentence."""
    assert why in told(shape, kind)


@pytest.mark.parametrize(
    ("shapes", "columns", "why"),
    [
        ([(1, 4)], [], ""),
        ([(None, None)], ["age", "height"], ""),
        ([(None, 1), (1,), None], [], ""),
        ([None], [], ""),
        ([(1, 8, 4)], [], "m.onnx reads numbers in the shape [1, 8, 4], and a row is of the shape [1, columns]"),
        ([(4,)], [], "m.onnx reads numbers in the shape [4], and a row"),
        ([(3, 4)], [], "m.onnx reads [3, 4], 3 rows at once, and is shown one: export it with a batch of 1."),
        ([(1, None)], [], "m.onnx takes rows of any length: list the columns in card.yaml, like"),
        ([(1, 1), (1, 4)], [], "m.onnx wants 2 inputs, and x1 takes more than one number"),
    ],
)
def test_a_card_that_says_rows_is_held_to_the_model(shapes: list[Shape | None], columns: list[str], why: str) -> None:
    """As the service does when it starts."""
    header = Header([Tensor(f"x{place}", 1, shape) for place, shape in enumerate(shapes)])
    told = " ".join(servable.problems("m.onnx", header, {"input": {"rows": columns}}))
    assert told.startswith(why)
    assert bool(told) is bool(why)


def test_rows_are_no_cure_for_what_reads_none() -> None:
    """Nobody is sent from one refusal to the next."""
    assert ROWS not in told((1, 1, 3, 8, 8))
    header = Header([Tensor("a", 1, (1, 3)), Tensor("b", 1, (1, 4))])
    assert servable.problems("m.onnx", header, None)[0].endswith("shows it one picture: export it with one.")


def test_a_model_of_several_inputs_is_told_of_rows() -> None:
    """Which may have an input for each column."""
    header = Header([Tensor(name) for name in ("input", "state", "sr")])
    why = "m.onnx wants 3 inputs (input, state, sr), and this service shows it one picture"
    assert servable.problems("m.onnx", header, None) == [f"{why}: export it with one, or {ROWS}."]
    assert servable.problems("m.onnx", header, {"input": "rows"}) == []


def test_a_model_that_remembers_is_told() -> None:
    """A streaming model answers by what it was asked before: no test of it could be repeated."""
    header = Header([Tensor("x", 1, (1, 8, 8))], operators={tflite_header.STATEFUL})
    for card in (None, ROWS_CARD):
        [problem] = servable.problems("m.tflite", header, card)
        assert problem.endswith("export it without state, for one request at a time.")


def regression(*steps: Any) -> Header:
    """The header of a model of scikit-learn that answers a number."""
    linear = pytest.importorskip("sklearn.linear_model").LinearRegression()
    model = pytest.importorskip("sklearn.pipeline").make_pipeline(*steps, linear).fit([[0.0, 1.0], [2.0, 3.0]], [0, 1])
    content = pytest.importorskip("skl2onnx").to_onnx(model, np.zeros((1, 2), np.float32)).SerializeToString()
    return onnx_header.read(Ranged(lambda start, length: content[start : start + length], len(content)))


def test_a_regression_is_told_from_a_probability() -> None:
    """By the last operator of its graph; the card may know better."""
    header = regression(pytest.importorskip("sklearn.preprocessing").StandardScaler())
    [problem] = servable.problems("m.onnx", header, {"input": "rows"})
    assert problem.startswith("m.onnx answers one number, by LinearRegressor, and this service tells classes apart: if")
    assert servable.problems("m.onnx", header, {"input": "rows", "output": {"scores": "probabilities"}}) == []
    assert servable.problems("m.onnx", replace(header, last_operator="Sigmoid"), {"input": "rows"}) == []
    assert servable.problems("m.onnx", replace(header, last_operator=""), {"input": "rows"}) == []


def test_one_number_is_a_probability_if_the_card_says_so_alone() -> None:
    """The service reads scores of another kind as no probability, whatever the operator."""
    header = Header([Tensor("x", 1, (1, 4))], [Tensor("y", 1, (1, 1))], last_operator="Sigmoid")
    card = {"input": "rows", "output": {"scores": "logits"}}
    assert "answers one number, by Sigmoid, and this" in servable.problems("m.onnx", header, card)[0]
    assert servable.problems("m.onnx", replace(header, last_operator="Dense"), {"output": {"name": "y"}, **ROWS_CARD})
    assert servable.problems("m.onnx", header, {"output": {"name": "y"}, **ROWS_CARD}) == []


def upload(**files: bytes) -> list[str]:
    """What an upload to the sample service is told."""
    bucket = FakeBucket()
    for name, content in files.items():
        bucket.put(f"models/birds/v1/{name}", content)
    listed = [
        CandidateFile(name, item.key, item.version_id, item.size, item.etag)
        for name in files
        if (item := bucket.current[f"models/birds/v1/{name}"])
    ]
    listing = Candidate("birds-1", "birds", "models/birds/v1/", tuple(listed), NOW)
    rules = Rules(10**9, accepted=("onnx", "saved_model", "keras", "labels.txt", "pictures"))
    return list(inspect(bucket, listing, rules, Deadline(FakeClock())).problems)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("saved_model.pb", saved_graph(b"", signature({"x": tensor_info(("n", 4))}, {"y": tensor_info(("n", 3))}))),
        ("export/saved_model.pb", saved_graph(b"", signature({"x": tensor_info((1, 4))}, {"y": tensor_info((1, 3))}))),
        ("model.keras", keras(FOUR_NUMBERS)),
        ("deep/model.onnx", onnx(shape=(1, 4), outputs=[((1, 3), 1)])),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_format_is_judged_by_its_header(name: str, content: bytes) -> None:
    """Wherever the one model lies: what it reads, and how many labels it has."""
    [problem] = upload(**{name: content})
    assert problem.startswith(f"{name} reads 4 numbers, and this service shows it pictures: {ROWS}")
    card = {"card.yaml": b"input: rows"}
    assert upload(**{name: content, **card, "labels.txt": b"a\nb\nc"}) == []
    [problem] = upload(**{name: content, **card, "labels.txt": b"a\nb"})
    assert problem == f"labels.txt names 2 labels, but {name} answers with 3: name every class once."
    [problem] = upload(**{name: content, "card.yaml": b"input: {rows: [a, b]}"})
    assert problem == "card.yaml lists 2 columns, but the model reads 4 numbers: correct input.rows."


def test_two_labels_name_the_answer_of_one_probability() -> None:
    """It is that of the second one."""
    model = onnx(shape=(1, 4), outputs=[((1, 1), 1)])
    assert upload(**{"m.onnx": model, "card.yaml": b"input: rows", "labels.txt": b"no\nyes"}) == []
    [problem] = upload(**{"m.onnx": model, "card.yaml": b"input: rows", "labels.txt": b"yes"})
    assert "names 1 labels, but m.onnx answers with 2" in problem


def test_the_labels_are_those_of_the_output_that_the_card_names() -> None:
    """A model may have several."""
    files = {"m.onnx": onnx(shape=(1, 4), outputs=[((1, 5), 1), ((1, 2), 1)]), "labels.txt": b"no\nyes"}
    assert "answers with 5" in upload(**files, **{"card.yaml": b"input: rows"})[0]
    assert upload(**files, **{"card.yaml": b"input: rows\noutput: {name: scores1}"}) == []
    assert upload(**files, **{"card.yaml": b"input: rows\noutput: {name: another}"}) == []


def test_the_sample_service_serves_one_model() -> None:
    """It would not start with two."""
    [problem] = upload(**{"a.onnx": onnx((1, 1, 8, 8)), "b/c.onnx": onnx((1, 1, 8, 8))})
    assert problem == "a.onnx, b/c.onnx are 2 models, and this service reads one: leave the others out."


@pytest.mark.parametrize(("accepted", "refused"), [(("onnx",), False), (("onnx", "pictures"), True)])
def test_only_a_service_that_says_so_is_judged(accepted: tuple[str, ...], refused: bool) -> None:
    """Any other reads what its models read."""
    bucket = FakeBucket()
    bucket.put("models/birds/v1/model.onnx", onnx())
    (item,) = bucket.current.values()
    listing = Candidate(
        "birds-1",
        "birds",
        "models/birds/v1/",
        (CandidateFile("model.onnx", item.key, "v1", item.size, item.etag),),
        NOW,
    )
    found = inspect(bucket, listing, Rules(10**9, accepted=accepted), Deadline(FakeClock()))
    assert bool(found.problems) is refused


@pytest.mark.parametrize(("accepted", "refused"), [(("onnx",), False), (("onnx", "pictures"), True)])
def test_a_service_that_reads_one_model_is_brought_one(accepted: tuple[str, ...], refused: bool) -> None:
    """Wherever they lie, and however their names are written; any other service may want several."""
    bucket = FakeBucket()
    for name in ("model.onnx", "MODEL.ONNX", "old/model.onnx"):
        bucket.put(f"models/birds/v1/{name}", onnx(("batch", 3, 8, 8)))
    files = tuple(
        CandidateFile(item.key.removeprefix("models/birds/v1/"), item.key, "v1", item.size, item.etag)
        for item in bucket.current.values()
    )
    listing = Candidate("birds-1", "birds", "models/birds/v1/", files, NOW)
    found = inspect(bucket, listing, Rules(10**9, accepted=accepted), Deadline(FakeClock()))
    sentence = "MODEL.ONNX, model.onnx, old/model.onnx are 3 models, and this service reads one: leave the others out."
    assert found.problems == ((sentence,) if refused else ())


@pytest.mark.parametrize(
    ("name", "kind"), [("digits.tflite", 1), ("digits-uint8.tflite", 2), ("digits-int8.tflite", 3)]
)
def test_the_header_of_a_tflite_model_is_what_its_library_reads(name: str, kind: int) -> None:
    """Shapes with free axes, and types, of inputs and outputs."""
    interpreter = pytest.importorskip("ai_edge_litert.interpreter").Interpreter(str(DIGITS / name))
    content = Path(DIGITS / name).read_bytes()
    found = tflite_header.read(Ranged(lambda start, length: content[start : start + length], len(content)))
    for ours, theirs in (
        (found.inputs, interpreter.get_input_details()),
        (found.outputs, interpreter.get_output_details()),
    ):
        shapes = [tuple(None if axis < 0 else int(axis) for axis in one["shape_signature"]) for one in theirs]
        assert [(one.name, one.shape) for one in ours] == [
            (one["name"], shape) for one, shape in zip(theirs, shapes, strict=True)
        ]
    assert found.inputs[0].kind == kind
    assert (found.last_operator, found.classes) == ("Softmax", 10)


def test_the_models_of_an_existing_pipeline_are_not_judged() -> None:
    """Its service is somebody else's, whatever the parameter's default is."""
    assert accepted_names("onnx, pictures", existing=False) == ("onnx", "pictures")
    assert accepted_names("onnx, pictures", existing=True) == ("onnx",)
