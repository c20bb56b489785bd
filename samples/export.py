"""From trained classifiers to ONNX files."""

from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier

from samples.digits import SIZE

OPSET = 17


def export(model: LogisticRegression | MLPClassifier, name: str) -> bytes:
    """A classifier with a plain tensor of probabilities; the name is ours because the default one is random."""
    exported = to_onnx(
        model,
        initial_types=[("pixels", FloatTensorType([None, SIZE * SIZE]))],
        options={id(model): {"zipmap": False}},
        target_opset=OPSET,
        name=name,
    )
    # skl2onnx takes them from a set: without an order, a few processes in a hundred would write other bytes.
    exported.opset_import.sort(key=lambda opset: opset.domain)
    return bytes(exported.SerializeToString())
