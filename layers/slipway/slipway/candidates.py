"""From an upload to a candidate: when it is complete, what it is made of, and whether it is fit."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime, timedelta

import yaml

from slipway.errors import Refused
from slipway.models import Candidate, CandidateFile, ObjectVersion
from slipway.ports import Bucket

ROOT = "models/"
MODEL_FILES = (".onnx",)
CARD = "card.yaml"
CARD_LIMIT = 64 * 1024
# A release's name becomes a CodePipeline client token (letters, digits, dashes) and an image tag.
_MODEL_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


def prefix_of(key: str) -> str:
    """Give the prefix that an object's upload shares: its folder below the model, or the single file itself."""
    parts = key.split("/")
    return key if len(parts) == 3 else "/".join(parts[:3]) + "/"


def model_of(prefix: str) -> str:
    """Give the model's name, the first segment after `models/`."""
    return prefix.split("/")[1]


def overtaken(objects: Sequence[ObjectVersion], arrived_at: datetime) -> bool:
    """Tell whether something newer has arrived than the object we are told of: its own event settles the upload."""
    return max(item.modified for item in objects) > arrived_at


def early(objects: Sequence[ObjectVersion], settle: timedelta, now: datetime) -> timedelta:
    """Give how much of the quiet time that makes an upload complete is still to come; nothing if it is over."""
    return max(max(item.modified for item in objects) + settle - now, timedelta())


def freeze(bucket: Bucket, prefix: str, objects: Sequence[ObjectVersion]) -> Candidate:
    """Name an upload by its content: equal paths, sizes and checksums are the same candidate."""
    files = tuple(sorted((_file(bucket, prefix, item) for item in objects), key=lambda file: file.path))
    model = model_of(prefix)
    return Candidate(
        name=f"{model}-{_digest(files)}",
        model=model,
        prefix=prefix,
        files=files,
        uploaded_at=max(item.modified for item in objects),
    )


def _file(bucket: Bucket, prefix: str, item: ObjectVersion) -> CandidateFile:
    path = item.key.removeprefix(prefix) or item.key.rsplit("/", 1)[-1]
    checksum = bucket.checksum(item.key, item.version_id)
    return CandidateFile(path, item.key, item.version_id, item.size, item.etag, checksum)


def _digest(files: Sequence[CandidateFile]) -> str:
    whole = hashlib.sha256()
    for file in files:
        content = f"{file.checksum.algorithm}:{file.checksum.value}" if file.checksum else file.etag
        whole.update(f"{file.path}\0{file.size}\0{content}\0".encode())
    return whole.hexdigest()[:12]


def problems_of(candidate: Candidate, max_bytes: int) -> list[str]:
    """Say everything that makes an upload unfit, a sentence each; `max_bytes` bounds all files together."""
    problems = []
    if not _MODEL_NAME.fullmatch(candidate.model):
        problems.append(
            f"The model's name {candidate.model!r} cannot be used: "
            "take lower-case letters, digits and dashes, 40 at most."
        )
    if not any(file.path.lower().endswith(MODEL_FILES) for file in candidate.files):
        problems.append(f"There is no model file below {candidate.prefix}: upload one that ends in .onnx.")
    if candidate.bytes > max_bytes:
        problems.append(
            f"The upload has {candidate.bytes:,} bytes and at most {max_bytes:,} are allowed: "
            "upload a smaller model or raise MaxModelBytes."
        )
    problems += [_escapes(file) for file in candidate.files if ".." in file.path.split("/")]
    return problems


def _escapes(file: CandidateFile) -> str:
    return f"{file.path} would be written outside its folder: rename it without '..'."


def author_of(bucket: Bucket, candidate: Candidate) -> str:
    """Read the author from `card.yaml`, if there is one that says so."""
    card = next((file for file in candidate.files if file.path == CARD), None)
    if card is None:
        return ""
    try:
        content = yaml.safe_load(bucket.read(card.key, card.version_id, CARD_LIMIT))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise Refused(f"{CARD} is no valid YAML ({_first_line(error)}): mend it and upload it again.") from error
    return str(content.get("author", "")) if isinstance(content, dict) else ""


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]
