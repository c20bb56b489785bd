"""One stack has one model in production, and another one takes its place only where somebody said so."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from slipway.models import Arrival, Candidate, Release, Replacement, State
from slipway.uploads.limits import Rules
from slipway.uploads.receive import UploadReceiver
from slipway.uploads.replacement import BY_OPERATORS
from tests.support.fakes import NOW, FakeBucket, FakeClock, FakeLedger, FakePipeline

FOLDER = "models/birds/v1/"
MARKED = b"replaces: digits\nreason: Birds take over"


@pytest.fixture
def uploads() -> UploadReceiver:
    """Production runs digits, and birds were uploaded."""
    ledger, bucket = FakeLedger(), FakeBucket()
    live = ledger.open(Candidate("digits-1", "digits", "models/digits/v1/", (), NOW), State.VERIFYING, "", NOW)
    ledger.go_live(live.id, NOW)
    bucket.put(FOLDER + "model.onnx")
    settle = timedelta(seconds=20)
    return UploadReceiver(bucket, ledger, FakePipeline(), FakeClock(NOW + settle), settle, Rules(1000))


def received(uploads: UploadReceiver, name: str = "model.onnx") -> Release:
    release = uploads.receive(Arrival(FOLDER + name, NOW))
    assert release is not None
    return release


def mark(uploads: UploadReceiver, content: bytes) -> None:
    uploads.bucket.put(FOLDER + "_RELEASE", content)  # type: ignore[attr-defined]


def test_another_model_is_refused(uploads: UploadReceiver) -> None:
    """It starts nothing, so it neither withdraws a question nor reaches staging; the sentence says what it takes."""
    refused = received(uploads)
    assert (refused.state, uploads.pipeline.executions) == (State.REFUSED, {})  # type: ignore[attr-defined]
    assert refused.reason.startswith("Production runs digits-r1, and this stack has one model in production.")
    assert "upload _RELEASE with `replaces: digits` and a `reason`" in refused.reason


def test_the_marker_says_so_with_a_reason(uploads: UploadReceiver) -> None:
    """Also after the same files were refused without it."""
    received(uploads)
    mark(uploads, MARKED)
    release = received(uploads, "_RELEASE")
    assert (release.state, release.replaces) == (State.RECEIVED, Replacement("digits", "Birds take over"))
    assert list(uploads.pipeline.executions) == [release.id]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("marker", "sentence"),
    [
        (b"replaces: owls\nreason: Birds take over", "Production runs digits-r1"),
        (b"reason: Birds take over", "Production runs digits-r1"),
        (b"replaces: digits", "_RELEASE: replaces needs a reason for the approvers"),
        (b"replaces: [digits]\nreason: x", "_RELEASE: replaces must name the model that is live"),
    ],
)
def test_a_marker_that_does_not_say_it_is_refused(uploads: UploadReceiver, marker: bytes, sentence: str) -> None:
    """A word for another time, or for another live model, is none."""
    mark(uploads, marker)
    release = received(uploads, "_RELEASE")
    assert (release.state, sentence in release.reason) == (State.REFUSED, True)


def test_the_operators_may_allow_it(uploads: UploadReceiver) -> None:
    """Then the card says that it was they."""
    allowing = replace(uploads, rules=Rules(1000, allow_other_models=True))
    assert received(allowing).replaces == Replacement("digits", BY_OPERATORS)


def test_the_live_model_and_the_first_one_replace_nothing(uploads: UploadReceiver) -> None:
    """As every upload until then."""
    uploads.bucket.put("models/digits/v2/model.onnx")  # type: ignore[attr-defined]
    same = uploads.receive(Arrival("models/digits/v2/model.onnx", NOW))
    assert same is not None
    first = received(replace(uploads, ledger=FakeLedger()))
    assert [(one.state, one.replaces) for one in (same, first)] == [(State.RECEIVED, Replacement())] * 2
