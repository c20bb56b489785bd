"""Real models from public packages: each is told what is in its way, or served as its own runtime answers.

`make real` runs this; it is no part of the tests, because it fetches 300 MB.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from service.app.classifier import Classifier, load_classifier
from service.app.model import Tensor
from tests.real.folder import Folder
from tests.real.packages import extract

PACKAGES = yaml.safe_load(Path(__file__).with_name("models.yaml").read_text())
MODELS = [(package, model) for package in PACKAGES for model in package["models"]]


def _name(case: tuple[dict[str, Any], dict[str, Any]]) -> str:
    package, model = case
    return f"{package['name']}/{model['path'].rstrip('/').rsplit('/', 1)[-1]}{'+card' if 'card' in model else ''}"


def test_the_list_is_as_long_and_as_broad_as_it_is_said_to_be() -> None:
    """At least 25 files of at least 8 exporters."""
    assert len({(package["name"], model["path"]) for package, model in MODELS}) >= 25
    assert len({model["exporter"] for _, model in MODELS}) >= 8


@pytest.mark.parametrize("case", MODELS, ids=map(_name, MODELS))
def test_a_real_model_is_told_or_served(case: tuple[dict[str, Any], dict[str, Any]], tmp_path: Path) -> None:
    """What is accepted starts, and its most likely class is that of the runtime itself."""
    package, model = case
    extract(package, model["path"], tmp_path)
    if "card" in model:
        (tmp_path / "card.yaml").write_text(yaml.safe_dump(model["card"]))
    told = Folder(tmp_path).told()
    assert model.get("told", "") in told
    assert bool(told) is ("told" in model), told
    if not told:
        classifier = load_classifier(tmp_path)
        assert all(_agrees(classifier, trial, tmp_path) for trial in classifier.input.trials())


def _agrees(classifier: Classifier, trial: dict[str, Tensor], folder: Path) -> bool:
    """Whether the service finds the class that the runtime itself answers with the highest number."""
    (path,) = [path for path in folder.iterdir() if path.suffix in (".onnx", ".tflite")]
    plain = (_onnx if path.suffix == ".onnx" else _tflite)(path, trial)
    shares = classifier.probabilities(classifier.model.run(trial))
    if classifier.is_binary:
        return bool(np.isclose(shares[1], np.clip(plain[0], 0, 1), atol=1e-4))
    return bool(np.isclose(plain[int(np.argmax(shares))], plain.max(), rtol=1e-3, atol=1e-5))


def _onnx(path: Path, trial: dict[str, Tensor]) -> Tensor:
    """Return the first output of an ONNX model."""
    onnxruntime = pytest.importorskip("onnxruntime")
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    answer: Tensor = np.asarray(session.run(None, trial)[0]).astype(np.float64).ravel()
    return answer


def _tflite(path: Path, trial: dict[str, Tensor]) -> Tensor:
    """Return the first output of a TensorFlow Lite model."""
    interpreter = pytest.importorskip("ai_edge_litert.interpreter").Interpreter(str(path))
    interpreter.allocate_tensors()
    (given,), answer = interpreter.get_input_details(), interpreter.get_output_details()[0]
    interpreter.set_tensor(given["index"], next(iter(trial.values())).reshape(given["shape"]).astype(given["dtype"]))
    interpreter.invoke()
    scale, zero = answer["quantization"]
    raw = interpreter.get_tensor(answer["index"]).astype(np.float64).ravel()
    found: Tensor = (raw - zero) * scale if scale else raw
    return found
