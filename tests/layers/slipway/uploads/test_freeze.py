"""An upload becomes a candidate that is named by its content."""

import hashlib
import json
import zlib
from collections.abc import Iterator
from datetime import timedelta

import pytest

from slipway.models import Candidate, Checksum
from slipway.uploads import freeze as freezing
from slipway.uploads.limits import Deadline, OutOfTime
from slipway.uploads.upload import MODELS, list_upload
from tests.support.collisions import same_crc32
from tests.support.fakes import NOW, FakeBucket, FakeClock

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
    return freezing.freeze(bucket, freezing.listed(upload, upload.objects), Deadline(FakeClock()))


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
    assert MODELS.prefix_of(key) == prefix


def test_equal_content_has_the_same_name_wherever_it_lies(bucket: FakeBucket) -> None:
    """A candidate is named by paths, sizes and SHA-256, not by folder, version or time."""
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


def test_contents_of_one_crc32_are_two_candidates(bucket: FakeBucket, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever uploads chooses the checksum that S3 keeps, and makes two contents of one size and one CRC32."""
    content = bytes(range(64))
    twin = same_crc32(content, 16)
    assert (len(twin), zlib.crc32(twin), twin == content) == (len(content), zlib.crc32(content), False)
    monkeypatch.setattr(bucket, "checksum", lambda *_: Checksum("CRC32", "the same"))
    bucket.put(FOLDER + "model.onnx", content)
    first = freeze(bucket)
    bucket.put(FOLDER + "model.onnx", twin)
    second = freeze(bucket)
    assert (first.name == second.name, first.digest == second.digest) == (False, False)


def test_the_digest_is_over_sorted_paths_sizes_and_sha256(bucket: FakeBucket) -> None:
    """Anybody can compute it, and the build does."""
    told = [
        [name, len(content), hashlib.sha256(content).hexdigest()]
        for name, content in (("labels.txt", b"robin\nwren\n"), ("model.onnx", b"weights"))
    ]
    digest = hashlib.sha256(json.dumps(told, separators=(",", ":")).encode()).hexdigest()
    candidate = freeze(bucket)
    assert (candidate.digest, candidate.name) == (digest, f"birds-{digest[:12]}")


def test_reading_ends_when_its_time_is_over(bucket: FakeBucket, monkeypatch: pytest.MonkeyPatch) -> None:
    """However slowly bytes come, the function ends before it is ended."""
    clock = FakeClock()

    def drip(*_: object) -> Iterator[bytes]:
        while True:
            clock.sleep(1)
            yield b"x"

    monkeypatch.setattr(bucket, "stream", drip)
    upload = list_upload(bucket, FOLDER)
    with pytest.raises(OutOfTime, match="could not be read within 3 minutes: upload less, or try it again"):
        freezing.freeze(bucket, freezing.listed(upload, upload.objects), Deadline(clock))
