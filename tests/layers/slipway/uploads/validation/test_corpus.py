"""Whole uploads, from the event to the ledger."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from slipway.models import Arrival, Release, State
from slipway.uploads.limits import Rules
from slipway.uploads.receive import UploadReceiver
from slipway.uploads.validation import inspection
from tests.support.fakes import NOW, FakeBucket, FakeClock, FakeLedger, FakePipeline
from tests.support.fit_uploads import FIT
from tests.support.made_models import onnx, pickled, torch, weights
from tests.support.unfit_uploads import LIMIT, UNFIT, Unfit

# What pickletools says of escapes in bytes that are no pickle.
pytestmark = pytest.mark.filterwarnings("ignore:invalid escape sequence:DeprecationWarning")

SETTLE = timedelta(seconds=20)
# A second problem that comes with some of the first ones.
NO_MODEL = "There is no model file below models/birds/v1/: upload one that ends in .onnx."
PERMITTED = ["pickle", "long suffix", "joblib", "packed pickle", "PyTorch", "old PyTorch"]


def receive(files: dict[str, bytes], limit: int = LIMIT, *, allow_pickle: bool = False) -> tuple[Release, FakePipeline]:
    """Upload files by their keys, and handle the last one's event."""
    bucket, pipeline = FakeBucket(), FakePipeline()
    for key, content in files.items():
        bucket.put(key, content)
    uploads = UploadReceiver(
        bucket, FakeLedger(), pipeline, FakeClock(NOW + SETTLE), SETTLE, Rules(limit, allow_pickle)
    )
    release = uploads.receive(Arrival(max(key for key in files if not key.endswith("/")), NOW))
    assert release is not None
    return release, pipeline


def keys(upload: Unfit) -> dict[str, bytes]:
    return {upload.prefix + path: content for path, content in upload.files.items()}


@pytest.mark.parametrize("name", UNFIT)
def test_an_unfit_upload_is_refused_with_its_sentence_and_starts_nothing(name: str) -> None:
    """One sentence for one problem: which file, what is wrong, what to do."""
    upload = UNFIT[name]
    release, pipeline = receive(keys(upload), LIMIT if "at most" in upload.sentence else 100_000)
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
    ("name", "content", "problem"),
    [
        ("model.pkl", b"weights", "is no pickle"),
        ("model.pt", b"weights", "is no PyTorch file"),
        ("model.pt", torch()[:-9], "is cut off after"),
        ("model.onnx", pickled(), "is no ONNX model"),
    ],
)
def test_what_is_permitted_must_still_be_what_it_says(name: str, content: bytes, problem: str) -> None:
    """AllowPickle permits a format, not a broken file."""
    reason = receive({"models/birds/v1/" + name: content}, allow_pickle=True)[0].reason
    assert reason.startswith(f"{name} {problem}")


def test_all_problems_of_an_upload_are_told_together() -> None:
    """Nobody uploads five times to hear of five problems."""
    files = {}
    for name in ("cut ONNX", "control character", "same label twice", "number as author", "golden file left behind"):
        files.update(UNFIT[name].files)
    files["model.onnx"] = UNFIT["cut ONNX"].files["model.onnx"]
    reason = receive({f"models/Birds/v1/{path}": content for path, content in files.items()})[0].reason
    told = [
        "The model's name",
        "model.onnx is cut off",
        "a\\nb has",
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


def test_many_files_share_what_may_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """However they are made, a look at them fits into the function's minute."""
    monkeypatch.setattr(inspection, "MOST_REQUESTS", 300)
    bucket = FakeBucket()
    names = [weights(f"w{number}", bytes(20_000)) for number in range(40)]
    for number in range(20):
        bucket.put(f"models/birds/v1/{number}.onnx", onnx(initializers=names))
    uploads = UploadReceiver(bucket, FakeLedger(), FakePipeline(), FakeClock(NOW + SETTLE * 2), SETTLE, Rules(1 << 40))
    assert uploads.receive(Arrival("models/birds/v1/9.onnx", NOW)) is not None
    assert 20 * inspection.FEWEST < len(bucket.reads) <= 300
