"""Lambda actions: hands a job to a function; the function's answer comes through PutJob…Result."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from standins.aws.codepipeline.actions import Work
from standins.aws.codepipeline.jobs import Job, Jobs
from standins.aws.codepipeline.records import ActionRun, Location

type Credentials = dict[str, str]


class LambdaInvocation:
    """Invokes functions for their jobs.

    `jobs` is asked for each new job, `credentials` for what the function may use on the run's artifacts;
    `record` keeps a copy of the event in the run's log.
    """

    def __init__(
        self,
        jobs: Jobs,
        credentials: Callable[[ActionRun], Credentials],
        account: Callable[[], str],
        record: Callable[[Mapping[str, Any]], None],
    ) -> None:
        self._jobs, self._credentials, self._account, self._record = jobs, credentials, account, record

    def __call__(self, work: Work) -> None:
        """Invoke the action's function with a new job."""
        self._invoke(work, self._jobs.open(work.run))

    def resume(self, work: Work, job: Job, seconds: float) -> None:
        """Invoke it again after a pause, with the continuation token it has left."""
        work.pause(seconds)
        if not work.abandoned:
            self._invoke(work, job)

    def _invoke(self, work: Work, job: Job) -> None:
        """Invoke the function with a job; the invocation itself is asynchronous, as on AWS."""
        job.event = job_data(job, self._credentials(job.run))
        event = {"CodePipeline.job": {"id": job.id, "accountId": self._account(), "data": job.event}}
        self._record(event)
        work.role.client("lambda").invoke(
            FunctionName=work.configuration["FunctionName"], InvocationType="Event", Payload=json.dumps(event)
        )


def job_data(job: Job, credentials: Credentials) -> dict[str, Any]:
    """What a function learns of its job."""
    run = job.run
    data: dict[str, Any] = {
        "actionConfiguration": {"configuration": dict(run.configuration)},
        "inputArtifacts": [_artifact(name, place) for name, place in run.inputs.items()],
        "outputArtifacts": [_artifact(name, place) for name, place in run.outputs.items()],
        "artifactCredentials": credentials,
    }
    if job.continuation_token:
        data["continuationToken"] = job.continuation_token
    if run.execution.definition.encryption_key:
        data["encryptionKey"] = dict(run.execution.definition.encryption_key)
    return data


def artifact_policy(run: ActionRun) -> dict[str, Any]:
    """What a job's credentials may do: read its input artifacts, write its output artifacts."""
    statements = [
        {"Effect": "Allow", "Action": action, "Resource": f"arn:aws:s3:::{place.bucket}/{place.key}"}
        for action, places in (("s3:GetObject*", run.inputs), ("s3:PutObject", run.outputs))
        for place in places.values()
    ]
    # A policy needs a statement; this one allows nothing.
    nothing = {"Effect": "Deny", "Action": "*", "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": statements or [nothing]}


def _artifact(name: str, place: Location) -> dict[str, Any]:
    location = {"type": "S3", "s3Location": {"bucketName": place.bucket, "objectKey": place.key}}
    return {"location": location, "revision": None, "name": name}
