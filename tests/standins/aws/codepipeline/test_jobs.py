"""The rules by which functions answer their jobs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from standins.aws.codepipeline.jobs import Job, Jobs
from standins.aws.codepipeline.records import Status
from standins.aws.wire import AwsError
from tests.support.played import Played, action, play, stage


class Function:
    """A function with an open job, and what it is invoked with later."""

    def __init__(self) -> None:
        self.played: Played = play(stage("Build", action("Lambda", "Open", namespace="Opened")))
        self.execution = self.played.start()
        self.played.succeed("Take")
        self.resumed: list[Job] = []
        ids: Iterator[str] = iter(["job-1", "job-2", "job-3"])
        self.jobs = Jobs(self.played.pipeline.report, self.resumed.append, lambda: self.played.time, lambda: next(ids))
        self.run = self.played.run("Open")
        self.jobs.open(self.run)

    def succeed(self, **answer: Any) -> None:
        """Answer the first job."""
        self.jobs.succeed({"jobId": "job-1"} | answer)


@pytest.fixture
def function() -> Function:
    """A function that has been invoked."""
    return Function()


def test_success_ends_the_action(function: Function) -> None:
    """A successful job leaves its variables to the actions after it."""
    function.succeed(outputVariables={"ReleaseId": "digits-r1"}, executionDetails={"summary": "opened"})
    assert function.execution.status is Status.SUCCEEDED
    assert function.execution.namespaces["Opened"] == {"ReleaseId": "digits-r1"}
    assert function.run.outcome.summary == "opened"


def test_failure_ends_the_action(function: Function) -> None:
    """A failed job fails the action with the function's words."""
    function.jobs.fail({"jobId": "job-1", "failureDetails": {"type": "JobFailed", "message": "no model"}})
    failure = function.run.outcome.failure
    assert failure
    assert (failure.code, failure.message) == ("JobFailed", "no model")


def test_a_continuation_token_asks_for_another_job(function: Function) -> None:
    """A function that is not done is invoked again, with another job that carries its token."""
    function.succeed(continuationToken="half way")
    assert [(job.id, job.continuation_token) for job in function.resumed] == [("job-2", "half way")]
    assert function.run.status is Status.IN_PROGRESS


def test_silence_fails_the_action(function: Function) -> None:
    """A function that says nothing for 20 minutes has failed."""
    seen = []
    for minutes in (19, 1):
        function.played.wait(minutes=minutes)
        seen.append(function.run.status)
    assert seen == [Status.IN_PROGRESS, Status.FAILED]


def test_an_answer_starts_the_time_anew(function: Function) -> None:
    """With each answer the function has another 20 minutes."""
    function.played.wait(minutes=19)
    function.succeed(continuationToken="half way")
    assert function.run.deadline == function.played.time + timedelta(minutes=20)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({"jobId": "no-such-job"}, "JobNotFoundException"),
        ({"continuationToken": "t", "outputVariables": {"a": "b"}}, "ValidationException"),
        ({"outputVariables": {"a": "x" * 122_880}}, "OutputVariablesSizeExceededException"),
    ],
)
def test_wrong_answers_are_refused(function: Function, answer: dict[str, Any], code: str) -> None:
    """An answer AWS would not take is refused with its error, and the action goes on."""
    with pytest.raises(AwsError) as refusal:
        function.succeed(**answer)
    assert refusal.value.code == code
    assert function.run.status is Status.IN_PROGRESS


def test_a_job_is_answered_once(function: Function) -> None:
    """A second answer to a job is refused, so a function that is invoked twice does no harm."""
    function.succeed(continuationToken="half way")
    with pytest.raises(AwsError) as refusal:
        function.succeed()
    assert refusal.value.code == "InvalidJobStateException"


def test_a_job_of_an_ended_action_is_refused(function: Function) -> None:
    """A function that answers after its execution was abandoned learns that nobody waits."""
    function.played.pipeline.stop(function.execution, abandon=True, reason="")
    with pytest.raises(AwsError) as refusal:
        function.succeed()
    assert refusal.value.code == "InvalidJobStateException"
