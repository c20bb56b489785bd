"""Keys of the ledger's table, and the items that hold little more than a reference."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

from slipway.models import Candidate, Claim, Release

type Item = dict[str, Any]

LIVE = ("PRODUCTION", "LIVE")


def release_key(release_id: str) -> tuple[str, str]:
    """Return the key of a release: for `birds-r12`, `MODEL#birds` and `RELEASE#000012`."""
    model, _, number = release_id.rpartition("-r")
    return f"MODEL#{model}", f"RELEASE#{number:0>6}"


def release_range(model: str, before: int | None) -> tuple[tuple[str, str], str]:
    """Return the first key and the last sort key of a model's releases, numbers below `before` if given."""
    last = 10**6 - 1 if before is None else before - 1
    return (f"MODEL#{model}", "RELEASE#"), f"RELEASE#{last:06}"


def card_key(release: Release) -> tuple[str, str]:
    """Return the key of a release's card."""
    return f"MODEL#{release.model}", f"CARD#{release.number:06}"


def candidate_key(content: str) -> tuple[str, str]:
    """Return the key of a candidate; `content` is its model and its whole digest."""
    return f"CANDIDATE#{content}", "CANDIDATE"


def execution_key(execution_id: str) -> tuple[str, str]:
    """Return the key of an execution."""
    return f"EXECUTION#{execution_id}", "EXECUTION"


def job_key(job_id: str) -> tuple[str, str]:
    """Return the key of a pipeline's job."""
    return f"JOB#{job_id}", "JOB"


def object_key(key: str, version_id: str) -> tuple[str, str]:
    """Return the key of a version of an object of the model bucket; any key fits, because only its digest is in it."""
    return f"OBJECT#{hashlib.sha256(key.encode(errors='surrogatepass')).hexdigest()}", version_id


def mailbox_key(address: str) -> tuple[str, str]:
    """Return the key of what an e-mail address was sent lately."""
    return f"MAILBOX#{address.casefold()}", "MAILBOX"


def counter_key(model: str) -> tuple[str, str]:
    """Return the key of the item that holds the number of a model's newest release."""
    return f"MODEL#{model}", "COUNTER"


def keyed(key: tuple[str, str], **attributes: Any) -> Item:
    """Return an item with these attributes and its key."""
    return {"pk": key[0], "sk": key[1], **attributes}


def candidate_item(candidate: Candidate, release: Release) -> Item:
    """Return the item with the newest release of a content, and the version of the marker `_RELEASE` that forced it."""
    return keyed(
        candidate_key(candidate.content),
        candidate=candidate.name,
        release=release.id,
        prefix=candidate.prefix,
        uploaded_at=candidate.uploaded_at.isoformat(),
        forced=candidate.force.version_id if candidate.force else "",
    )


def execution_item(execution_id: str, release_id: str) -> Item:
    """Return the item that names the release of an execution."""
    return keyed(execution_key(execution_id), release=release_id)


def job_item(job_id: str, owner: str, at: datetime, claim: Claim) -> Item:
    """Return the item of the lease on a job: owner, end, how many invocations began it, and what it has saved.

    It expires after three days: CodePipeline's jobs live for one.
    """
    expires = int((at + timedelta(days=3)).timestamp())
    lease = {"until": claim.until.isoformat(), "taken": claim.taken, "checkpoints": list(claim.checkpoints)}
    return keyed(job_key(job_id), owner=owner, expires=expires, **lease)


def counter_item(release: Release) -> Item:
    """Return the item that holds the number of a model's newest release."""
    return keyed(counter_key(release.model), number=release.number)


def live_item(release: Release) -> Item:
    """Return the item that names the live release."""
    return keyed(LIVE, release=release.id)
