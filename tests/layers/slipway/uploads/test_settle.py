"""When an upload is complete."""

from datetime import timedelta

import pytest

from slipway.errors import NotSettled
from slipway.models import Arrival
from slipway.uploads.settle import SECOND, Settling
from tests.support.fakes import NOW, FakeBucket, FakeClock

SETTLE = timedelta(seconds=20)
FOLDER = "models/birds/v1/"


@pytest.fixture
def settling() -> Settling:
    """The rules of a bucket with two files, long after both arrived."""
    bucket = FakeBucket()
    bucket.put(FOLDER + "model.onnx", b"weights")
    bucket.put(FOLDER + "labels.txt", b"robin\nwren\n")
    return Settling(bucket, FakeClock(NOW + SETTLE * 3), SETTLE)


def is_settled(settling: Settling, name: str, at: timedelta = timedelta()) -> bool:
    return settling.settled(Arrival(FOLDER + name, NOW + at)) is not None


def test_an_object_with_newer_ones_beside_it_is_overtaken(settling: Settling) -> None:
    """The newest object's own event settles the upload."""
    settling.bucket.put(FOLDER + "card.yaml", b"{}", NOW + SETTLE)  # type: ignore[attr-defined]
    assert not is_settled(settling, "model.onnx")
    assert is_settled(settling, "card.yaml", SETTLE)


def test_of_the_objects_of_one_second_the_last_by_name_speaks_for_all(settling: Settling) -> None:
    """S3 counts whole seconds, and one event is enough."""
    assert not is_settled(settling, "labels.txt")
    assert is_settled(settling, "model.onnx")


def test_an_upload_is_complete_when_the_quiet_time_is_over(settling: Settling) -> None:
    """Nothing new for so long means that nothing is missing; the error says when to look again."""
    early = Settling(settling.bucket, FakeClock(NOW + SETTLE / 4), SETTLE)
    with pytest.raises(NotSettled) as caught:
        is_settled(early, "model.onnx")
    assert caught.value.after == SETTLE * 3 / 4 + SECOND
    assert is_settled(settling, "model.onnx")
