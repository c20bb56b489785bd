"""What stands around an existing pipeline: what would be discovered, and whether its bucket tells of uploads."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

import boto3

from slipway.attached.attributes import attributes
from slipway.attached.discovery import starts_itself
from slipway.bootstrap.discover_pipeline import existing_pipeline
from slipway.cli.doctor.finding import Finding, note, ok, problem
from slipway.errors import DiscoveryFailed
from slipway.models import DeployedVersion, Deployment, ExistingPipeline

EVENTS: dict[str, object] = {"EventBridgeConfiguration": {}}
VERSIONING = "aws s3api put-bucket-versioning --bucket {} --versioning-configuration Status=Enabled"
NOTIFY = "aws s3api put-bucket-notification-configuration --bucket {} --notification-configuration '{}'"
POLLS = "Its S3 source polls for the model itself, so that each upload starts it twice."
POLLS_CURE = "Set PollForSourceChanges to false in its source action."


def existing(session: boto3.Session, parameters: Mapping[str, str]) -> Iterator[Finding]:
    """Yield findings on the existing pipeline that the stack's parameters name, and on what surrounds it."""
    try:
        pipeline, found = existing_pipeline(session, parameters)
    except DiscoveryFailed as error:
        yield problem("existing pipeline", str(error), "docs/attach.md says what Slipway can be attached to.")
        return
    yield ok("existing pipeline", attributes(found, "")["Sentence"])
    if starts_itself(pipeline, found):
        yield problem("existing pipeline", POLLS, POLLS_CURE)
    yield from _versioning(session, found)
    yield from _notifications(session, found)
    for target, deployment in (("staging", found.staging), ("production", found.production)):
        yield _environment(session, target, deployment)


def _versioning(session: boto3.Session, found: ExistingPipeline) -> Iterator[Finding]:
    """Yield a finding: whether the bucket keeps versions, without which nobody can tell which model was built."""
    status = session.client("s3").get_bucket_versioning(Bucket=found.bucket).get("Status", "never enabled")
    if status == "Enabled":
        yield ok("uploads bucket", f"{found.bucket} keeps versions")
        return
    sentence = f"{found.bucket} keeps no versions ({status}): a release could not say which model it is."
    yield problem("uploads bucket", sentence, VERSIONING.format(found.bucket))


def _notifications(session: boto3.Session, found: ExistingPipeline) -> Iterator[Finding]:
    """Yield a finding: whether the bucket notifies EventBridge, without which an upload starts nothing."""
    answer = session.client("s3").get_bucket_notification_configuration(Bucket=found.bucket)
    kept = {name: value for name, value in answer.items() if name != "ResponseMetadata"}
    if "EventBridgeConfiguration" in kept:
        yield ok("uploads bucket", f"{found.bucket} tells EventBridge of uploads")
        return
    cure = NOTIFY.format(found.bucket, json.dumps(kept | EVENTS))
    yield problem("uploads bucket", f"{found.bucket} tells EventBridge nothing: an upload starts nothing.", cure)


def _environment(session: boto3.Session, target: str, deployment: Deployment) -> Finding:
    """Return a finding: whether the environment that a pipeline deploys to is ready and healthy."""
    name, client = f"environment {target}", session.client("elasticbeanstalk")
    found = client.describe_environments(
        ApplicationName=deployment.application, EnvironmentNames=[deployment.environment], IncludeDeleted=False
    )["Environments"]
    if not found:
        return problem(name, f"There is no environment {deployment.environment}.", "Create it, then deploy again.")
    label = found[0].get("VersionLabel", "no version yet")
    running = DeployedVersion(label, found[0]["Status"], found[0].get("Health", "unknown"))
    state = f"{running.label}, {running.status}, {running.health}"
    if running.is_steady:
        return ok(name, state)
    return note(name, f"{deployment.environment} is {state}.", "A release waits for it, for as long as its suite says.")
