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
    step = pipeline_events.own_step_of(event(name))
    assert step is not None
    assert (step.execution_id, step.state, step.attempt) == (EXECUTION, state, 1)


def test_an_event_without_news_moves_nothing(event: Event) -> None:
    """That the pipeline has started is known already."""
    assert pipeline_events.own_step_of(event("pipeline-started")) is None


def test_a_failure_says_which_action_failed_and_why(event: Event) -> None:
    """The card shows the reason, so it has to be one."""
    step = pipeline_events.own_step_of(event("smoke-test-failed"))
    assert step is not None
    assert step.reason.startswith("Staging / SmokeTest: Smoke test failed: reads a seven")


def test_an_event_tells_which_attempt_it_is_of(event: Event) -> None:
    """CodePipeline counts the retries of a stage."""
    retried = event("deploy-started")
    retried["detail"]["pipeline-execution-attempt"] = 2.0
    step = pipeline_events.own_step_of(retried)
    assert step is not None
    assert step.attempt == 2


def test_a_rejection_needs_no_reason(event: Event) -> None:
    """That the approval action failed is no reason: the person's own words are."""
    step = pipeline_events.own_step_of(event("approval-failed"))
    assert step is not None
    assert step.reason == ""


@pytest.mark.parametrize(
    ("state", "stage", "action", "built"),
    [
        ("SUCCEEDED", "Build", "BuildImage", EXECUTION),
        ("STARTED", "Build", "BuildImage", ""),
        ("FAILED", "Build", "BuildImage", ""),
        ("SUCCEEDED", "Build", "OpenRelease", ""),
        ("SUCCEEDED", "Staging", "BuildImage", ""),
    ],
)
def test_only_the_end_of_the_build_tells_of_an_image(
    event: Event, state: str, stage: str, action: str, built: str
) -> None:
    """A release waits for staging from then on."""
    told = event("deploy-started")
    told["detail"] |= {"state": state, "stage": stage, "action": action}
    assert pipeline_events.built_execution(told) == built


def test_a_pipeline_s_own_event_tells_of_no_image(event: Event) -> None:
    """It has neither stage nor action."""
    assert pipeline_events.built_execution(event("pipeline-succeeded")) == ""
