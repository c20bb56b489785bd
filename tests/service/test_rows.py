"""Models that read rows of numbers and categories."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import TensorProto, helper
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn.datasets import load_iris
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from starlette.testclient import TestClient

from service.app.classifier import load_classifier
from service.app.errors import UnusableModel
from service.app.web import create_app

IRIS = load_iris()
FLOWERS = IRIS.data.astype(np.float32)
NAMES = [str(name) for name in IRIS.target_names]
COLUMNS = "input: {rows: [sepal_length, sepal_width, petal_length, petal_width]}"


def exported(folder: Path, model: Any, card: str, *, zipmap: bool = False, **options: Any) -> Path:
    """Export a classifier into a candidate."""
    options.setdefault("initial_types", [("flower", FloatTensorType([None, 4]))])
    onnx = to_onnx(model, options={id(model): {"zipmap": zipmap}}, target_opset=17, **options)
    (folder / "model.onnx").write_bytes(onnx.SerializeToString())
    (folder / "card.yaml").write_text(card)
    return folder


def write_model(folder: Path, graph: Any, opsets: list[Any]) -> None:
    """Write a model that was made by hand into a candidate."""
    model = helper.make_model(graph, opset_imports=opsets, ir_version=8)
    (folder / "model.onnx").write_bytes(model.SerializeToString())
    (folder / "card.yaml").write_text("input: rows")


@pytest.fixture(scope="module")
def forest() -> RandomForestClassifier:
    """Know flowers by their names."""
    return RandomForestClassifier(20, random_state=1).fit(FLOWERS, IRIS.target_names[IRIS.target])


@pytest.fixture
def client(tmp_path: Path, forest: RandomForestClassifier) -> TestClient:
    """Serve the forest."""
    return TestClient(create_app(load_classifier(exported(tmp_path, forest, COLUMNS)), {}))


@pytest.mark.parametrize(
    "model",
    [
        RandomForestClassifier(20, random_state=1),
        GradientBoostingClassifier(n_estimators=10, random_state=1),
        make_pipeline(StandardScaler(), LogisticRegression()),
    ],
    ids=["forest", "boosted", "pipeline"],
)
@pytest.mark.parametrize("zipmap", [False, True])
def test_scikit_learn_s_models_answer_as_they_did(tmp_path: Path, model: Any, zipmap: bool) -> None:
    """The same probabilities, and the labels that the model itself has, with its maps switched off or not."""
    model.fit(FLOWERS, IRIS.target_names[IRIS.target])
    classifier = load_classifier(exported(tmp_path, model, "input: rows", zipmap=zipmap))
    for flower in FLOWERS[::30]:
        expected = dict(zip(model.classes_, model.predict_proba([flower])[0], strict=True))
        assert classifier.classify(flower.tolist()) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("zipmap", [False, True])
def test_classes_that_are_numbers_keep_them(tmp_path: Path, zipmap: bool) -> None:
    """They need not begin with 0."""
    model = RandomForestClassifier(10, random_state=1).fit(FLOWERS, [(-7, 3, 40)[kind] for kind in IRIS.target])
    classifier = load_classifier(exported(tmp_path, model, "input: rows", zipmap=zipmap))
    assert next(iter(classifier.classify([5.1, 3.5, 1.4, 0.2]))) == "-7"


def test_a_row_may_be_an_object(client: TestClient) -> None:
    """Its columns in any order."""
    row = {"petal_width": 0.2, "petal_length": 1.4, "sepal_width": 3.5, "sepal_length": 5.1}
    answer = client.post("/predict", json={"row": row}).json()
    assert answer["prediction"]["winning_class"] == "setosa"
    assert answer == client.post("/predict", json={"row": [5.1, 3.5, 1.4, 0.2]}).json()


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({}, 'no "row"'),
        ({"image": "data:image/png;base64,AAAA"}, 'no "row"'),
        ({"row": [1, 2, 3]}, "list of 4 values"),
        ({"row": "1,2,3,4"}, "list of 4 values"),
        ({"row": [1, 2, 3, "4"]}, "petal_width must be a number"),
        ({"row": [1, 2, 3, True]}, "petal_width must be a number"),
        ({"row": [1, 2, 3, [4]]}, "petal_width must be a number"),
        ({"row": {"sepal_length": 1}}, "lacks sepal_width"),
        ({"row": {"sepal_length": 1, "sepal_width": 1, "petal_length": 1, "petal_width": 1, "id": 7}}, "has id"),
    ],
)
def test_a_row_that_does_not_fit_is_refused(client: TestClient, body: dict[str, Any], sentence: str) -> None:
    """With the column that is wrong."""
    answer = client.post("/predict", json=body)
    assert answer.status_code == 400
    assert sentence in answer.json()["error"]


@pytest.mark.parametrize("number", ["1e999", "NaN", "Infinity", "1" * 400])
def test_a_number_that_is_none_is_refused(client: TestClient, number: str) -> None:
    """JSON lets more through than a model can read."""
    assert client.post("/predict", content=f'{{"row": [1, 2, 3, {number}]}}').status_code == 400


def test_a_missing_value_is_given_to_models_of_real_numbers(client: TestClient) -> None:
    """Trees know them."""
    scores = client.post("/predict", json={"row": [5.1, None, 1.4, 0.2]}).json()["prediction"]["scores"]
    assert sum(scores.values()) == pytest.approx(1, abs=1e-4)


def test_categories_are_numbered_as_the_card_lists_them(tmp_path: Path) -> None:
    """A model that learned positions gets them."""
    rows = np.array([[0, 1], [1, 1], [2, 1]] * 20, dtype=np.float32)
    model = RandomForestClassifier(10, random_state=1).fit(rows, ["low", "middle", "high"] * 20)
    card = "input: {rows: [{name: colour, values: [red, green, blue]}, size]}"
    types = [("row", FloatTensorType([None, 2]))]
    client = TestClient(create_app(load_classifier(exported(tmp_path, model, card, initial_types=types)), {}))
    answer = client.post("/predict", json={"row": {"colour": "blue", "size": 1}}).json()
    assert answer["prediction"]["winning_class"] == "high"
    assert client.post("/predict", json={"row": {"colour": "pink", "size": 1}}).status_code == 400


def test_a_model_with_an_input_for_each_column_reads_them_by_name(tmp_path: Path) -> None:
    """As scikit-learn's ColumnTransformer becomes, with texts and whole numbers among them."""
    graph = helper.make_graph(
        [
            helper.make_node("LabelEncoder", ["colour"], ["code"], domain="ai.onnx.ml", keys_strings=["red", "blue"],
                             values_floats=[0.0, 1.0], default_float=-1.0),
            helper.make_node("Cast", ["size"], ["number"], to=TensorProto.FLOAT),
            helper.make_node("Concat", ["code", "number"], ["scores"], axis=1),
        ],
        "columns",
        [
            helper.make_tensor_value_info("colour", TensorProto.STRING, [None, 1]),
            helper.make_tensor_value_info("size", TensorProto.INT64, [None, 1]),
        ],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, [None, 2])],
    )  # fmt: skip
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 3)]
    write_model(tmp_path, graph, opsets)
    client = TestClient(create_app(load_classifier(tmp_path), {}))
    scores = client.post("/predict", json={"row": {"size": 0, "colour": "blue"}}).json()["prediction"]["scores"]
    assert scores["0"] == pytest.approx(0.731059, abs=1e-5)
    for wrong in ({"size": 0.5, "colour": "blue"}, {"size": 2**70, "colour": "blue"}, {"size": 0, "colour": 7}):
        assert client.post("/predict", json={"row": wrong}).status_code == 400


def test_two_classes_may_be_one_probability(tmp_path: Path) -> None:
    """That of the second class, as a sigmoid gives it."""
    graph = helper.make_graph(
        [
            helper.make_node("ReduceSum", ["row"], ["sum"], keepdims=1),
            helper.make_node("Sigmoid", ["sum"], ["probability"]),
        ],
        "sigmoid",
        [helper.make_tensor_value_info("row", TensorProto.FLOAT, [None, 2])],
        [helper.make_tensor_value_info("probability", TensorProto.FLOAT, [None, 1])],
    )
    write_model(tmp_path, graph, [helper.make_opsetid("", 17)])
    (tmp_path / "labels.txt").write_text("no\nyes\n")
    scores = load_classifier(tmp_path).classify([2, 1])
    assert scores == pytest.approx({"yes": 0.952574, "no": 0.047426}, abs=1e-5)


@pytest.mark.parametrize(
    ("card", "sentence"),
    [
        ("", "The model reads 4 numbers, and this service shows it pictures: say input: rows"),
        ("input: {rows: [a, b, c]}", "lists 3 columns, but the model reads 4"),
        ("input: {rows: [a, b, c, c]}", "name must be its own"),
        ("input: {rows: [a, b, c, {name: d}]}", "a category is"),
        ("input: {rows: [a], width: 8}", "alone"),
        ("input: lines", "or the word rows"),
    ],
)
def test_a_card_that_does_not_fit_is_refused(
    tmp_path: Path, forest: RandomForestClassifier, card: str, sentence: str
) -> None:
    """With what to write instead."""
    with pytest.raises(UnusableModel) as refusal:
        load_classifier(exported(tmp_path, forest, card))
    assert sentence in str(refusal.value)
