"""A right but slow model: linear scores, after a long detour that leaves them as they are."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from sklearn.linear_model import LogisticRegression

from samples.digits import SIZE

PIXELS = SIZE * SIZE
OPSET = 17
IR_VERSION = 8
ROUNDS = 100_000


def export_slow(model: LogisticRegression) -> bytes:
    """The classifier's scores before the softmax, so that the service is tried with such models too."""
    constants = {
        "weights": model.coef_.T.astype(np.float32),
        "bias": model.intercept_.astype(np.float32),
        "rounds": np.array(ROUNDS, dtype=np.int64),
        "always": np.array(True),
    }
    graph = helper.make_graph(
        nodes=[
            helper.make_node("Loop", ["rounds", "always", "pixels"], ["seen"], body=detour()),
            helper.make_node("MatMul", ["seen", "weights"], ["products"]),
            helper.make_node("Add", ["products", "bias"], ["scores"]),
        ],
        name="slow",
        inputs=[helper.make_tensor_value_info("pixels", TensorProto.FLOAT, [None, PIXELS])],
        outputs=[helper.make_tensor_value_info("scores", TensorProto.FLOAT, [None, len(model.classes_)])],
        initializer=[numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    opset = [helper.make_opsetid("", OPSET)]
    return bytes(helper.make_model(graph, opset_imports=opset, ir_version=IR_VERSION).SerializeToString())


def detour() -> onnx.GraphProto:
    """One round of the loop: pixels are never negative, so Abs changes nothing, but it cannot be optimised away."""
    return helper.make_graph(
        nodes=[
            helper.make_node("Identity", ["go_on"], ["still"]),
            helper.make_node("Abs", ["before"], ["after"]),
        ],
        name="detour",
        inputs=[
            helper.make_tensor_value_info("round", TensorProto.INT64, []),
            helper.make_tensor_value_info("go_on", TensorProto.BOOL, []),
            helper.make_tensor_value_info("before", TensorProto.FLOAT, [None, PIXELS]),
        ],
        outputs=[
            helper.make_tensor_value_info("still", TensorProto.BOOL, []),
            helper.make_tensor_value_info("after", TensorProto.FLOAT, [None, PIXELS]),
        ],
    )
