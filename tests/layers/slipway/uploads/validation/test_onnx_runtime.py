"""What ONNX Runtime would not load is told before anything is built."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from slipway.models import Candidate, CandidateFile
from slipway.uploads.limits import Deadline, Rules
from slipway.uploads.validation import onnx_runtime
from slipway.uploads.validation.inspection import inspect
from tests.support.fakes import NOW, FakeBucket, FakeClock
from tests.support.paths import ROOT

onnx = pytest.importorskip("onnx")
runtime = pytest.importorskip("onnxruntime")

GRAPH = "{name} agraph (float[1, 4] x) => (float[1, 4] y) {{ y = {operator}(x) }}"


def model(operator: str = "Relu", ir: int = 8, functions: str = "", **opsets: int) -> bytes:
    """A model of one operator; opsets by domain, with underscores for dots."""
    domains = {"": 17} | {name.replace("_", ".").removeprefix("onnx"): version for name, version in opsets.items()}
    imports = ", ".join(f'"{domain}" : {version}' for domain, version in domains.items())
    graph = GRAPH.format(name=f"<ir_version: {ir}, opset_import: [{imports}]>", operator=operator)
    content: bytes = onnx.parser.parse_model(graph + functions).SerializeToString()
    return content


def told(content: bytes, *accepted: str) -> str:
    """What an upload of a model is told."""
    bucket = FakeBucket()
    bucket.put("models/birds/v1/model.onnx", content)
    (item,) = bucket.current.values()
    file = CandidateFile("model.onnx", item.key, item.version_id, item.size, item.etag)
    listing = Candidate("birds-1", "birds", "models/birds/v1/", (file,), NOW)
    rules = Rules(10**9, accepted=accepted or ("onnx",))
    return " ".join(inspect(bucket, listing, rules, Deadline(FakeClock())).problems)


def loads(content: bytes) -> bool:
    """Whether the runtime loads a model."""
    try:
        runtime.InferenceSession(content, providers=["CPUExecutionProvider"])
    except Exception:  # noqa: BLE001 - the runtime has many errors of its own
        return False
    return True


SQUARE = '<domain: "my.own", opset_import: ["" : 17]> Square (a) => (b) { b = Mul(a, a) }'
LOADED = {
    "plain": model(),
    "newest": model(ir=14, onnx=28),
    "trees": model("ai.onnx.ml.Binarizer", ai_onnx_ml=5),
    "the runtime's own": model("com.microsoft.Gelu", com_microsoft=1),
    "a function of its own": model("my.own.Square", functions=SQUARE, my_own=1),
    "a domain that is not used": model(my_own=1),
}
NOT_LOADED = {
    "operator of somebody's": (model("my.own.Foo", my_own=1), "model.onnx uses my.own.Foo, which ONNX Runtime"),
    "no operator": (model("Foo"), "model.onnx uses Foo, which ONNX Runtime"),
    "operator of PyTorch": (model("org.pytorch.aten.ATen", org_pytorch_aten=1), "uses org.pytorch.aten.ATen, which"),
    "new opset": (model(onnx=29), "model.onnx uses opset 29, and ONNX Runtime"),
    "new opset of trees": (model(ai_onnx_ml=6), "uses opset 6 of ai.onnx.ml, and"),
    "new format": (model(ir=15), "model.onnx is of ONNX's format 15, and ONNX Runtime"),
}


@pytest.mark.parametrize("content", LOADED.values(), ids=LOADED)
def test_what_the_runtime_loads_is_accepted(content: bytes) -> None:
    """As the runtime itself says."""
    assert (told(content), loads(content)) == ("", True)


@pytest.mark.parametrize(("content", "why"), NOT_LOADED.values(), ids=NOT_LOADED)
def test_what_the_runtime_does_not_load_is_refused(content: bytes, why: str) -> None:
    """As the runtime itself says; a service of one's own may have other operators."""
    assert why in told(content)
    assert not loads(content)
    assert told(content, "any_onnx") == ""


def test_what_is_known_of_the_runtime_is_what_the_sample_service_has() -> None:
    """Whoever updates the service's requirements updates onnx_runtime.json, too."""
    from onnxruntime.capi.onnxruntime_pybind11_state import get_all_operator_schema

    known = json.loads(Path(onnx_runtime.__file__).with_name("onnx_runtime.json").read_text())
    schemas = [(one.domain, one.name) for one in get_all_operator_schema()]
    has = {domain: sorted({name for where, name in schemas if where == domain}) for domain in known["operators"]}
    assert (known["runtime"], known["operators"]) == (runtime.__version__, has)
    assert f"onnxruntime=={runtime.__version__}" in (ROOT / "service" / "requirements" / "onnx.txt").read_text()
