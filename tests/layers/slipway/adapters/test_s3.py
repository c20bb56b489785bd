"""The model bucket speaks of exact versions."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from slipway.adapters import s3
from slipway.adapters.job_artifacts import open_artifacts
from slipway.adapters.s3 import ModelBucket

FOLDER = "models/birds/v1/"


@pytest.fixture
def client(aws_environment: None) -> Iterator[Any]:
    with mock_aws():
        client = boto3.client("s3")
        client.create_bucket(Bucket="models", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        client.put_bucket_versioning(Bucket="models", VersioningConfiguration={"Status": "Enabled"})
        yield client


@pytest.fixture
def bucket(client: Any) -> ModelBucket:
    return ModelBucket("models")


def test_only_current_versions_are_given(client: Any, bucket: ModelBucket) -> None:
    """Overwritten and deleted objects are not part of an upload."""
    client.put_object(Bucket="models", Key=FOLDER + "model.onnx", Body=b"old")
    newest = client.put_object(Bucket="models", Key=FOLDER + "model.onnx", Body=b"newer")
    client.put_object(Bucket="models", Key=FOLDER + "gone.txt", Body=b"x")
    client.delete_object(Bucket="models", Key=FOLDER + "gone.txt")
    assert [(item.key, item.version_id, item.size) for item in bucket.versions(FOLDER)] == [
        (FOLDER + "model.onnx", newest["VersionId"], 5)
    ]


@pytest.mark.parametrize("name", ["a b", "a+b", "a%20b", "a&b#c", "äöü", "🐦"])
def test_keys_come_back_as_they_are(client: Any, bucket: ModelBucket, name: str) -> None:
    """Nothing is decoded that was not encoded."""
    client.put_object(Bucket="models", Key=FOLDER + name, Body=b"x")
    assert [item.key for item in bucket.versions(FOLDER)] == [FOLDER + name]


def test_more_objects_than_a_page_holds_are_all_given(client: Any, bucket: ModelBucket) -> None:
    """S3 gives a thousand at a time."""
    for number in range(1001):
        client.put_object(Bucket="models", Key=f"{FOLDER}{number}", Body=b"")
    assert len(bucket.versions(FOLDER)) == 1001


def test_a_listing_has_an_end(client: Any, bucket: ModelBucket, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each object of an endless upload would list all the others, and keep those of other people waiting."""
    monkeypatch.setattr(s3, "_PAGES", 1)
    for number in range(1001):
        client.put_object(Bucket="models", Key=f"{FOLDER}{number:04}", Body=b"")
    assert len(bucket.versions(FOLDER)) == 1000


def test_a_single_file_does_not_bring_its_namesakes(client: Any, bucket: ModelBucket) -> None:
    """`model.onnx` is not `model.onnx.bak`."""
    for name in ("model.onnx", "model.onnx.bak"):
        client.put_object(Bucket="models", Key=f"models/birds/{name}", Body=b"x")
    assert [item.key for item in bucket.versions("models/birds/model.onnx")] == ["models/birds/model.onnx"]


def test_the_checksum_that_s3_keeps_is_given(client: Any, bucket: ModelBucket) -> None:
    """With its algorithm."""
    put = client.put_object(Bucket="models", Key=FOLDER + "a", Body=b"hello", ChecksumAlgorithm="SHA256")
    checksum = bucket.checksum(FOLDER + "a", put["VersionId"])
    assert checksum is not None
    assert (checksum.algorithm, checksum.value) == ("SHA256", "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=")


@pytest.mark.parametrize(
    ("start", "length", "content"), [(0, 4, b"0123"), (8, 1, b"8"), (8, 100, b"89"), (10, 1, b""), (3, 0, b"")]
)
def test_a_part_of_a_version_is_read(client: Any, bucket: ModelBucket, start: int, length: int, content: bytes) -> None:
    """A model of a gigabyte is not loaded; behind the end there is nothing."""
    put = client.put_object(Bucket="models", Key=FOLDER + "card.yaml", Body=b"0123456789")
    client.put_object(Bucket="models", Key=FOLDER + "card.yaml", Body=b"newer")
    assert bucket.read(FOLDER + "card.yaml", put["VersionId"], start, length) == content


def test_an_empty_object_can_be_read(client: Any, bucket: ModelBucket) -> None:
    """S3 calls any range of it invalid."""
    put = client.put_object(Bucket="models", Key=FOLDER + "notes.txt", Body=b"")
    assert bucket.read(FOLDER + "notes.txt", put["VersionId"], 0, 10) == b""


def test_a_version_is_streamed_whole_in_chunks(
    client: Any, bucket: ModelBucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever its size, a chunk is in memory; a newer version is another."""
    monkeypatch.setattr(s3, "_CHUNK", 4)
    version = client.put_object(Bucket="models", Key=FOLDER + "x", Body=b"0123456789")["VersionId"]
    client.put_object(Bucket="models", Key=FOLDER + "x", Body=b"newer")
    assert list(bucket.stream(FOLDER + "x", version, 10)) == [b"0123", b"4567", b"89"]
    assert list(bucket.stream(FOLDER + "x", version, 0)) == []


@pytest.mark.parametrize("broken", [["reset", "short"], ["reset", "short", "reset"]])
def test_a_chunk_whose_connection_breaks_is_asked_for_again(
    client: Any, bucket: ModelBucket, monkeypatch: pytest.MonkeyPatch, broken: list[str]
) -> None:
    """Twice; then the upload's message comes again."""
    version = client.put_object(Bucket="models", Key=FOLDER + "x", Body=b"0123456789")["VersionId"]
    read, answers = bucket.read, iter(broken)

    def breaking(*given: Any) -> bytes:
        answer = next(answers, "")
        if answer == "reset":
            raise ConnectionResetError
        return read(*given)[: 3 if answer else None]

    monkeypatch.setattr(bucket, "read", breaking)
    chunks = bucket.stream(FOLDER + "x", version, 10)
    if len(broken) < 3:
        assert list(chunks) == [b"0123456789"]
    else:
        with pytest.raises(ConnectionResetError):
            list(chunks)


def test_what_is_not_there_has_no_text(client: Any, bucket: ModelBucket) -> None:
    """A build that failed may have left no word."""
    bucket.write("evidence/birds-r1/build.txt", "Zu groß.".encode(), "text/plain")
    assert bucket.text("evidence/birds-r1/build.txt", 100) == "Zu groß."
    assert bucket.text("evidence/birds-r2/build.txt", 100) == ""


def test_what_is_sent_in_parts_is_seen_arriving(client: Any, bucket: ModelBucket) -> None:
    """S3 lists it only when it is complete."""
    assert not bucket.arriving(FOLDER)
    begun = client.create_multipart_upload(Bucket="models", Key=FOLDER + "model.onnx")
    (found,) = bucket.arriving(FOLDER)
    assert (found.key, found.id, found.bucket) == (FOLDER + "model.onnx", begun["UploadId"], "models")
    assert found.began.tzinfo
    assert not bucket.arriving("models/birds/v2/")


def test_what_is_written_once_stays(client: Any, bucket: ModelBucket) -> None:
    """The second writer is not an error."""
    for content in (b"first", b"second"):
        bucket.write_once("candidates/birds-1.json", content, "application/json")
    assert bucket.text("candidates/birds-1.json", 100) == "first"


@pytest.mark.parametrize(("then", "kept"), [("PreconditionFailed", ""), ("", "mine")])
def test_two_who_write_at_the_same_moment(
    client: Any, bucket: ModelBucket, monkeypatch: pytest.MonkeyPatch, then: str, kept: str
) -> None:
    """S3 cannot say yet who is first, and is asked once more."""
    put, answers = bucket._client.put_object, ["ConditionalRequestConflict", then]

    def races(**told: Any) -> Any:
        if code := answers.pop(0):
            raise ClientError({"Error": {"Code": code}}, "PutObject")
        return put(**told)

    monkeypatch.setattr(bucket._client, "put_object", races)
    bucket.write_once("candidates/birds-1.json", b"mine", "application/json")
    assert (answers, bucket.text("candidates/birds-1.json", 100)) == ([], kept)


def test_artifacts_are_opened_with_the_job_s_own_credentials(client: Any, bucket: ModelBucket) -> None:
    """The function's role needs no right to read artifacts."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("suite.yaml", "requests: []")
    bucket.write("artifact", content.getvalue(), "application/zip")
    credentials = {"accessKeyId": "job", "secretAccessKey": "job", "sessionToken": "job"}
    place = {"type": "S3", "s3Location": {"bucketName": "models", "objectKey": "artifact"}}
    data = {"inputArtifacts": [{"name": "Suite", "location": place}], "artifactCredentials": credentials}
    with open_artifacts(data) as artifacts:
        assert artifacts["Suite"].archive.read("suite.yaml") == b"requests: []"
        assert artifacts["Suite"].sha256 == hashlib.sha256(content.getvalue()).hexdigest()
