"""An upload with `_RELEASE`: released at once, complete, or again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from slipway.errors import NotSettled
from slipway.models import Arrival, Release, State
from slipway.uploads.limits import Rules
from slipway.uploads.receive import UploadReceiver
from slipway.uploads.settle import MARKED_SETTLE, MISSING_TIMEOUT
from tests.support.fakes import NOW, ONNX, FakeBucket, FakeClock, FakeLedger, FakePipeline

SETTLE = timedelta(seconds=20)
FOLDER = "models/birds/v1/"
MODEL, MARKER = FOLDER + "model.onnx", FOLDER + "_RELEASE"


@pytest.fixture
def bucket() -> FakeBucket:
    return FakeBucket()


@pytest.fixture
def uploads(bucket: FakeBucket) -> UploadReceiver:
    """Uploads, at the moment when the marker's event comes."""
    return UploadReceiver(bucket, FakeLedger(), FakePipeline(), FakeClock(NOW), SETTLE, Rules(1000))


def later(uploads: UploadReceiver, by: timedelta) -> UploadReceiver:
    return replace(uploads, clock=FakeClock(NOW + by))


def released(uploads: UploadReceiver, key: str = MARKER) -> Release:
    release = uploads.receive(Arrival(key, NOW))
    assert release is not None
    return release


def test_a_marker_that_comes_last_settles_at_once(uploads: UploadReceiver, bucket: FakeBucket) -> None:
    """After the few seconds in which S3 cannot tell what came last."""
    bucket.put(MODEL, modified=NOW - timedelta(seconds=2))
    bucket.put(MARKER, b"", NOW)
    assert released(uploads).execution_id
    assert uploads.clock.now() == NOW + MARKED_SETTLE


def test_what_came_in_the_same_second_as_the_marker_is_in(uploads: UploadReceiver, bucket: FakeBucket) -> None:
    """S3 counts whole seconds: the marker speaks for all of its second."""
    bucket.put(MARKER, b"", NOW)
    bucket.put(MODEL, modified=NOW)
    assert released(uploads).execution_id
    assert uploads.clock.now() == NOW + MARKED_SETTLE


def test_a_marker_that_does_not_come_last_settles_nothing(uploads: UploadReceiver, bucket: FakeBucket) -> None:
    """What came after it is settled by its own event, in its time."""
    bucket.put(MARKER, b"", NOW)
    bucket.put(MODEL, modified=NOW + timedelta(seconds=1))
    assert uploads.receive(Arrival(MARKER, NOW)) is None


def test_a_marker_alone_waits_for_what_it_marks(uploads: UploadReceiver, bucket: FakeBucket) -> None:
    """Tools that copy side by side may send it first."""
    bucket.put(MARKER, b"", NOW)
    with pytest.raises(NotSettled):
        uploads.receive(Arrival(MARKER, NOW))


def test_a_marker_that_stays_alone_is_refused(uploads: UploadReceiver, bucket: FakeBucket) -> None:
    """It was put into the wrong folder, and somebody waits."""
    bucket.put(MARKER, b"", NOW)
    release = released(later(uploads, SETTLE))
    assert (release.state, release.reason.startswith("The upload at models/birds/v1/ is empty")) == (
        State.REFUSED,
        True,
    )


def test_the_marker_is_no_part_of_the_candidate(uploads: UploadReceiver, bucket: FakeBucket) -> None:
    """The same files with and without one are the same content."""
    bucket.put(MODEL, modified=NOW - timedelta(minutes=1))
    without = released(later(uploads, SETTLE), MODEL)
    bucket.put(MARKER, b"", NOW)
    assert released(uploads).candidate == without.candidate


def test_what_the_marker_names_is_waited_for(uploads: UploadReceiver, bucket: FakeBucket) -> None:
    """The message comes again until it is there."""
    bucket.put(MODEL, modified=NOW)
    bucket.put(MARKER, b"files: [model.onnx, card.yaml]", NOW)
    waiting = later(uploads, SETTLE)
    with pytest.raises(NotSettled, match=r"waits for card\.yaml"):
        waiting.receive(Arrival(MARKER, NOW))
    bucket.put(FOLDER + "card.yaml", b"{}", NOW)
    assert released(waiting).execution_id


def test_what_never_comes_is_named_when_the_time_is_over(uploads: UploadReceiver, bucket: FakeBucket) -> None:
    """The limit is told, and the cure."""
    bucket.put(MODEL, modified=NOW)
    bucket.put(MARKER, b"files: [model.onnx, card.yaml]", NOW)
    release = released(later(uploads, MISSING_TIMEOUT))
    assert release.state is State.REFUSED
    told = "_RELEASE names card.yaml, which did not arrive within 15 minutes"
    assert release.reason == f"{told}: upload what is missing, then _RELEASE again."


def test_another_object_s_event_does_not_release_what_is_incomplete(
    uploads: UploadReceiver, bucket: FakeBucket
) -> None:
    """Its settle time is over, but the list is not."""
    bucket.put(MARKER, b"files: [card.yaml]", NOW - timedelta(seconds=1))
    bucket.put(MODEL, modified=NOW)
    with pytest.raises(NotSettled):
        later(uploads, SETTLE).receive(Arrival(MODEL, NOW))


def test_a_marker_s_mistake_is_not_the_content_s(uploads: UploadReceiver, bucket: FakeBucket) -> None:
    """The corrected marker releases what the wrong one did not."""
    bucket.put(MODEL, modified=NOW)
    bucket.put(MARKER, b"force: true", NOW)
    refused = released(uploads)
    assert (refused.state, "force needs a reason" in refused.reason) == (State.REFUSED, True)
    bucket.put(MARKER, b"", NOW)
    assert released(uploads).state is State.RECEIVED


def test_a_content_that_was_said_no_to_is_released_again_by_force(uploads: UploadReceiver, bucket: FakeBucket) -> None:
    """With the reason, and with the release that it was."""
    bucket.put(MODEL, modified=NOW)
    first = released(later(uploads, SETTLE), MODEL)
    uploads.ledger.change(first.id, lambda release: replace(release, state=State.REJECTED))
    bucket.put(MARKER, b"force: true\nreason: it was the wrong person", NOW)
    again = released(uploads)
    assert (again.id, again.previous_release, again.force_reason) == ("birds-r2", first.id, "it was the wrong person")
    assert list(uploads.pipeline.executions) == ["birds-r1", "birds-r2"]  # type: ignore[attr-defined]


def test_one_word_forces_once(uploads: UploadReceiver, bucket: FakeBucket) -> None:
    """The marker's event comes twice by design."""
    bucket.put(MODEL, modified=NOW)
    bucket.put(MARKER, b"force: true\nreason: again", NOW)
    assert released(uploads) == released(uploads)
    bucket.put(MARKER, b"force: true\nreason: and again", NOW)
    assert released(uploads).id == "birds-r2"
    assert released(uploads).id == "birds-r2"


def test_known_content_says_which_release_it_is(uploads: UploadReceiver, bucket: FakeBucket) -> None:
    """The release remembers the other upload, once."""
    bucket.put(MODEL, modified=NOW)
    settled = later(uploads, SETTLE)
    first = released(settled, MODEL)
    bucket.put("models/birds/copy/model.onnx", modified=NOW)
    for _ in range(2):
        again = released(settled, "models/birds/copy/model.onnx")
        assert (again.id, [repeat.prefix for repeat in again.repeats]) == (first.id, ["models/birds/copy/"])


def test_too_many_files_are_refused_by_their_count(uploads: UploadReceiver, bucket: FakeBucket) -> None:
    """None of them is read."""
    for number in range(2001):
        bucket.put(f"{FOLDER}{number}.onnx", ONNX, NOW)
    release = released(later(uploads, SETTLE), FOLDER + "999.onnx")
    assert release.reason == "The upload has 2,001 files and at most 2,000 are allowed: upload fewer, larger ones."
    assert bucket.reads == []


def test_a_marker_that_comes_when_all_has_settled_repeats_nothing(uploads: UploadReceiver, bucket: FakeBucket) -> None:
    """Nobody is told that the content was uploaded again, because it was not."""
    bucket.put(MODEL, modified=NOW)
    first = released(later(uploads, SETTLE * 2), MODEL)
    at = NOW + SETTLE * 3
    bucket.put(MARKER, b"", at)
    again = later(uploads, SETTLE * 4).receive(Arrival(MARKER, at))
    assert again is not None
    assert (again.id, again.repeats) == (first.id, ())


def test_the_same_files_in_the_same_folder_are_a_repetition(uploads: UploadReceiver, bucket: FakeBucket) -> None:
    """They were uploaded again."""
    bucket.put(MODEL, modified=NOW)
    released(later(uploads, SETTLE * 2), MODEL)
    at = NOW + SETTLE * 3
    bucket.put(MODEL, modified=at)
    again = later(uploads, SETTLE * 5).receive(Arrival(MODEL, at))
    assert again is not None
    assert [repeat.at for repeat in again.repeats] == [at]
