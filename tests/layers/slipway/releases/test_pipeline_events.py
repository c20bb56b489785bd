"""CodePipeline's events are understood as steps of a release."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from slipway.models import Json, State
from slipway.releases import pipeline_events

EXECUTION = "6f1e7a52-3b0c-4d0e-9a55-0c6f2d6b7a10"
type Event = Callable[[str], Json]


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("deploy-started", State.STAGING),
        ("smoke-test-failed", State.FAILED),
        ("approval-failed", State.REJECTED),
        ("pipeline-succeeded", State.LIVE),
        ("pipeline-superseded", State.SUPERSEDED),
        ("pipeline-stopped", State.STOPPED),
    ],
)
def test_events_tell_where_a_release_stands(event: Event, name: str, state: State) -> None:
    """Every step that matters is understood in the shape that EventBridge sends."""
    progress = pipeline_events.progress_of(event(name))
    assert progress is not None
    assert (progress.execution_id, progress.state, progress.attempt) == (EXECUTION, state, 1)


def test_an_event_without_news_moves_nothing(event: Event) -> None:
    """That the pipeline has started is known already."""
    assert pipeline_events.progress_of(event("pipeline-started")) is None


def test_a_failure_says_which_action_failed_and_why(event: Event) -> None:
    """The card shows the reason, so it has to be one."""
    progress = pipeline_events.progress_of(event("smoke-test-failed"))
    assert progress is not None
    assert progress.reason.startswith("Staging / SmokeTest: Smoke test failed: reads a seven")
