"""The shape of the events, compared with the sample events the functions are tested with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from standins.aws.undocumented import varied
from tests.support.played import Played, action, play, stage

type Event = Callable[[str], dict[str, Any]]

BUILD = stage(
    "Build", action("CodeBuild", "Build", inputArtifacts=[{"name": "Source"}], outputArtifacts=[{"name": "B"}])
)
STAGING = stage(
    "Staging", action("ElasticBeanstalk", "Deploy", inputArtifacts=[{"name": "B"}]), action("Manual", "Ask")
)


@pytest.mark.parametrize(
    ("sample", "told"),
    [
        ("pipeline-started", "pipeline STARTED"),
        ("deploy-started", "Deploy STARTED"),
        ("approval-failed", "Ask FAILED"),
        ("pipeline-failed", "pipeline FAILED"),
    ],
)
def test_events_look_like_the_samples(event: Event, sample: str, told: str) -> None:
    """An event has the members of its sample, of the same types."""
    documented = event(sample)
    played = _played()
    detail_type, detail = played.changes[played.told().index(told)]
    assert detail_type == documented["detail-type"]
    assert _shape(detail) == _shape(documented["detail"])


def test_a_failed_action_says_why() -> None:
    """The event of a failed action carries the error and its message."""
    played = play(stage("Test", action("Lambda", "Smoke")))
    played.start()
    played.succeed("Take")
    played.fail("Smoke")
    detail = played.changes[played.told().index("Smoke FAILED")][1]
    assert detail["execution-result"] == {"external-execution-summary": "Smoke broke", "error-code": "JobFailed"}


def test_a_successful_action_names_its_artifacts() -> None:
    """The event of a successful action says where its output artifacts are."""
    played = _played()
    detail = played.changes[played.told().index("Build SUCCEEDED")][1]
    assert [artifact["name"] for artifact in detail["output-artifacts"]] == ["B"]


def _played() -> Played:
    played = play(BUILD, STAGING)
    played.start()
    for name in ("Take", "Build", "Deploy"):
        played.succeed(name)
    played.fail("Ask")
    return played


def _shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _shape(item) for key, item in value.items()}
    return [_shape(item) for item in value] if isinstance(value, list) else type(value)


def test_an_event_may_have_members_that_no_sample_has() -> None:
    """Whoever reads an event must not mind what AWS adds."""
    assert varied({"state": "STARTED"}, lambda: False) == {"state": "STARTED"}
    assert set(varied({"state": "STARTED"}, lambda: True)) == {"state", "undocumented-member"}
