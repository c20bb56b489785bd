"""Uploads become candidates."""

from datetime import timedelta

import pytest

from slipway.models import Candidate
from slipway.uploads import candidates
from tests.support.fakes import NOW, FakeBucket

SETTLE = timedelta(seconds=20)
FOLDER = "models/birds/v1/"


@pytest.fixture
def bucket() -> FakeBucket:
    bucket = FakeBucket()
    bucket.put(FOLDER + "model.onnx", b"weights")
    bucket.put(FOLDER + "labels.txt", b"robin\nwren\n")
    return bucket


def freeze(bucket: FakeBucket, prefix: str = FOLDER) -> Candidate:
    return candidates.freeze(bucket, prefix, bucket.versions(prefix))


@pytest.mark.parametrize(
    ("key", "prefix"),
    [
        ("models/birds/v1/model.onnx", "models/birds/v1/"),
        ("models/birds/v1/variables/data 1.bin", "models/birds/v1/"),
        ("models/birds/model.onnx", "models/birds/model.onnx"),
    ],
)
def test_an_upload_is_a_folder_below_the_model_or_a_single_file(key: str, prefix: str) -> None:
    """The third segment of a key decides what belongs together."""
    assert candidates.prefix_of(key) == prefix


def test_equal_content_has_the_same_name_wherever_it_lies(bucket: FakeBucket) -> None:
    """A candidate is named by paths, sizes and checksums, not by folder, version or time."""
    for name in ("labels.txt", "model.onnx"):
        content = bucket.content[bucket.current[FOLDER + name].version_id]
        bucket.put(f"models/birds/elsewhere/{name}", content, NOW + SETTLE)
    assert freeze(bucket).name == freeze(bucket, "models/birds/elsewhere/").name


def test_another_content_has_another_name(bucket: FakeBucket) -> None:
    """Overwriting a file in place makes another candidate."""
    before = freeze(bucket)
    bucket.put(FOLDER + "model.onnx", b"Weights")
    assert freeze(bucket).name != before.name


def test_a_candidate_names_exact_versions(bucket: FakeBucket) -> None:
    """What was frozen stays what it was when the objects are overwritten."""
    candidate = freeze(bucket)
    assert [(file.path, file.version_id) for file in candidate.files] == [("labels.txt", "v2"), ("model.onnx", "v1")]


def test_a_single_file_is_its_own_path(bucket: FakeBucket) -> None:
    """A file right below its model keeps its name."""
    bucket.put("models/birds/model.onnx")
    assert [file.path for file in freeze(bucket, "models/birds/model.onnx").files] == ["model.onnx"]


def test_an_object_with_newer_ones_beside_it_is_overtaken(bucket: FakeBucket) -> None:
    """The newest object's own event settles the upload."""
    bucket.put(FOLDER + "card.yaml", b"{}", NOW + SETTLE)
    assert candidates.overtaken(bucket.versions(FOLDER), FOLDER + "model.onnx", NOW)
    assert not candidates.overtaken(bucket.versions(FOLDER), FOLDER + "card.yaml", NOW + SETTLE)


def test_of_the_objects_of_one_second_the_last_by_name_speaks_for_all(bucket: FakeBucket) -> None:
    """S3 counts whole seconds, and one event is enough."""
    assert candidates.overtaken(bucket.versions(FOLDER), FOLDER + "labels.txt", NOW)
    assert not candidates.overtaken(bucket.versions(FOLDER), FOLDER + "model.onnx", NOW)


def test_an_upload_is_complete_when_the_quiet_time_is_over() -> None:
    """Nothing new for so long means that nothing is missing."""
    assert candidates.early(NOW, SETTLE, NOW + SETTLE / 4) == SETTLE * 3 / 4
    assert not candidates.early(NOW, SETTLE, NOW + SETTLE)
