"""Checksums as S3 computes and writes them."""

from __future__ import annotations

import hashlib
from base64 import b64encode

import pytest

from pipeline.checksums import KINDS, of_etag, of_object

DIGITS = memoryview(b"123456789")  # what published check values are computed from
VALUES = {
    "CRC32": bytes.fromhex("cbf43926"),
    "CRC32C": bytes.fromhex("e3069283"),
    "CRC64NVME": bytes.fromhex("ae8b14860a799888"),
    "SHA1": hashlib.sha1(DIGITS).digest(),
    "SHA256": hashlib.sha256(DIGITS).digest(),
}


def no_sizes() -> list[int]:
    pytest.fail("An object that was not uploaded in parts has no sizes to ask for.")


@pytest.mark.parametrize("algorithm", KINDS)
def test_whole_objects(algorithm: str) -> None:
    """Every algorithm comes to its published value, however the bytes are cut."""
    (check,) = of_object(algorithm, b64encode(VALUES[algorithm]).decode(), no_sizes)
    check.digest.update(DIGITS[:4])
    assert not check.holds()
    check.digest.update(DIGITS[4:])
    assert (check.name, check.holds()) == (algorithm, True)


@pytest.mark.parametrize("algorithm", KINDS)
@pytest.mark.parametrize("cut", [1, 4, 5, 9])
def test_objects_of_parts(algorithm: str, cut: int) -> None:
    """A composite is the checksum of the checksums of the parts, wherever the reading pauses."""
    whole = KINDS[algorithm]()
    for part in (DIGITS[:4], DIGITS[4:]):
        digest = KINDS[algorithm]()
        digest.update(part)
        whole.update(memoryview(digest.digest()))
    (check,) = of_object(algorithm, f"{b64encode(whole.digest()).decode()}-2", lambda: [4, 5])
    check.digest.update(DIGITS[:cut])
    check.digest.update(DIGITS[cut:])
    assert (check.name, check.holds()) == (f"{algorithm} of 2 parts", True)


def test_an_empty_part() -> None:
    """An empty file that was uploaded in parts has one, and its checksum counts."""
    value = b64encode(hashlib.sha256(hashlib.sha256().digest()).digest()).decode()
    (check,) = of_object("SHA256", f"{value}-1", lambda: [0])
    assert check.holds()


def test_etags() -> None:
    """The ETag of a single part is its MD5; that of several parts, or of an encrypted object, says nothing."""
    (check,) = of_etag(hashlib.md5(DIGITS).hexdigest())
    check.digest.update(DIGITS)
    assert check.holds()
    assert of_etag(f"{'0' * 32}-2") == of_etag("") == []


def test_unknown_algorithms() -> None:
    """What cannot be computed is no check."""
    assert of_object("BLAKE3", "AAAA", no_sizes) == []
