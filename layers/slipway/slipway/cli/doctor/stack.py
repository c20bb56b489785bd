"""What stands in a stack that was deployed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import boto3
from botocore.exceptions import ClientError

from slipway.cli.doctor.finding import Finding, note, ok, problem

ALARM_CURE = "Set MailTo, or subscribe somebody to the topic of the output AlarmsTopic."


@dataclass(frozen=True, slots=True)
class Stack:
    """A deployed stack: its status, parameters and outputs by name."""

    name: str
    status: str
    parameters: dict[str, str]
    outputs: dict[str, str]


def read(session: boto3.Session, name: str) -> Stack | None:
    """Return a stack; None if there is none of that name."""
    try:
        (found,) = session.client("cloudformation").describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    parameters = {one["ParameterKey"]: one.get("ParameterValue", "") for one in found.get("Parameters", [])}
    outputs = {one["OutputKey"]: one["OutputValue"] for one in found.get("Outputs", [])}
    return Stack(name, found["StackStatus"], parameters, outputs)


def state(stack: Stack) -> Iterator[Finding]:
    """Yield a finding: whether the last deployment ended well."""
    if stack.status in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
        yield ok("stack", f"{stack.name} is {stack.status}")
        return
    cure = f"aws cloudformation describe-stack-events --stack-name {stack.name} says why; then deploy again."
    yield problem("stack", f"{stack.name} is {stack.status}.", cure)


def processor(stack: Stack, planned: str) -> Iterator[Finding]:
    """Yield a problem if a deployment changes the processor: the live image does not start on the other kind."""
    # Stacks of before had x86_64 instances, whatever the functions ran on.
    before = "x86_64" if "InstanceType" in stack.parameters else stack.parameters.get("Architecture", "")
    if planned and before and planned != before:
        sentence = f"The instances are {before}, and the live image does not start on {planned}."
        yield problem("architecture", sentence, f"Answer Architecture={before}.")


def environments(session: boto3.Session, stack: Stack) -> Iterator[Finding]:
    """Yield findings: whether staging and production are ready and healthy."""
    client = session.client("elasticbeanstalk")
    application = stack.outputs["PipelineName"]
    found = client.describe_environments(ApplicationName=application, IncludeDeleted=False)["Environments"]
    for target in ("staging", "production"):
        one = next((each for each in found if each["EnvironmentName"] == f"{application}-{target}"), None)
        name = f"environment {target}"
        if one is None:
            yield problem(name, "There is no such environment.", "Deploy the stack again.")
        elif one["Status"] != "Ready" or one.get("Health") not in ("Green", "Grey"):
            status = f"{one['Status']}, health {one.get('Health', 'unknown')}"
            cure = f"aws elasticbeanstalk describe-events --environment-name {one['EnvironmentName']} says why."
            yield problem(name, f"It is {status}.", cure)
        else:
            yield ok(name, f"{one.get('VersionLabel', 'no version yet')}, {one['Status']}, {one.get('Health')}")


def mail(session: boto3.Session, stack: Stack) -> Iterator[Finding]:
    """Yield a finding: whether each approver and author has confirmed the e-mail subscription."""
    confirmed = _subscribers(session, stack.outputs["MailTopic"])
    entries = [entry for name in ("Approvers", "Authors") for entry in stack.parameters.get(name, "").split(",")]
    for address in sorted({entry.rpartition("=")[2].strip() for entry in entries if "@" in entry}):
        if confirmed.get(address.casefold()):
            yield ok("mail", f"{address} has confirmed")
        elif address.casefold() in confirmed:
            cure = "They have to press the link in AWS's mail; deploy again to have it sent again."
            yield problem("mail", f"{address} has not confirmed the subscription and gets no mail.", cure)
        else:
            yield problem("mail", f"{address} is not subscribed and gets no mail.", "Deploy again to subscribe them.")


def alarms(session: boto3.Session, stack: Stack) -> Iterator[Finding]:
    """Yield findings: whether somebody receives the alarms, and which of them are ringing."""
    readers = [address for address, done in _subscribers(session, stack.outputs["AlarmsTopic"]).items() if done]
    if readers:
        yield ok("alarms", f"go to {', '.join(sorted(readers))}")
    else:
        yield problem("alarms", "Nobody hears the alarms.", ALARM_CURE)
    for alarm in _ringing_alarms(session, stack):
        yield problem("alarm", f"{alarm} is ringing.", "docs/operations.md says what to do.")


def suite(session: boto3.Session, stack: Stack) -> Iterator[Finding]:
    """Yield a finding: whether operators keep a suite of record in the bucket."""
    bucket = stack.outputs["ModelBucket"]
    found = session.client("s3").list_objects_v2(Bucket=bucket, Prefix="suites/").get("Contents", [])
    names = [one["Key"] for one in found if one["Key"].endswith("/suite.yaml")]
    if names:
        yield ok("suite of record", ", ".join(names))
    else:
        yield note("suite of record", "None in the bucket: each release is held to the service's own suite.")


def _subscribers(session: boto3.Session, topic: str) -> dict[str, bool]:
    """Return the e-mail addresses that a topic has, each with whether its subscription is confirmed."""
    pages = session.client("sns").get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic)
    found = [one for page in pages for one in page["Subscriptions"]]
    return {one["Endpoint"].casefold(): one["SubscriptionArn"].startswith("arn:") for one in found}


def _ringing_alarms(session: boto3.Session, stack: Stack) -> list[str]:
    """Return the names of the stack's alarms that are in state ALARM."""
    pages = (
        session.client("cloudwatch")
        .get_paginator("describe_alarms")
        .paginate(AlarmNamePrefix=f"{stack.name}-", StateValue="ALARM")
    )
    return [alarm["AlarmName"] for page in pages for alarm in page["MetricAlarms"]]
