"""The candidate's model: an ONNX Runtime session, its labels, and the format of its pictures."""

import re
from pathlib import Path

import numpy as np
import onnxruntime as ort
from PIL import Image

from .card import read_card
from .errors import UnusableModel
from .graph import last_operator
from .tensors import InputFormat, Tensor, input_format

NUMBERS = ("tensor(float)", "tensor(double)", "tensor(float16)")
THREADS = 2
ROUNDING = 1e-2  # by which the shares of a quantized model may be off
# What the numbers are that an operator gives. Others are looked at.
SCORES_OF = {
    **dict.fromkeys(("Softmax", "Sigmoid", "HardSigmoid", "Normalizer"), "probabilities"),
    "LogSoftmax": "log_probabilities",
    **dict.fromkeys(("Gemm", "MatMul", "Conv", "QLinearMatMul", "MatMulInteger"), "logits"),
}

# Such as `[ONNXRuntimeError] : 1 : FAIL : Load model from model.onnx failed:/src/model.cc:256 onnxruntime::f(int) `.
PREAMBLE = re.compile(
    r"\[ONNXRuntimeError\] : \d+ : \w+ : |Load model from .*? failed:|\S+\.(?:cc|h):\d+ (?:[^()]*\([^()]*\)|\S+) "
)
FOLDERS = re.compile(r"(?<![\w.:/])/(?:[^/\s\"']+/)+")


class Classifier:
    """Answers how well a picture fits each label."""

    def __init__(
        self,
        session: ort.InferenceSession,
        output: str,
        expected: InputFormat,
        labels: list[str] | None,
        scores: str = "",
    ) -> None:
        """Try the model once, so that whatever does not fit ends the start and not a request.

        `scores` says what the model's numbers are, one of card.SCORES; empty if neither card nor graph tells.
        """
        self.session = session
        self.output = output
        self.input = expected
        trials = [self.run(trial) for trial in trial_tensors(expected)]
        self.labels = labels or [str(number) for number in range(trials[0].size)]
        if trials[0].size != len(self.labels):
            raise UnusableModel(
                f"labels.txt names {len(self.labels)} labels, but the model answers with {trials[0].size}."
            )
        self.scores = scores or ("probabilities" if all(map(within_one, trials)) else "logits")
        if not all(np.isfinite(self.probabilities(trial)).all() for trial in trials):
            raise UnusableModel("The model answers with what is no number (NaN or infinity); train or export it anew.")

    def classify(self, picture: Image.Image) -> dict[str, float]:
        """The probability of each label, highest first."""
        probabilities = self.probabilities(self.run(self.input.tensor(picture)))
        order = np.argsort(-probabilities, kind="stable")
        return {self.labels[place]: round(float(probabilities[place]), 6) for place in order}

    def probabilities(self, answer: Tensor) -> Tensor:
        """The raw answer where it is probabilities already: confidence is what the model says."""
        exact = answer.astype(np.float64)
        if self.scores == "logits":
            return softmax(exact)
        told = np.exp(exact) if self.scores == "log_probabilities" else exact
        # Rounding in the model may leave a share a little outside.
        return np.clip(told, 0, 1)

    def run(self, tensor: Tensor) -> Tensor:
        """The model's raw answer for one picture, one number per label."""
        (answer,) = self.session.run([self.output], {self.session.get_inputs()[0].name: tensor})
        return np.asarray(answer).reshape(-1)


def load_classifier(folder: Path) -> Classifier:
    """Load model, labels and card from a candidate's folder."""
    model = find_model(folder)
    session = open_session(model)
    inputs = session.get_inputs()
    if len(inputs) != 1:
        raise UnusableModel(f"The model wants {len(inputs)} inputs; export it with one, the picture.")
    card = read_card(folder / "card.yaml")
    expected, output = input_format(card, inputs[0].shape, inputs[0].type), score_output(session)
    scores = card.scores or SCORES_OF.get(last_operator(model, output), "")
    try:
        return Classifier(session, output, expected, read_labels(folder / "labels.txt"), scores)
    except UnusableModel:
        raise
    except Exception as error:  # ONNX Runtime's errors have no common parent, and the start owes an answer
        raise UnusableModel(
            f"The model loads but cannot be run ({plain(error)}); export it anew and try it."
        ) from error


def find_model(folder: Path) -> Path:
    """The candidate's one ONNX file, however its suffix is written and however deep it lies."""
    models = sorted(path for path in folder.rglob("*") if path.suffix.lower() == ".onnx")
    if len(models) != 1:
        raise UnusableModel(f"The candidate must hold one .onnx file, but {folder.name}/ holds {len(models)}.")
    return models[0]


def open_session(path: Path) -> ort.InferenceSession:
    """Open the model on the CPU, with few threads: requests run beside each other already."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = THREADS
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    try:
        return ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # see load_classifier
        raise UnusableModel(
            f"{path.name} cannot be loaded ({plain(error)}); export it anew and upload it whole."
        ) from error


def score_output(session: ort.InferenceSession) -> str:
    """The output with one number per label: scikit-learn's exports put the winning label before it."""
    for output in session.get_outputs():
        if output.type in NUMBERS:
            return str(output.name)
    raise UnusableModel("The model has no output of numbers; export a scikit-learn model with zipmap switched off.")


def read_labels(path: Path) -> list[str] | None:
    """One label a line; without the file the classes are numbered."""
    if not path.exists():
        return None
    try:
        labels = [line.strip() for line in path.read_text(encoding="utf-8-sig").splitlines() if line.strip()]
    except UnicodeDecodeError as error:
        raise UnusableModel("labels.txt is not UTF-8 text; save it as such and upload the model again.") from error
    if not labels or len(set(labels)) < len(labels):
        raise UnusableModel("labels.txt must name every class once, one a line.")
    return labels


def trial_tensors(expected: InputFormat) -> list[Tensor]:
    """A black, a white and a noisy picture."""
    mode = "L" if expected.channels == 1 else "RGB"
    size = (expected.width, expected.height)
    noise = Image.effect_noise(size, 80).convert(mode)
    return [
        expected.tensor(picture) for picture in (Image.new(mode, size, "black"), Image.new(mode, size, "white"), noise)
    ]


def within_one(answer: Tensor) -> bool:
    """Whether the numbers are between 0 and 1, as far as rounding goes."""
    return bool((answer >= -ROUNDING).all() and (answer <= 1 + ROUNDING).all())


def softmax(scores: Tensor) -> Tensor:
    """Turn scores of any size into probabilities."""
    with np.errstate(invalid="ignore"):  # infinite scores end the start with a sentence of ours
        powers: Tensor = np.exp(scores - scores.max())
    shares: Tensor = powers / powers.sum()
    return shares


def plain(error: Exception) -> str:
    """The first line of what ONNX Runtime says, without its codes, its sources, and folders of ours."""
    said = (str(error).strip().splitlines() or ["no reason given"])[0]
    return FOLDERS.sub("", PREAMBLE.sub("", said)).rstrip(".")
