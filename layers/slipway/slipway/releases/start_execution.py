"""Starting a pipeline execution for a release, exactly one, and binding the two."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from slipway.errors import Conflict, ItemUnreadable, NotFound, NothingToRelease
from slipway.models import Commit, PipelineStep, Release, State
from slipway.models.text import MAX_REASON, shortened
from slipway.ports import Ledger, Pipeline
from slipway.releases.isolation import for_each_isolated
from slipway.releases.transitions import apply

STRANDED_AFTER = timedelta(minutes=40)  # SQS delivers the message of an upload five times within half an hour


def needs_execution(release: Release) -> bool:
    """Return whether no execution was started for a release yet."""
    return release.state is State.RECEIVED and not release.execution_id


def start(ledger: Ledger, pipeline: Pipeline, release: Release) -> Release:
    """Start the execution of a release, and return the release bound to it; a second start returns the same one."""
    execution_id = pipeline.start(release)
    ledger.bind(release.id, execution_id)
    return ledger.change(release.id, lambda current: replace(current, execution_id=execution_id))


def start_stranded(ledger: Ledger, pipeline: Pipeline, now: datetime) -> Iterator[Release]:
    """Start each release whose upload is not delivered again; one that has a newer release is superseded instead.

    That happens when its folder changed before the start succeeded. Yields the releases that changed.
    """

    def start_or_supersede(release: Release) -> Release | None:
        """Start a stranded release, or end it as superseded, and return it; None for any other."""
        if not needs_execution(release) or now < release.times[State.RECEIVED] + STRANDED_AFTER:
            return None
        if is_newest(ledger, release):
            return start(ledger, pipeline, release)
        reason = "Its pipeline could not be started before a newer release was opened."
        return ledger.change(release.id, _supersede_unless_started(now, reason))

    return for_each_isolated(ledger.unfinished(), start_or_supersede)


def open_for_execution(ledger: Ledger, release_id: str, execution_id: str, commit: Commit, at: datetime) -> Release:
    """Bind an execution to its release, and return it in state *building*.

    `release_id` is `auto` for a push of code, which opens a new release of the live candidate. Raises NotFound if
    nothing is live, Conflict if another execution carries the release.
    """
    release = ledger.release_of(execution_id) or _release_for(ledger, release_id, execution_id, at)
    if release.execution_id not in ("", execution_id):
        raise Conflict(
            f"{release.id} is carried by another execution, {release.execution_id}: upload it again instead."
        )
    started = PipelineStep(execution_id, State.BUILDING, at, attempt=release.attempt)
    stored = stored_commit(ledger, release, commit)

    def bind(current: Release) -> Release:
        """Return the release, building, with the execution and the commit."""
        return apply(replace(current, commit=stored, execution_id=execution_id), started)

    return ledger.change(release.id, bind)


def stored_commit(ledger: Ledger, release: Release, commit: Commit) -> Commit:
    """Return a release's commit as the ledger keeps it: its message shortened, and whether it was live before."""
    was_live = bool(commit.id) and commit.id in _live_commits(ledger, release)
    return replace(commit, message=shortened(commit.message, MAX_REASON), was_live=was_live)


def _live_commits(ledger: Ledger, release: Release) -> Iterator[str]:
    """Yield the id of the commit that is live and, for a rollback, of the one that it goes back to."""
    if release.rollback.to:
        yield release.commit.id
    with suppress(ItemUnreadable):
        live = ledger.live()
        yield live.commit.id if live else ""


def is_newest(ledger: Ledger, release: Release) -> bool:
    """Return whether no later release of its model was opened."""
    try:
        ledger.release(f"{release.model}-r{release.number + 1}")
    except NotFound:
        return True
    return False


def _supersede_unless_started(at: datetime, reason: str) -> Callable[[Release], Release]:
    """Return a change that ends a release as superseded, unless it was started meanwhile."""

    def change(release: Release) -> Release:
        """Return the release as superseded; unchanged if it was started."""
        if not needs_execution(release):
            return release
        times = {**release.times, State.SUPERSEDED: at}
        return replace(release, state=State.SUPERSEDED, times=times, reason=reason)

    return change


def _release_for(ledger: Ledger, release_id: str, execution_id: str, at: datetime) -> Release:
    """Return a release by its id, or, for `auto`, a new release of the live candidate."""
    if release_id != "auto":
        release = ledger.release(release_id)
        if release.execution_id in ("", execution_id):
            ledger.bind(release_id, execution_id)
        return release
    live = ledger.live()
    if live is None:
        raise NothingToRelease("No model has been approved yet, so there is nothing to release: upload one first.")
    return ledger.open_again(live, execution_id, at)
