"""How a release begins: with an upload, a push of code, or a way back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from slipway.models.releases import Release, RollbackRequest
from slipway.models.states import State
from slipway.models.uploads import Candidate

MAX_VERSIONS = 20  # kept beside the manifest


def of_upload(candidate: Candidate, number: int, state: State, reason: str, at: datetime, before: str) -> Release:
    """Return the release number `number` of an uploaded candidate; `before` is the last release of the same content."""
    release_id = f"{candidate.model}-r{number}"
    return Release(
        id=release_id,
        model=candidate.model,
        number=number,
        candidate=candidate.name,
        state=state,
        times={state: at},
        prefix=candidate.prefix,
        uploaded_at=candidate.uploaded_at,
        author=candidate.author,
        model_card=candidate.model_card,
        previous_release=before,
        force_reason=candidate.force.reason if before and candidate.force else "",
        bytes=candidate.bytes,
        reason=reason,
        digest=candidate.digest,
        fingerprint=candidate.fingerprint,
        replaces=candidate.replaces,
        versions={file.path: file.version_id for file in candidate.files[:MAX_VERSIONS]},
        manifest=f"candidates/{release_id}.json",
    )


def of_push(release: Release, number: int, execution_id: str, at: datetime) -> Release:
    """Return a release of the same candidate as `release`, for an execution that already runs (empty: for none)."""
    return Release(
        id=f"{release.model}-r{number}",
        model=release.model,
        number=number,
        candidate=release.candidate,
        state=State.RECEIVED,
        times={State.RECEIVED: at},
        prefix=release.prefix,
        uploaded_at=release.uploaded_at,
        author=release.author,
        model_card=release.model_card,
        uploaders=release.uploaders,
        previous_release=release.id,
        bytes=release.bytes,
        versions=release.versions,
        execution_id=execution_id,
        digest=release.digest,
        manifest=release.manifest,
    )


def of_rollback(target: Release, number: int, by: str, reason: str, at: datetime) -> Release:
    """Return a release with the content and the commit of `target`, which goes back to it."""
    return replace(
        of_push(target, number, "", at),
        commit=target.commit,
        rollback=RollbackRequest(target.id, by),
        force_reason=reason,
    )
