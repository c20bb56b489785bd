"""An uploader who wants a bad model to pass writes a suite for it: each is refused before anything is built."""

from __future__ import annotations

from datetime import timedelta

import pytest

from slipway.models import Arrival, Release, State
from slipway.uploads.limits import Rules
from slipway.uploads.receive import UploadReceiver
from tests.support.fakes import NOW, FakeBucket, FakeClock, FakeLedger, FakePipeline
from tests.support.made_models import onnx
from tests.support.paths import ROOT
from tests.support.unfit_uploads import FOLDER

SETTLE = timedelta(seconds=20)
RECORD = (ROOT / "service" / "suite" / "suite.yaml").read_bytes()
MODEL = FOLDER.split("/")[1]


def received(suite: str, record: bytes = RECORD, **rules: object) -> Release:
    """What becomes of a model with a suite, where the bucket keeps a suite of record."""
    bucket = FakeBucket()
    if record:
        bucket.write(f"suites/{MODEL}/suite.yaml", record, "text/yaml")
    for name, content in {"model.onnx": onnx(), "suite.yaml": suite.encode()}.items():
        bucket.put(FOLDER + name, content)
    limits = Rules(100_000, **rules)  # type: ignore[arg-type]  # of several types
    uploads = UploadReceiver(bucket, FakeLedger(), FakePipeline(), FakeClock(NOW + SETTLE), SETTLE, limits)
    release = uploads.receive(Arrival(FOLDER + "suite.yaml", NOW))
    assert release is not None
    return release


ATTACKS = {
    "nothing is tested": ("requests:\ncontract:\naccuracy:\ncompare:\nlatency:", "`accuracy` is switched off"),
    "a check is off": ("accuracy: false", "`accuracy` is switched off"),
    "identity by a literal": ("identity: {expression: \"'digits'\", member: model}", "finds the same whatever"),
    "identity by a condition": ("identity: {expression: \"status && 'digits'\"}", "finds the same whatever"),
    "identity elsewhere": ("identity: {path: /health}", "`identity` belongs to whoever owns the service"),
    "no identity": ("identity: absent", "`identity` belongs to"),
    "predictions by a literal": ('predict: {answer: "type(@)"}', "finds the same whatever"),
    "another way to predict": ("predict: /always-right", "`predict` belongs to"),
    "readiness of anything": ("ready: {path: /nothing, status: 404}", "`ready` belongs to"),
    "a bound of 8 %": ("accuracy: 0.08", "`accuracy.at_least` is 0.08 and must be at least 0.9"),
    "worse than production": ("accuracy: {below_production: 0.9}", "must be at most 0.05"),
    "no number": ("accuracy: {at_least: .nan}", "a number that JSON does not know"),
    "told only": ("accuracy: {at_least: 0.99, severity: should}", "must stay `must`"),
    "ten attempts": ("latency: {p95: 100, attempts: 10}", "`latency.attempts` is 10 and must be at most 1"),
    "other predictions": ("compare: {agreement: 0}", "`compare.agreement` is 0 and must be at least 0.9"),
    "an hour to answer": ("latency: {p50: 10000}", "must be at most 30"),
    "one quick request": ("latency: {requests: 1}", "`latency.requests` is 1 and must be at least 50"),
    "a contract of nothing": ("contract: {schema: {}}", "`contract.schema` would replace"),
    "no malformed requests": ("contract: {malformed: []}", "`contract.malformed` is empty"),
    "a request of the record": (
        "requests: [{name: reads a seven, expect: 5xx}]",
        "'reads a seven' is the service's own",
    ),
    "an own golden set": ("golden: mine", "`golden` belongs to"),
    "a check that is named twice": ("accuracy: 0.99\naccuracy: 0.01", "is there twice"),
    "a merge key": ("a: &a {at_least: 0}\naccuracy: {<<: *a}", "neither `<<`"),
    "a suite without an end": ("latency: {p95: 100, requests: 100000}", "may take 169 minutes and has 30"),
}


@pytest.mark.parametrize(("suite", "sentence"), ATTACKS.values(), ids=ATTACKS)
def test_an_attack_is_refused_with_a_sentence(suite: str, sentence: str) -> None:
    """It names the field, the bound of record and the uploader's."""
    release = received(suite)
    assert release.state is State.REFUSED
    assert sentence in release.reason


@pytest.mark.parametrize("suite", ["identity: absent", "accuracy: null", "contract: false", "golden: mine"])
def test_what_loosens_any_suite_is_refused_without_a_record(suite: str) -> None:
    """The service's suite is known to the build alone."""
    assert received(suite, b"").state is State.REFUSED


@pytest.mark.parametrize("suite", ["accuracy: 0.95", "contract: true", "requests: [{name: mine, json: {a: 1}}]"])
def test_what_tightens_gets_in(suite: str) -> None:
    """And so does what changes nothing."""
    assert received(suite).state is State.RECEIVED


def test_what_the_operator_allows_gets_in() -> None:
    """The build warns of it, and an approver ticks that."""
    assert received("accuracy: 0.08", allow_looser_suites=True).state is State.RECEIVED


def test_a_record_that_cannot_be_read_lets_nothing_in() -> None:
    """Nobody knows what it demands."""
    assert "cannot be read: have its owner correct it" in received("accuracy: 0.95", b"[").reason
