"""With keys of the operators, an upload is what the owner of one of them has signed, or it is refused.

`signed/` was signed by `model_signing sign key` of model-signing 1.1.1, with the private key of `signing_key.pem`.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from slipway.models import Arrival, Release, State
from slipway.uploads import freeze, model_signature
from slipway.uploads.limits import Deadline, Rules
from slipway.uploads.model_signature import NAME
from slipway.uploads.receive import UploadReceiver
from slipway.uploads.upload import list_upload
from tests.support.fakes import NOW, FakeBucket, FakeClock, FakeLedger, FakePipeline
from tests.support.made_models import onnx

HERE = Path(__file__).parent
PREFIX = "models/birds/v1/"
KEY = "".join((HERE / "signing_key.pem").read_text().split("-----")[2].split())
PRIVATE = ec.generate_private_key(ec.SECP256R1())
HASHES = {256: SHA256(), 384: SHA384(), 521: SHA512()}


def public(private: Any) -> str:
    """The public key as the parameter takes it."""
    der = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(der).decode()


@pytest.fixture
def files() -> dict[str, bytes]:
    folder = HERE / "signed"
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def problems(files: dict[str, bytes], *keys: str, marked: bool = False) -> list[str]:
    """What is told of an upload of some files."""
    bucket = FakeBucket()
    for path, content in files.items():
        bucket.put(PREFIX + path, content)
    upload = list_upload(bucket, PREFIX)
    candidate = freeze.freeze(
        bucket, freeze.listed(upload, upload.everything if marked else upload.objects), Deadline(FakeClock())
    )
    return model_signature.problems(bucket, candidate, keys)


def signed(payload: bytes, private: Any = PRIVATE, kind: str = "application/vnd.in-toto+json") -> bytes:
    """A bundle around any payload."""
    message = f"DSSEv1 {len(kind)} {kind} {len(payload)} ".encode() + payload
    signature = private.sign(message, ec.ECDSA(HASHES[private.curve.key_size]))
    envelope = {
        "payload": base64.b64encode(payload).decode(),
        "payloadType": kind,
        "signatures": [{"sig": base64.b64encode(signature).decode()}],
    }
    return json.dumps({"dsseEnvelope": envelope}).encode()


def statement(files: dict[str, bytes]) -> dict[str, Any]:
    """The statement that was signed."""
    content: dict[str, Any] = json.loads(base64.b64decode(json.loads(files[NAME])["dsseEnvelope"]["payload"]))
    return content


def test_what_model_signing_has_signed_passes(files: dict[str, bytes]) -> None:
    """Also where other keys are known."""
    assert problems(files, KEY) == []
    assert problems(files, public(PRIVATE), KEY) == []


@pytest.mark.parametrize("curve", [ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1()], ids=lambda curve: curve.name)
def test_each_curve_that_model_signing_has_is_verified(files: dict[str, bytes], curve: ec.EllipticCurve) -> None:
    """With the hash that fits it."""
    private = ec.generate_private_key(curve)
    files[NAME] = signed(json.dumps(statement(files)).encode(), private)
    assert problems(files, public(private)) == []


def test_without_keys_nothing_has_to_be_signed(files: dict[str, bytes]) -> None:
    """As in a stack with default parameters."""
    files.pop(NAME)
    assert problems(files) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda files: files.pop(NAME), "The upload is not signed"),
        (lambda files: files.update({"model.onnx": b"another"}), "model.onnx is not what was signed"),
        (lambda files: files.update({"golden/expected.csv": b""}), "golden/expected.csv is not what was signed"),
        (lambda files: files.update({".gitignore": b"*"}), ".gitignore is not signed"),
        (lambda files: files.update({"card.yaml": b"author: x@y.z"}), "card.yaml is not signed"),
        (lambda files: files.pop("labels.txt"), "labels.txt is signed and was not uploaded"),
        (lambda files: files.update({NAME: b""}), "is no signature"),
        (lambda files: files.update({NAME: b"[" * 100_000}), "is no signature"),
        (lambda files: files.update({NAME: b'{"dsseEnvelope": null}'}), "is no signature"),
        (lambda files: files.update({NAME: files[NAME].replace(b'"MEU', b'"!EU')}), "is no signature"),
        (lambda files: files.update({NAME: b" " * (1024**2 + 1)}), "is larger than"),
    ],
)
def test_what_is_not_as_it_was_signed_is_told(
    files: dict[str, bytes], change: Callable[[dict[str, bytes]], object], said: str
) -> None:
    """By name."""
    change(files)
    (problem,) = problems(files, KEY)
    assert said in problem


def test_the_marker_may_have_been_in_the_folder(files: dict[str, bytes]) -> None:
    """It is no part of a candidate."""
    content = statement(files)
    content["predicate"]["resources"].append({"name": "_RELEASE", "algorithm": "sha256", "digest": "0" * 64})
    files[NAME] = signed(json.dumps(content).encode())
    assert problems(files, public(PRIVATE)) == []


def test_a_marker_beside_a_signed_folder_is_not_told_as_unsigned(files: dict[str, bytes]) -> None:
    """An upload whose marker is at fault is frozen with it."""
    assert problems({**files, "_RELEASE": b"files: [missing.txt]"}, KEY, marked=True) == []


def test_another_s_signature_counts_for_nothing(files: dict[str, bytes]) -> None:
    """Whoever uploads can sign with a key of their own."""
    (problem,) = problems(files, public(PRIVATE))
    assert "not signed with a key that this stack knows" in problem


def test_no_signatures_at_all_are_none(files: dict[str, bytes]) -> None:
    """An empty list is satisfied by nobody."""
    bundle = json.loads(files[NAME])
    bundle["dsseEnvelope"]["signatures"] = []
    files[NAME] = json.dumps(bundle).encode()
    (problem,) = problems(files, KEY)
    assert "not signed with a key" in problem


def _other_kind(content: dict[str, Any]) -> None:
    content["predicateType"] = "https://slsa.dev/provenance/v1"


def _shards(content: dict[str, Any]) -> None:
    content["predicate"]["serialization"]["method"] = "shards"


def _weak(content: dict[str, Any]) -> None:
    content["predicate"]["resources"][0]["algorithm"] = "blake2b"


def _twice(content: dict[str, Any]) -> None:
    content["predicate"]["resources"].append(content["predicate"]["resources"][0] | {"digest": "0" * 64})


def _nothing(content: dict[str, Any]) -> None:
    content.pop("predicate")


@pytest.mark.parametrize("change", [_other_kind, _shards, _weak, _twice, _nothing])
def test_a_statement_of_another_kind_is_refused(
    files: dict[str, bytes], change: Callable[[dict[str, Any]], None]
) -> None:
    """Even if the owner of the key signed it."""
    content = statement(files)
    change(content)
    files[NAME] = signed(json.dumps(content).encode())
    (problem,) = problems(files, public(PRIVATE))
    assert "signs something else" in problem


@pytest.mark.parametrize("payload", [b"", b"null", b"[]", b"\xff", b"[" * 100_000])
def test_a_payload_that_is_no_statement_is_refused(files: dict[str, bytes], payload: bytes) -> None:
    """And does not break anything."""
    files[NAME] = signed(payload)
    (problem,) = problems(files, public(PRIVATE))
    assert "signs something else" in problem


def test_what_was_signed_for_something_else_does_not_pass(files: dict[str, bytes]) -> None:
    """The kind of the payload is part of what is signed."""
    files[NAME] = signed(json.dumps(statement(files)).encode(), kind="application/json")
    bundle = json.loads(files[NAME])
    for kind in ("application/json", "application/vnd.in-toto+json"):
        bundle["dsseEnvelope"]["payloadType"] = kind
        files[NAME] = json.dumps(bundle).encode()
        (problem,) = problems(files, public(PRIVATE))
        assert "not signed with a key" in problem


@pytest.mark.parametrize(
    "key", ["AAAA", "no base64", public(rsa.generate_private_key(public_exponent=65537, key_size=2048))]
)
def test_a_key_that_cannot_be_used_refuses_every_upload(files: dict[str, bytes], key: str) -> None:
    """What cannot be verified does not pass."""
    (problem,) = problems(files, KEY, key)
    assert "have the operators correct it" in problem


@pytest.mark.parametrize("keys", [(), (KEY,)])
def test_a_signed_upload_of_another_content_is_refused_when_it_is_received(
    files: dict[str, bytes], keys: tuple[str, ...]
) -> None:
    """Without keys the service has no use for the signature; with them it must be this model's."""
    release = receive({**files, "model.onnx": onnx()}, keys)
    assert release.state is State.REFUSED
    assert NAME in release.reason


def test_a_signed_upload_is_released(files: dict[str, bytes]) -> None:
    """The signature is no file that nobody declared."""
    fit = {"model.onnx": onnx()}
    content = statement(files)
    digest = sha256(fit["model.onnx"]).hexdigest()
    content["predicate"]["resources"] = [{"name": "model.onnx", "algorithm": "sha256", "digest": digest}]
    fit[NAME] = signed(json.dumps(content).encode())
    assert receive(fit, (public(PRIVATE),)).state is State.RECEIVED


def receive(files: dict[str, bytes], keys: tuple[str, ...]) -> Release:
    """The release of an upload."""
    bucket = FakeBucket()
    for path, content in files.items():
        bucket.put(PREFIX + path, content)
    rules = Rules(10**6, signing_keys=keys)
    uploads = UploadReceiver(bucket, FakeLedger(), FakePipeline(), FakeClock(), timedelta(), rules)
    release = uploads.receive(Arrival(PREFIX + NAME, NOW))
    assert release
    return release
