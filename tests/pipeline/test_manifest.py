"""What of an upload gets into an image."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pipeline import manifest

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def test_folders_of_the_console(bucket: S3Client, freeze: Callable[..., dict[str, Any]]) -> None:
    """The empty objects that the S3 console makes of new folders are no files."""
    made = freeze({"": b"", "golden/": b"", "golden/7.png": b"picture", "model.onnx": b"weights"})
    read = manifest.read(bucket, "models", "candidates/digits-r2.json", made["candidate"])
    assert [file.path for file in read.files] == ["golden/7.png", "model.onnx"]
