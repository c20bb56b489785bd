"""Starting the one pipeline execution that carries a release, and binding it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from slipway.errors import Conflict, NotFound
from slipway.models import Commit, PipelineStep, Release, State
from slipway.models.text import MAX_REASON, shortened
from slipway.ports import Ledger, Pipeline
from slipway.releases.isolation import for_each_isolated
from slipway.releases.transitions import apply

STRANDED = timedelta(minutes=40)  # an upload's message is delivered five times within half an hour


def to_start(release: Release) -> bool:
    """Tell whether a release still needs an execution to carry it."""
    return release.state is State.RECEIVED and not release.execution_id


def start(ledger: Ledger, pipeline: Pipeline, release: Release) -> Release:
    """Have an execution carry a release: the same one, however often it is started."""
    execution_id = pipeline.start(release.id, release.commit.id)
    ledger.bind(release.id, execution_id)
    return ledger.change(release.id, lambda current: replace(current, execution_id=execution_id))


def start_stranded(ledger: Ledger, pipeline: Pipeline, now: datetime) -> Iterator[Release]:
    """Start what nobody will start any more, because its folder has changed since; not behind a newer release."""

    def step(release: Release) -> Release | None:
        if not to_start(release) or now < release.times[State.RECEIVED] + STRANDED:
            return None
        if _is_newest(ledger, release):
            return start(ledger, pipeline, release)
        reason = "Its pipeline could not be started before a newer release was opened."
        return ledger.change(release.id, _superseded(now, reason))

    return for_each_isolated(ledger.unfinished(), step)


def open_for_execution(ledger: Ledger, release_id: str, execution_id: str, commit: Commit, at: datetime) -> Release:
    """Bind an execution to its release; a code push (`auto`) opens a new release of what is live."""
    release = ledger.release_of(execution_id) or _release_for(ledger, release_id, execution_id, at)
    if release.execution_id not in ("", execution_id):
        raise Conflict(
            f"{release.id} is carried by another execution, {release.execution_id}: upload it again instead."
        )
    started = PipelineStep(execution_id, State.BUILDING, at, attempt=release.attempt)

    kept = replace(commit, message=shortened(commit.message, MAX_REASON))

    def carried(current: Release) -> Release:
        return apply(replace(current, commit=kept, execution_id=execution_id), started)

    return ledger.change(release.id, carried)


def _is_newest(ledger: Ledger, release: Release) -> bool:
    try:
        ledger.release(f"{release.model}-r{release.number + 1}")
    except NotFound:
        return True
    return False


def _superseded(at: datetime, reason: str) -> Callable[[Release], Release]:
    def change(release: Release) -> Release:
        if not to_start(release):
            return release
        times = {**release.times, State.SUPERSEDED: at}
        return replace(release, state=State.SUPERSEDED, times=times, reason=reason)

    return change


def _release_for(ledger: Ledger, release_id: str, execution_id: str, at: datetime) -> Release:
    if release_id != "auto":
        release = ledger.release(release_id)
        if release.execution_id in ("", execution_id):
            ledger.bind(release_id, execution_id)
        return release
    live = ledger.live()
    if live is None:
        raise NotFound("No model has been approved yet, so there is nothing to release: upload one first.")
    return ledger.open_again(live, execution_id, at)
