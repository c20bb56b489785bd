"""What was sent in the story has the shapes that AWS documents."""

from __future__ import annotations

import json

import pytest

from tests.support.event_shapes import logged, missing, sample_event, shape
from tests.support.rehearsals import STORY_TIMEOUT, Result

pytestmark = [pytest.mark.timeout(STORY_TIMEOUT)]


def test_approval_notices_have_the_documented_shape(played: Result) -> None:
    """The rules' tests read the same shape from events/."""
    documented = json.loads(sample_event("approval-notice")["Records"][0]["Sns"]["Message"])
    assert [shape(notice) for notice in logged("notice")] == [shape(documented)] * 2


@pytest.mark.parametrize(
    ("sample", "detail"),
    [
        ("object-created", {}),
        ("pipeline-started", {"state": "STARTED"}),
        ("pipeline-succeeded", {"state": "SUCCEEDED"}),
        ("pipeline-failed", {"state": "FAILED"}),
        ("deploy-started", {"stage": "Staging", "action": "Deploy", "state": "STARTED"}),
        ("smoke-test-failed", {"stage": "Staging", "action": "SmokeTest", "state": "FAILED"}),
    ],
)
def test_events_have_the_documented_shape(played: Result, sample: str, detail: dict[str, str]) -> None:
    """Everything that a documented sample has, of the same type, is in the events that were seen."""
    documented = sample_event(sample)
    alike = [
        event
        for event in logged("event")
        if event["detail-type"] == documented["detail-type"] and detail.items() <= event["detail"].items()
    ]
    assert alike
    for event in alike:
        absent = missing(shape(documented), shape(event))
        assert not absent, f"{sample}: {absent}"


def test_jobs_have_the_documented_shape_and_their_credentials_stay_out_of_the_log(played: Result) -> None:
    """What the functions were called with is what AWS calls them with."""
    documented = shape(sample_event("job-smoke-test")["CodePipeline.job"])
    jobs = [job["CodePipeline.job"] for job in logged("job")]
    assert jobs
    assert not [absent for job in jobs for absent in missing(documented, shape(job))]
    assert {value for job in jobs for value in job["data"]["artifactCredentials"].values()} == {"***"}
