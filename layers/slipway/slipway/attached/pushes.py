"""Executions that Slipway did not start: a push of code, somebody in the console, a schedule."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from slipway.models import ActionChange, ExistingPipeline, Release, State
from slipway.ports import Bucket, Ledger
from slipway.uploads import freeze
from slipway.uploads.layout import Layout
from slipway.uploads.upload import Upload, list_upload

LOOKED = 50  # releases


def open_release(
    ledger: Ledger, bucket: Bucket, existing: ExistingPipeline, execution_id: str, at: datetime
) -> Release | None:
    """Open a release for an execution that somebody else started, with the model that its build will read; return it.

    That is what stands below the prefix now, or, where each upload has a folder, what is live. None without any.
    """
    layout = Layout.of(existing.prefix, existing.model)
    if not layout.model:
        live = ledger.live()
        return ledger.open_again(live, execution_id, at) if live else None
    upload = list_upload(bucket, layout.prefix, layout)
    if not upload.everything:
        return None
    known = _known_release(ledger, upload)
    if known is None or _is_being_opened(known, execution_id):
        opened = _open_first(ledger, upload, execution_id, at)
    else:
        opened = ledger.open_again(known, execution_id, at)
    return ledger.change(opened.id, lambda current: _bound(current, upload, execution_id, known))


def open_rollback(
    ledger: Ledger, bucket: Bucket, existing: ExistingPipeline, change: ActionChange, restored: str
) -> Release | None:
    """Open a release for CodePipeline's own rollback to the execution `restored`, with that one's model; return it.

    What stands below the prefix now is not what is deployed. None where nothing is known of any model.
    """
    if target := ledger.release_of(restored):
        opened = ledger.open_again(target, change.execution_id, change.at)
        warning = f"CodePipeline rolled back to {target.id}: its artifacts are deployed again, and nothing is built."
        return ledger.change(opened.id, lambda current: current.with_warning(warning))
    found = open_release(ledger, bucket, existing, change.execution_id, change.at)
    warning = f"CodePipeline rolled back to the execution {restored}, unknown to Slipway: its model is another."
    return ledger.change(found.id, lambda current: current.with_warning(warning)) if found else None


def _known_release(ledger: Ledger, upload: Upload) -> Release | None:
    """Return the newest release of an upload's exact versions; None if there is none."""
    found = ledger.history(limit=LOOKED, model=upload.model)
    return next((release for release in found if release.fingerprint == upload.fingerprint), None)


def _is_being_opened(release: Release, execution_id: str) -> bool:
    """Return whether an event of the same execution is opening the release now, or was interrupted while it did."""
    return release.state is State.BUILDING and release.execution_id in ("", execution_id)


def _open_first(ledger: Ledger, upload: Upload, execution_id: str, at: datetime) -> Release:
    """Open a release of a content that no release has had, named by its exact versions, and return it.

    It is built already: what is only received would be started.
    """
    release = ledger.open(freeze.listed(upload, upload.everything), State.BUILDING, "", at)
    ledger.bind(release.id, execution_id)
    return release


def _bound(current: Release, upload: Upload, execution_id: str, known: Release | None) -> Release:
    """Return a release bound to an execution, with a warning if its model was refused, rejected or failed before."""
    carried = replace(current, execution_id=execution_id, fingerprint=upload.fingerprint)
    if known is None or known.state not in (State.REFUSED, State.REJECTED, State.FAILED):
        return carried
    why = known.reason or "its page says why"
    return carried.with_warning(f"The build reads the model that was {known.state} as {known.id}: {why}")
