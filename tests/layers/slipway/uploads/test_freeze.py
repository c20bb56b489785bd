"""An upload becomes a candidate that is named by its content."""

from datetime import timedelta

import pytest

from slipway.models import Candidate
from slipway.uploads.freeze import freeze as freeze_upload
from slipway.uploads.upload import list_upload, prefix_of
from tests.support.fakes import NOW, FakeBucket

LATER = NOW + timedelta(seconds=20)
FOLDER = "models/birds/v1/"


@pytest.fixture
def bucket() -> FakeBucket:
    bucket = FakeBucket()
    bucket.put(FOLDER + "model.onnx", b"weights")
    bucket.put(FOLDER + "labels.txt", b"robin\nwren\n")
    return bucket


def freeze(bucket: FakeBucket, prefix: str = FOLDER) -> Candidate:
    upload = list_upload(bucket, prefix)
    return freeze_upload(bucket, upload, upload.objects)


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
    assert prefix_of(key) == prefix


def test_equal_content_has_the_same_name_wherever_it_lies(bucket: FakeBucket) -> None:
    """A candidate is named by paths, sizes and checksums, not by folder, version or time."""
    for name in ("labels.txt", "model.onnx"):
        content = bucket.content[bucket.current[FOLDER + name].version_id]
        bucket.put(f"models/birds/elsewhere/{name}", content, LATER)
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
