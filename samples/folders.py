"""The folders that a data scientist uploads: the model, its labels, its card."""

import pickle
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import onnx
import yaml
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier

from samples import training
from samples.digits import SIZE, load
from samples.export import export
from samples.slow import export_slow

type Classifier = LogisticRegression | MLPClassifier

AUTHOR = "linus@example.com"
INPUT = {
    "width": SIZE,
    "height": SIZE,
    "channels": 1,
    "scale": 1 / 255,
    "resample": "box",
    "background": "black",
    "expects": "one handwritten digit, white on black, filling the picture",
}


@dataclass(frozen=True)
class Sample:
    """How one sample is made: what is trained, how it becomes a file, and what its author says of it."""

    notes: str
    train: Callable[[], Classifier]
    encode: Callable[[Any], bytes]
    file: str = "model.onnx"


@cache
def simple() -> Classifier:
    """Trained once, used by three samples."""
    return training.train_simple(load()[0])


@cache
def better() -> Classifier:
    """Trained once, used by two samples."""
    return training.train_better(load()[0])


def worse() -> Classifier:
    """The network that learned nothing."""
    return training.train_worse(load()[0])


def unloadable(content: bytes) -> bytes:
    """A whole and well-formed file that no runtime can load, as only a runtime finds: it reads what nothing makes."""
    model = onnx.load_from_string(content)
    model.graph.node[0].input[0] = "scaled_by_our_own_scaler"
    broken: bytes = model.SerializeToString(deterministic=True)
    return broken


SAMPLES = {
    "v1": Sample("Logistic regression on the first 300 labelled pictures.", simple, lambda m: export(m, "digits_v1")),
    "v2": Sample("A small network; also trained on warped copies.", better, lambda m: export(m, "digits_v2")),
    "worse": Sample("The network of v2 on the new labelling table.", worse, lambda m: export(m, "digits_worse")),
    "broken": Sample("v2 with a scaler of our own.", better, lambda m: unloadable(export(m, "digits_v2"))),
    "slow": Sample("v1 with an experimental feature loop.", simple, export_slow),
    "pickled": Sample("v1 as scikit-learn saves it.", simple, lambda m: pickle.dumps(m, protocol=5), "model.pkl"),
}


def write(name: str, folder: Path) -> float:
    """Write one sample's folder and return its accuracy on the held-out pictures."""
    sample = SAMPLES[name]
    model = sample.train()
    held_out = load()[1]
    accuracy = round(float(model.score(held_out.features, held_out.digits)), 4)
    card = {"author": AUTHOR, "notes": sample.notes, "metrics": {"accuracy": accuracy}, "input": INPUT}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / sample.file).write_bytes(sample.encode(model))
    (folder / "labels.txt").write_text("".join(f"{digit}\n" for digit in range(10)), encoding="utf-8")
    (folder / "card.yaml").write_text(yaml.safe_dump(card, sort_keys=False), encoding="utf-8")
    return accuracy
