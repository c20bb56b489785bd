"""The candidate's model, its labels, and the format of its input."""

from pathlib import Path
from typing import Any

import numpy as np

from .card import Output, Pictures, Rows, read_card
from .errors import UnusableModel
from .model import Model, Tensor
from .picture_format import PictureFormat, picture_format
from .row_format import RowFormat, row_format
from .runtimes import open_model
from .runtimes.wording import plain

ROUNDING = 1e-2  # by which the shares of a quantized model may be off
# What the numbers are that an operator gives. Others are looked at.
SCORES_OF = {
    **dict.fromkeys(("Softmax", "SoftMax", "Sigmoid", "HardSigmoid", "Normalizer"), "probabilities"),
    **dict.fromkeys(("LogSoftmax", "LogSoftMax"), "log_probabilities"),
    **dict.fromkeys(("Gemm", "MatMul", "Conv", "QLinearMatMul", "MatMulInteger", "FullyConnected"), "logits"),
}


class Classifier:
    """Answers how well an input fits each label."""

    def __init__(
        self, model: Model, expected: PictureFormat | RowFormat, labels: list[str] | None, output: Output
    ) -> None:
        """Try the model on a few inputs, so that whatever does not fit ends the start and not a request."""
        self.model = model
        self.input = expected
        trials = [model.run(trial) for trial in expected.trials()]
        self.is_binary = trials[0].size == 1
        classes = 2 if self.is_binary else trials[0].size
        self.labels = labels or (model.labels if len(model.labels) == classes else [str(n) for n in range(classes)])
        if classes != len(self.labels):
            raise UnusableModel(f"labels.txt names {len(self.labels)} labels, but the model answers with {classes}.")
        told = output.scores or SCORES_OF.get(model.last_operator, "")
        self.scores = told or ("probabilities" if all(map(within_one, trials)) and not self.is_binary else "logits")
        if self.is_binary and self.scores != "probabilities":
            raise UnusableModel(
                "The model answers with one number that is no probability; this service tells classes apart. If it is "
                "the probability of the second class, say output: {scores: probabilities} in card.yaml."
            )
        for trial in trials:
            self.probabilities(trial)

    def classify(self, example: Any) -> dict[str, float]:
        """Return the probability of each label for a picture or a row, highest first."""
        probabilities = self.probabilities(self.model.run(self.input.tensors(example)))
        order = np.argsort(-probabilities, kind="stable")
        return {self.labels[place]: round(float(probabilities[place]), 6) for place in order}

    def probabilities(self, answer: Tensor) -> Tensor:
        """Return the answer as it is where it is probabilities already: confidence is what the model says.

        One probability is that of the second label. Raises UnusableModel for what is no number.
        """
        exact = answer.astype(np.float64)
        if self.scores == "logits":
            return finite(softmax(exact))
        with np.errstate(over="ignore"):
            told = finite(np.exp(exact) if self.scores == "log_probabilities" else exact)
        # Rounding in the model may leave a share a little outside.
        shares = np.clip(told, 0, 1)
        return np.array([1 - shares[0], shares[0]]) if self.is_binary else shares


def load_classifier(folder: Path) -> Classifier:
    """Load model, labels and card from a candidate's folder."""
    card = read_card(folder / "card.yaml")
    model = open_model(folder, card.output.name)
    expected = input_format(card.input, model)
    try:
        return Classifier(model, expected, read_labels(folder / "labels.txt"), card.output)
    except UnusableModel:
        raise
    except Exception as error:  # the errors of runtimes have no common parent, and the start owes an answer
        raise UnusableModel(
            f"The model loads but cannot be run ({plain(str(error))}); export it anew and try it."
        ) from error


def input_format(card: Pictures | Rows, model: Model) -> PictureFormat | RowFormat:
    """Settle what the model's input is made from: pictures, unless the card says rows."""
    if isinstance(card, Rows):
        return row_format(card, model.inputs)
    if len(model.inputs) != 1:
        names = ", ".join(one.name for one in model.inputs)
        raise UnusableModel(
            f"The model wants {len(model.inputs)} inputs ({names}), and this service shows it one picture: export it "
            "with one, or say input: rows in card.yaml."
        )
    return picture_format(card, model.inputs[0])


def read_labels(path: Path) -> list[str] | None:
    """Return the labels, one a line; None without the file."""
    if not path.exists():
        return None
    try:
        labels = [line.strip() for line in path.read_text(encoding="utf-8-sig").splitlines() if line.strip()]
    except UnicodeDecodeError as error:
        raise UnusableModel("labels.txt is not UTF-8 text; save it as such and upload the model again.") from error
    if not labels or len(set(labels)) < len(labels):
        raise UnusableModel("labels.txt must name every class once, one a line.")
    return labels


def within_one(answer: Tensor) -> bool:
    """Return whether the numbers are between 0 and 1, as far as rounding goes."""
    return bool((answer >= -ROUNDING).all() and (answer <= 1 + ROUNDING).all())


def finite(shares: Tensor) -> Tensor:
    """Return the numbers; raises UnusableModel if one is NaN or infinite, which the bounds of a share would hide."""
    if not np.isfinite(shares).all():
        raise UnusableModel("The model answers with what is no number (NaN or infinity); train or export it anew.")
    return shares


def softmax(scores: Tensor) -> Tensor:
    """Turn scores of any size into probabilities."""
    with np.errstate(invalid="ignore"):  # infinite scores end the start with a sentence of ours
        powers: Tensor = np.exp(scores - scores.max())
    shares: Tensor = powers / powers.sum()
    return shares
