"""Whole uploads, from the event to the ledger."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from fakes import NOW, FakeBucket, FakeClock, FakeLedger, FakePipeline
from fit_uploads import FIT
from made_models import pickled, torch
from unfit_uploads import LIMIT, UNFIT, Unfit

from slipway.models import Release, State
from slipway.uploads import Uploads

SETTLE = timedelta(seconds=20)
# The second problem that comes with the first: without a model of another name, there is none.
NO_MODEL = "There is no model file below models/birds/v1/: upload one that ends in .onnx."
PERMITTED = ["pickle", "long suffix", "joblib", "packed pickle", "PyTorch", "old PyTorch"]


def receive(files: dict[str, bytes], limit: int = LIMIT, *, allow_pickle: bool = False) -> tuple[Release, FakePipeline]:
    """Upload files by their keys, and handle the last one's event."""
    bucket, pipeline = FakeBucket(), FakePipeline()
    for key, content in files.items():
        bucket.put(key, content)
    uploads = Uploads(bucket, FakeLedger(), pipeline, FakeClock(NOW + SETTLE), SETTLE, limit, allow_pickle)
    release = uploads.receive(max(key for key in files if not key.endswith("/")), NOW)
    assert release is not None
    return release, pipeline


def keys(upload: Unfit) -> dict[str, bytes]:
    return {upload.prefix + path: content for path, content in upload.files.items()}


def too_large_for_the_rest(upload: Unfit) -> int:
    """Give a limit that only uploads about limits exceed."""
    limits = "at most" in upload.sentence
    return LIMIT if limits else 100_000


@pytest.mark.parametrize("name", UNFIT)
def test_an_unfit_upload_is_refused_with_its_sentence_and_starts_nothing(name: str) -> None:
    """One sentence for one problem: which file, what is wrong, what to do."""
    upload = UNFIT[name]
    release, pipeline = receive(keys(upload), too_large_for_the_rest(upload))
    assert (release.state, pipeline.executions) == (State.REFUSED, {})
    assert release.reason.removeprefix(NO_MODEL + " ") == upload.sentence


@pytest.mark.parametrize("name", FIT)
def test_an_unusual_upload_that_is_fit_is_released(name: str) -> None:
    """What works in S3 and can be served is not refused for its looks."""
    release, pipeline = receive(FIT[name])
    assert release.reason == ""
    assert list(pipeline.executions) == ["birds-r1"]


@pytest.mark.parametrize("name", PERMITTED)
def test_operators_can_permit_formats_that_run_code(name: str) -> None:
    """AllowPickle is theirs to set."""
    assert receive(keys(UNFIT[name]), allow_pickle=True)[0].state is State.RECEIVED


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("model.pkl", b"weights", "model.pkl is no pickle: export it again and upload the new file."),
        ("model.pt", b"weights", "model.pt is no PyTorch file: export it again and upload the new file."),
        ("model.pt", torch()[:-9], f"model.pt is cut off after {len(torch()) - 9:,} bytes: export it again and upload the whole file."),
        ("model.onnx", pickled(), "model.onnx is no ONNX model: export it again and upload the new file."),
    ],
)  # fmt: skip
def test_what_is_permitted_must_still_be_what_it_says(name: str, content: bytes, sentence: str) -> None:
    """AllowPickle permits a format, not a broken file."""
    assert receive({"models/birds/v1/" + name: content}, allow_pickle=True)[0].reason == sentence


def test_all_problems_of_an_upload_are_told_together() -> None:
    """Nobody uploads five times to hear of five problems."""
    files = {}
    for name in ("cut ONNX", "control character", "same label twice", "number as author", "golden file left behind"):
        files.update(UNFIT[name].files)
    files["model.onnx"] = UNFIT["cut ONNX"].files["model.onnx"]
    reason = receive({f"models/Birds/v1/{path}": content for path, content in files.items()})[0].reason
    told = ["The model's name", "model.onnx is cut off", "a\\nb has", "card.yaml: author", "labels.txt names", "suite.yaml names"]
    assert [part for part in told if part not in reason] == []


def test_the_author_comes_from_the_card() -> None:
    """Nobody approves an own model, so it must be known."""
    assert receive(FIT["a card with everything"])[0].author == "ada@example.com"
    assert receive(FIT["a single file"])[0].author == ""


def test_there_are_enough_examples() -> None:
    """The corpus is only worth something as a whole."""
    assert (len(UNFIT) >= 40, len(FIT) >= 15) == (True, True)
    assert len({replace(upload, sentence="").files.__repr__() for upload in UNFIT.values()}) == len(UNFIT)
