"""Only the frozen versions, whole and unchanged, get into an image."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pipeline import fetch, manifest
from pipeline.errors import BuildError
from slipway.uploads import freeze as freezing
from slipway.uploads.limits import Deadline
from slipway.uploads.upload import list_upload
from tests.support.collisions import same_crc32
from tests.support.fakes import FakeBucket, FakeClock

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

BUCKET = "models"
KEY = "candidates/digits-r2.json"
FILES = {"model.onnx": b"weights" * 100_000, "golden/ä 7+%.png": b"picture", "labels.txt": b""}

type Freeze = Callable[..., dict[str, Any]]


def fetched(bucket: S3Client, folder: Path) -> dict[str, str]:
    return fetch.fetch(bucket, BUCKET, read(bucket).files, folder)


def read(bucket: S3Client, key: str = KEY) -> manifest.Manifest:
    """Read the manifest of whatever candidate it is."""
    content = json.load(bucket.get_object(Bucket=BUCKET, Key=key)["Body"])
    return manifest.read(bucket, BUCKET, key, content.get("candidate", ""))


@pytest.mark.parametrize("algorithm", [None, "CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"])
def test_fetches(bucket: S3Client, freeze: Freeze, tmp_path: Path, algorithm: str | None) -> None:
    """Every file arrives under its path, and its sha256 is told for the passport."""
    freeze(FILES, **({"ChecksumAlgorithm": algorithm} if algorithm else {}))
    digests = fetched(bucket, tmp_path / "model")
    assert digests == {path: hashlib.sha256(content).hexdigest() for path, content in FILES.items()}
    assert {path: (tmp_path / "model" / path).read_bytes() for path in FILES} == FILES


def test_fetches_the_frozen_version(bucket: S3Client, freeze: Freeze, tmp_path: Path) -> None:
    """A newer upload under the same key is not what was frozen, and is not fetched."""
    freeze({"model.onnx": b"frozen"})
    bucket.put_object(Bucket=BUCKET, Key="models/digits/v1/model.onnx", Body=b"newer")
    fetched(bucket, tmp_path / "model")
    assert (tmp_path / "model" / "model.onnx").read_bytes() == b"frozen"


def test_leftovers_do_not_ship(bucket: S3Client, freeze: Freeze, tmp_path: Path) -> None:
    """What lay in the folder before is not part of the candidate."""
    leftover = tmp_path / "model" / "old.onnx"
    leftover.parent.mkdir()
    leftover.touch()
    freeze({"model.onnx": b"frozen"})
    fetched(bucket, tmp_path / "model")
    assert not leftover.exists()


def test_deleted_version(bucket: S3Client, freeze: Freeze, tmp_path: Path) -> None:
    """A version that is gone fails the build and names the file and the cure."""
    (gone,) = freeze({"model.onnx": b"frozen"})["files"]
    bucket.delete_object(Bucket=BUCKET, Key=gone["key"], VersionId=gone["version_id"])
    with pytest.raises(BuildError, match=r"model\.onnx cannot be fetched .*: upload the model again"):
        fetched(bucket, tmp_path / "model")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"size": 7}, "6 bytes and was frozen with 7"),
        ({"sha256": "0" * 64}, "its SHA-256 differs"),
        ({"etag": "0" * 32}, "its MD5 differs"),
        ({"etag": "", "checksum": {"algorithm": "SHA256", "value": "AAAA"}}, "its SHA256 differs"),
        ({"etag": "", "checksum": {"algorithm": "CRC32", "value": "AAAAAA=="}}, "its CRC32 differs"),
    ],
)
def test_changed_file(bucket: S3Client, freeze: Freeze, tmp_path: Path, change: dict[str, Any], words: str) -> None:
    """A file that is not what was frozen fails the build."""
    freeze({"model.onnx": b"frozen"}, lambda made: made["files"][0].update(change))
    with pytest.raises(BuildError, match=rf"model\.onnx .*{words}"):
        fetched(bucket, tmp_path / "model")


def test_unknown_checksums_are_told(
    bucket: S3Client, freeze: Freeze, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A checksum that cannot be computed is no error, and the log says that only the size was compared."""
    unknown = {"algorithm": "BLAKE3", "value": "AAAA"}
    freeze({"model.onnx": b"frozen"}, lambda made: made["files"][0].update(checksum=unknown, etag="0-2", sha256=""))
    fetched(bucket, tmp_path / "model")
    assert "verified by its size only" in capsys.readouterr().out


@pytest.mark.parametrize("path", ["../app/web.py", "/etc/passwd", "a/../../b", "..", ".", "", "..\\b"])
def test_paths_that_escape(bucket: S3Client, freeze: Freeze, path: str) -> None:
    """A manifest cannot write outside the model's folder."""
    freeze({"model.onnx": b"frozen"}, lambda made: made["files"][0].update(path=path))
    with pytest.raises(BuildError, match="outside the model's folder"):
        read(bucket)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda made: made.clear(), "is damaged"),
        (lambda made: made["files"].append({"path": "x"}), "is damaged"),
        (lambda made: made.update(candidate="birds-000000000000"), "is that of birds"),
    ],
)
def test_damaged_manifest(
    bucket: S3Client, freeze: Freeze, spoil: Callable[[dict[str, Any]], object], words: str
) -> None:
    """A manifest that is not one, or is another's, fails the build."""
    freeze({"model.onnx": b"frozen"}, spoil)
    with pytest.raises(BuildError, match=words):
        manifest.read(bucket, BUCKET, KEY, "digits-7f3c1e9a2b4d")


def test_missing_manifest(bucket: S3Client) -> None:
    """A candidate that was never frozen fails the build."""
    with pytest.raises(BuildError, match=f"{KEY} cannot be read"):
        manifest.read(bucket, BUCKET, KEY, "digits-7f3c1e9a2b4d")


def test_another_version_of_the_same_crc32_is_noticed(bucket: S3Client, freeze: Freeze, tmp_path: Path) -> None:
    """A manifest that names the twin of what was frozen passes S3's checksum, and no further."""
    content = bytes(range(64))
    freeze({"model.onnx": content}, lambda made: made["files"][0].update(etag=""), ChecksumAlgorithm="CRC32")
    twin = bucket.put_object(Bucket=BUCKET, Key="models/digits/v1/model.onnx", Body=same_crc32(content, 8))
    made = json.load(bucket.get_object(Bucket=BUCKET, Key=KEY)["Body"])
    made["files"][0]["version_id"] = twin["VersionId"]
    bucket.put_object(Bucket=BUCKET, Key=KEY, Body=json.dumps(made).encode())
    with pytest.raises(BuildError, match=r"model\.onnx is not what was frozen \(its SHA-256 differs\)"):
        fetched(bucket, tmp_path / "model")


@pytest.mark.parametrize("change", [{"digest": "0" * 64}, {"candidate": "digits-000000000000"}])
def test_what_was_fetched_must_be_what_the_candidate_is_named_by(
    bucket: S3Client, freeze: Freeze, tmp_path: Path, change: dict[str, str]
) -> None:
    """The name is the beginning of the digest over all files."""
    freeze(FILES, lambda made: made.update(change))
    with pytest.raises(BuildError, match=r"What was fetched is not digits-.* \(its SHA-256 differs\)"):
        manifest.verified_digest(read(bucket), fetched(bucket, tmp_path / "model"))


def test_the_build_and_the_upload_compute_the_same_digest(bucket: S3Client, freeze: Freeze, tmp_path: Path) -> None:
    """Each has its own few lines: the build does not have the functions' layer."""
    freeze(FILES)
    frozen, sha256 = read(bucket), fetched(bucket, tmp_path / "model")
    store = FakeBucket()
    for path, content in FILES.items():
        store.put(f"models/digits/v1/{path}", content)
    upload = list_upload(store, "models/digits/v1/")
    candidate = freezing.freeze(store, freezing.listed(upload, upload.objects), Deadline(FakeClock()))
    assert manifest.verified_digest(frozen, sha256) == manifest.content_digest(frozen.files, sha256) == candidate.digest


def test_a_manifest_of_old_is_still_found(bucket: S3Client, freeze: Freeze, tmp_path: Path) -> None:
    """The way back to a release from before SHA-256 goes by the manifest of its candidate; no other lacks a digest."""

    def age(made: dict[str, Any]) -> None:
        del made["digest"]
        for file in made["files"]:
            del file["sha256"]

    made = freeze(FILES, age)
    with pytest.raises(BuildError, match="has no digest"):
        read(bucket)
    key = f"candidates/{made['candidate']}.json"
    bucket.put_object(Bucket=BUCKET, Key=key, Body=json.dumps(made).encode())
    old = read(bucket, key)
    assert len(manifest.verified_digest(old, fetch.fetch(bucket, BUCKET, old.files, tmp_path / "model"))) == 64
