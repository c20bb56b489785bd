"""Elastic Beanstalk actions: makes the artifact an application version and waits until the environment runs it."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from standins.aws.codepipeline.actions import ActionFailed, Work
from standins.aws.codepipeline.records import Outcome

SECONDS_BETWEEN_LOOKS = 1.0


def run(work: Work) -> Outcome:
    """Deploy the input artifact to the environment."""
    started, label = datetime.now(UTC), version_label(work)
    application, environment = work.configuration["ApplicationName"], work.configuration["EnvironmentName"]
    bundle = {"S3Bucket": work.input.bucket, "S3Key": work.input.key}
    work.role.client("s3").head_object(Bucket=bundle["S3Bucket"], Key=bundle["S3Key"])
    beanstalk = work.role.client("elasticbeanstalk")
    beanstalk.create_application_version(ApplicationName=application, VersionLabel=label, SourceBundle=bundle)
    beanstalk.update_environment(ApplicationName=application, EnvironmentName=environment, VersionLabel=label)
    state = _describe(beanstalk, application, environment)
    while state["Status"] not in ("Ready", "Terminated") and not work.abandoned:
        work.pause(SECONDS_BETWEEN_LOOKS)
        state = _describe(beanstalk, application, environment)
    if state["Status"] != "Ready" or state.get("VersionLabel") != label:
        raise ActionFailed(_reason(beanstalk, application, environment, started), external_id=label)
    return Outcome(summary=f"Deployment completed to {environment}", external_id=label)


def version_label(work: Work) -> str:
    """A label in the form CodePipeline gives its application versions."""
    return f"code-pipeline-{int(time.time() * 1000)}-{work.run.id}"


def _describe(beanstalk: Any, application: str, environment: str) -> Mapping[str, Any]:
    answer = beanstalk.describe_environments(ApplicationName=application, EnvironmentNames=[environment])
    if not answer["Environments"]:
        raise ActionFailed(f"No environment {environment} in the application {application}.", "ConfigurationError")
    found: Mapping[str, Any] = answer["Environments"][0]
    return found


def _reason(beanstalk: Any, application: str, environment: str, since: datetime) -> str:
    events = beanstalk.describe_events(
        ApplicationName=application, EnvironmentName=environment, Severity="ERROR", StartTime=since
    )["Events"]
    return str(events[0]["Message"]) if events else f"The environment {environment} does not run the new version."
