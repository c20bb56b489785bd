"""The story of a pipeline that was there before, to its end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.event_shapes import logged, sample_event
from tests.support.iam_records import keep
from tests.support.paths import ROOT
from tests.support.rehearsals import RUN, STORY_TIMEOUT, free_ports


@pytest.fixture(scope="module")
def attached(records: Path) -> dict[str, Any]:
    """The story to its end, on the pipeline that the rehearsal brings; its record is kept."""
    environment = os.environ | {"STORY": "attach", "ANSWER": "approve", "PORT": str(free_ports(4))}
    done = subprocess.run(
        [sys.executable, "-m", "rehearsal"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    keep(records, "attached")
    summary: dict[str, Any] = json.loads((RUN / "summary.json").read_text())
    return summary


@pytest.mark.timeout(2 * STORY_TIMEOUT)
def test_a_pipeline_that_was_there_gets_releases_and_goes_on_alone(attached: dict[str, Any]) -> None:
    """Overwritten in place and approved by card; a push, approved in the console; one overtaken; one that failed."""
    told = [(one["state"], one["asked"], one["answered_by"]) for one in attached["releases"]]
    assert told == [
        ("retired", True, "ada@example.com"),
        ("live", True, "root"),
        ("superseded", True, "Slipway"),
        ("failed", False, None),
    ]


def test_each_release_of_an_existing_pipeline_is_one_execution(attached: dict[str, Any]) -> None:
    """Six in all, the newest first: of the two before Slipway the first failed, for want of a model."""
    assert attached["executions"] == ["Failed", "Failed", "Succeeded", "Succeeded", "Succeeded", "Failed"]


def test_an_existing_approval_has_no_topic_and_tells_eventbridge_alone(attached: dict[str, Any]) -> None:
    """No notice was published, and the event of the approval has the shape of every action's."""
    assert logged("notice") == []
    documented = sample_event("deploy-started")
    approvals = [
        event
        for event in logged("event")
        if event["detail-type"] == documented["detail-type"] and event["detail"]["type"]["category"] == "Approval"
    ]
    assert {event["detail"]["state"] for event in approvals} == {"STARTED", "SUCCEEDED", "FAILED"}
