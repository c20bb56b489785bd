"""What people are told of a multipart upload that was begun and never completed or aborted."""

from __future__ import annotations

import re
from datetime import UTC

from slipway.models import UnfinishedUpload
from slipway.models.text import cited
from slipway.uploads.marker import MARKER
from slipway.uploads.upload import Upload

# A key with anything else in it is no part of a command that somebody copies into a shell.
_PLAIN = re.compile(r"[A-Za-z0-9_./=-]{1,200}")


def unfinished_problem(upload: Upload) -> str:
    """Return since when an upload waits for which object, and the command that ends that; empty if for none."""
    if not upload.unfinished:
        return ""
    first = min(upload.unfinished, key=lambda one: one.began)
    others = f" (and {len(upload.unfinished) - 1:,} more)" if len(upload.unfinished) > 1 else ""
    since = f"{first.began.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return (
        f"{cited(first.key)} is being sent in parts since {since} and has not arrived{others}: "
        f"if it is still on its way, its end starts another release; if it was given up, run `{_command(first)}`, "
        f"then upload {MARKER}."
    )


def _command(given_up: UnfinishedUpload) -> str:
    """Return the command that aborts a multipart upload; where its key is no plain word, the one that lists them."""
    if _PLAIN.fullmatch(given_up.key) and not given_up.key.startswith("-"):
        key = f"--key {given_up.key} --upload-id {given_up.id}"
        return f"aws s3api abort-multipart-upload --bucket {given_up.bucket} {key}"
    return f"aws s3api list-multipart-uploads --bucket {given_up.bucket}"
