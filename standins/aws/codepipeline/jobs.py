"""The jobs that Lambda actions hand to functions, and the rules by which functions may answer them."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from standins.aws.codepipeline.records import ActionRun, Failure, Outcome, Status
from standins.aws.wire import AwsError, Request

ANSWER_WITHIN = timedelta(minutes=20)
MOST_VARIABLE_BYTES = 122_880


@dataclass(eq=False)
class Job:
    """One invocation of a function; `event` is what the function gets."""

    id: str
    run: ActionRun
    continuation_token: str | None = None
    event: dict[str, Any] | None = None
    answered: bool = False


class Jobs:
    """Every job ever given out. `invoke` begins an invocation, `resume` one that follows a continuation token."""

    def __init__(
        self,
        report: Callable[[ActionRun, Outcome], None],
        resume: Callable[[Job], None],
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        self._report, self._resume, self._clock, self._new_id = report, resume, clock, new_id
        self._jobs: dict[str, Job] = {}

    def open(self, run: ActionRun, continuation_token: str | None = None) -> Job:
        """Make a job of an action run; the function has 20 minutes to answer it."""
        job = Job(self._new_id(), run, continuation_token)
        self._jobs[job.id] = job
        run.deadline = self._clock() + ANSWER_WITHIN
        return job

    def find(self, job_id: str) -> Job:
        """The job of an id; JobNotFoundException when there is none."""
        if job_id not in self._jobs:
            raise AwsError("JobNotFoundException", f"Job {job_id} does not exist")
        return self._jobs[job_id]

    def succeed(self, request: Request) -> None:
        """Take PutJobSuccessResult: the action's end, or with a continuation token another invocation later."""
        variables, token = request.get("outputVariables", {}), request.get("continuationToken")
        if token and variables:
            raise AwsError("ValidationException", "outputVariables cannot be given together with a continuationToken")
        if len(json.dumps(variables).encode()) > MOST_VARIABLE_BYTES:
            raise AwsError("OutputVariablesSizeExceededException", "The output variables exceed 122880 bytes")
        job = self._take(request["jobId"])
        details = request.get("executionDetails", {})
        outcome = Outcome(
            summary=details.get("summary", ""),
            external_id=details.get("externalExecutionId", job.id),
            percent=details.get("percentComplete"),
            variables=variables,
        )
        if token:
            job.run.outcome = outcome
            self._resume(self.open(job.run, token))
        else:
            self._report(job.run, outcome)

    def fail(self, request: Request) -> None:
        """Take PutJobFailureResult, which ends the action."""
        job, details = self._take(request["jobId"]), request["failureDetails"]
        failure = Failure(details["type"], details["message"])
        self._report(job.run, Outcome(failure, external_id=details.get("externalExecutionId", job.id)))

    def _take(self, job_id: str) -> Job:
        job = self.find(job_id)
        if job.answered or job.run.status is not Status.IN_PROGRESS:
            raise AwsError("InvalidJobStateException", f"Job {job_id} is already in a terminal state")
        job.answered = True
        return job
