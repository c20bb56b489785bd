"""Whole uploads, from the event to the ledger."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from slipway.models import Arrival, Release, State
from slipway.uploads.limits import Rules
from slipway.uploads.receive import UploadReceiver
from tests.support.fakes import NOW, FakeBucket, FakeClock, FakeLedger, FakePipeline
from tests.support.fit_uploads import DECLARED, FIT
from tests.support.made_models import pickled, torch
from tests.support.unfit_uploads import LIMIT, SAMPLE, UNFIT, Unfit

# What pickletools says of escapes in bytes that are no pickle.
pytestmark = pytest.mark.filterwarnings("ignore:invalid escape sequence:DeprecationWarning")

SETTLE = timedelta(seconds=20)
# A second problem that comes with some of the first ones.
NO_MODEL = re.compile(r"^There is no model file below models/birds/v1/: upload one that ends in .*?\. (?=\S)")
PERMITTED = [
    "pickle",
    "long suffix",
    "joblib",
    "packed pickle",
    "PyTorch",
    "old PyTorch",
    "HDF5, in which Keras keeps code",
]


def receive(files: dict[str, bytes], rules: Rules = Rules(LIMIT)) -> tuple[Release, FakePipeline]:  # noqa: B008  # frozen
    """Upload files by their keys, and handle the last one's event."""
    bucket, pipeline = FakeBucket(), FakePipeline()
    for key, content in files.items():
        bucket.put(key, content)
    uploads = UploadReceiver(bucket, FakeLedger(), pipeline, FakeClock(NOW + SETTLE), SETTLE, rules)
    release = uploads.receive(Arrival(max(key for key in files if not key.endswith("/")), NOW))
    assert release is not None
    return release, pipeline


def keys(upload: Unfit) -> dict[str, bytes]:
    return {upload.prefix + path: content for path, content in upload.files.items()}


@pytest.mark.parametrize("name", UNFIT)
def test_an_unfit_upload_is_refused_with_its_sentence_and_starts_nothing(name: str) -> None:
    """One sentence for one problem: which file, what is wrong, what to do."""
    upload = UNFIT[name]
    limit = LIMIT if "at most" in upload.sentence else 100_000
    release, pipeline = receive(keys(upload), Rules(limit, upload.runs_code, upload.accepted))
    assert (release.state, pipeline.executions) == (State.REFUSED, {})
    assert NO_MODEL.sub("", release.reason) == upload.sentence


@pytest.mark.parametrize("name", FIT)
def test_an_unusual_upload_that_is_fit_is_released(name: str) -> None:
    """What works in S3 and can be served is not refused for its looks."""
    accepted = DECLARED.get(name, SAMPLE)
    release, pipeline = receive(FIT[name], Rules(LIMIT, "hdf5" in accepted, accepted))
    assert release.reason == ""
    assert list(pipeline.executions) == ["birds-r1"]


@pytest.mark.parametrize("name", PERMITTED)
def test_operators_can_permit_formats_that_run_code(name: str) -> None:
    """AllowPickle is theirs to set."""
    assert receive(keys(UNFIT[name]), Rules(LIMIT, True, UNFIT[name].accepted))[0].state is State.RECEIVED


@pytest.mark.parametrize("name", PERMITTED)
def test_operators_permit_only_what_the_service_declares(name: str) -> None:
    """AllowPickle alone lets nothing in."""
    release, _ = receive(keys(UNFIT[name]), Rules(LIMIT, True, ("onnx", "labels.txt")))
    assert "is not among the files that the service takes (onnx, labels.txt," in release.reason


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("model.pkl", b"weights", "is no pickle"),
        ("model.pt", b"weights", "is no PyTorch file"),
        ("model.pt", torch()[:-9], "is cut off after"),
        ("model.onnx", pickled(), "is a pickle, not an ONNX model"),
    ],
)
def test_what_is_permitted_must_still_be_what_it_says(name: str, content: bytes, problem: str) -> None:
    """AllowPickle permits a format, not a broken file."""
    rules = Rules(LIMIT, True, ("onnx", "pickle", "torch"))
    reason = receive({"models/birds/v1/" + name: content}, rules)[0].reason
    assert reason.startswith(f"{name} {problem}")


def test_all_problems_of_an_upload_are_told_together() -> None:
    """Nobody uploads five times to hear of five problems."""
    files = {}
    for name in ("cut ONNX", "control character", "same label twice", "number as author", "golden file left behind"):
        files.update(UNFIT[name].files)
    files["model.onnx"] = UNFIT["cut ONNX"].files["model.onnx"]
    uploaded = {f"models/Birds/v1/{path}": content for path, content in files.items()}
    reason = receive(uploaded, Rules(LIMIT, accepted=("onnx", "labels.txt", "*.md")))[0].reason
    told = [
        "The model's name",
        "model.onnx is cut off",
        "a\\nb.md has",
        "card.yaml: author",
        "labels.txt names",
        "suite.yaml, line 1: golden/7.png is not there",
    ]
    assert [part for part in told if part not in reason] == []


def test_the_author_comes_from_the_card() -> None:
    """Nobody approves an own model, so it must be known."""
    assert receive(FIT["a card with everything"])[0].author == "ada@example.com"
    assert receive(FIT["a single file"])[0].author == ""


def test_there_are_enough_examples() -> None:
    """The corpus is only worth something as a whole."""
    assert (len(UNFIT) >= 40, len(FIT) >= 15) == (True, True)
    assert len({repr(replace(upload, sentence="")) for upload in UNFIT.values()}) == len(UNFIT)
