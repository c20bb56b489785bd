"""Signatures by OpenSSF model signing: an upload is, file by file, what the owner of a known key has signed.

In: `model.sig` among the files of a candidate, a Sigstore bundle with a DSSE envelope around an in-toto statement
(`model_signing sign key` writes it), and the public keys of the operators. Out: a sentence for each thing that is not
as it was signed. Called when an upload is received, and by `slipway check`.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from slipway.errors import Refused
from slipway.models import Candidate
from slipway.models.text import listed
from slipway.ports import FileReader
from slipway.uploads.marker import MARKER

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

NAME = "model.sig"
LIMIT = 1024**2  # bytes: of some thousand files
_PAYLOAD = "application/vnd.in-toto+json"
_STATEMENT = "https://in-toto.io/Statement/v1"
_PREDICATE = "https://model_signing/signature/v1.0"
_SIGNATURES = 5  # of one bundle that are tried
CURE = f"sign the folder by `model_signing sign key`, and upload {NAME} with it"


def problems(bucket: FileReader, candidate: Candidate, keys: Sequence[str]) -> list[str]:
    """Return what is not as the owner of one of the keys signed it; nothing if no keys are given.

    `keys` are public keys of elliptic curves, each the base64 between the lines of its PEM file.
    """
    if not keys:
        return []
    file = next((file for file in candidate.files if file.path == NAME), None)
    if not file:
        return [f"The upload is not signed: {CURE}."]
    if file.size > LIMIT:
        return [f"{NAME} is larger than {LIMIT:,} bytes: sign fewer files."]
    try:
        signed = signed_files(bucket.read(file.key, file.version_id, 0, file.size), keys)
    except Refused as problem:
        return [str(problem)]
    # A signature cannot sign itself. The marker says what becomes of an upload, and may come after it was signed.
    besides = (NAME, MARKER)
    signed = {path: digest for path, digest in signed.items() if path not in besides}
    uploaded = {file.path: file.sha256 for file in candidate.files if file.path not in besides}
    return list(_differences(signed, uploaded))


def signed_files(bundle: bytes, keys: Sequence[str]) -> Mapping[str, str]:
    """Return the SHA-256, in hex, of each file that a bundle signs with one of the keys, by path; raises Refused."""
    try:
        envelope = json.loads(bundle)["dsseEnvelope"]
        payload = base64.b64decode(envelope["payload"], validate=True)
        signatures = [base64.b64decode(one["sig"], validate=True) for one in envelope["signatures"][:_SIGNATURES]]
        kind = envelope["payloadType"]
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise Refused(f"{NAME} is no signature of a model: {CURE}.") from error
    # What was signed says which kind it is of, so that nothing else that the key has signed passes for it.
    message = b"DSSEv1 %d %b %d %b" % (len(_PAYLOAD), _PAYLOAD.encode(), len(payload), payload)
    known = list(map(_key, keys))
    if kind != _PAYLOAD or not any(_is_signed(key, one, message) for key in known for one in signatures):
        raise Refused(f"{NAME} is not signed with a key that this stack knows (ModelSigningKeys): {CURE}.")
    return _resources(payload)


def _resources(payload: bytes) -> Mapping[str, str]:
    """Return the digests in a statement whose signature was verified; raises Refused for one of another kind."""
    try:
        statement = json.loads(payload)
        predicate = statement["predicate"]
        how = predicate["serialization"]
        whole = (statement["_type"], statement["predicateType"], how["method"]) == (_STATEMENT, _PREDICATE, "files")
        entries = [(one["name"], one["digest"]) for one in predicate["resources"] if one["algorithm"] == "sha256"]
        if whole and len(dict(entries)) == len(predicate["resources"]):
            return dict(entries)
    except (ValueError, LookupError, TypeError, RecursionError):
        pass
    raise Refused(f"{NAME} signs something else than the SHA-256 of whole files: {CURE}.")


def _differences(signed: Mapping[str, str], uploaded: Mapping[str, str]) -> Iterator[str]:
    """Yield a sentence for the files that were changed, added or left out after they were signed."""
    if changed := sorted(path for path in signed.keys() & uploaded.keys() if signed[path] != uploaded[path]):
        yield f"{listed(changed)} is not what was signed: {CURE}."
    if added := sorted(uploaded.keys() - signed.keys()):
        yield f"{listed(added)} is not signed: {CURE}."
    if missing := sorted(signed.keys() - uploaded.keys()):
        yield f"{listed(missing)} is signed and was not uploaded: upload it, or sign the folder without it."


def _key(text: str) -> EllipticCurvePublicKey:
    """Return a public key of an elliptic curve; raises Refused for anything else."""
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    try:
        key: Any = load_der_public_key(base64.b64decode(text, validate=True))
    except (ValueError, binascii.Error) as error:
        raise Refused(f"A key in ModelSigningKeys cannot be read: have the operators correct it ({error}).") from error
    if not isinstance(key, EllipticCurvePublicKey):
        raise Refused("A key in ModelSigningKeys is none of an elliptic curve: have the operators correct it.")
    return key


def _is_signed(key: EllipticCurvePublicKey, signature: bytes, message: bytes) -> bool:
    """Return whether a signature is the key owner's, by ECDSA with the hash that fits the curve."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
    from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512

    algorithm = {256: SHA256(), 384: SHA384(), 521: SHA512()}.get(key.curve.key_size)
    try:
        if algorithm:
            key.verify(signature, message, ECDSA(algorithm))
    except InvalidSignature:
        return False
    return algorithm is not None
