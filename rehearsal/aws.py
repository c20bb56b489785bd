"""The local AWS as the rehearsal sees it: the stack, its secret, its ledger and its Lambdas' logs.

The clients take address and credentials from the environment that `environment.isolated` made.
"""

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from boto3.dynamodb.conditions import Key
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from rehearsal.errors import RehearsalError
from rehearsal.ledger import Release

QUICK = Config(connect_timeout=3, read_timeout=20, retries={"total_max_attempts": 3})
MODEL = "digits"


def client(service: str) -> Any:
    """Create a client that waits for no more than a moment."""
    return boto3.client(service, config=QUICK)  # type: ignore[call-overload]


@dataclass(frozen=True, slots=True)
class Outputs:
    """The stack's outputs that a rehearsal uses."""

    bucket: str
    table: str
    web_url: str
    staging_url: str
    production_url: str
    secret: str


def stack_outputs(stack: str) -> Outputs:
    """Read the outputs of the deployed stack."""
    values = _values(stack)
    names = ("ModelBucket", "LedgerTable", "WebUrl", "StagingUrl", "ProductionUrl", "SlackSecret")
    missing = [name for name in names if not values.get(name)]
    if missing:
        raise RehearsalError(f"The stack {stack} has no output {', '.join(missing)}; look at template.yaml's Outputs.")
    return Outputs(*(values[name] for name in names))


def output(stack: str, name: str) -> str:
    """One output of a deployed stack."""
    return _values(stack)[name]


def _values(stack: str) -> dict[str, str]:
    found = client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", [])}


def first_failure(stack: str) -> str:
    """The first resource that failed in a stack, nested stacks before it, and why; empty if none did."""
    with suppress(BotoCoreError, ClientError):
        cloudformation = client("cloudformation")
        for name in _with_nested(stack):
            for event in reversed(cloudformation.describe_stack_events(StackName=name)["StackEvents"]):
                reason = event.get("ResourceStatusReason", "")
                if event["ResourceStatus"].endswith("_FAILED") and reason and "cancelled" not in reason:
                    return f"{event['LogicalResourceId']}: {reason}"
    return ""


def _with_nested(stack: str) -> Iterable[str]:
    """The stacks nested in a stack first, since their failures are the causes."""
    found = client("cloudformation").describe_stack_resources(StackName=stack)["StackResources"]
    for resource in found:
        if resource["ResourceType"] == "AWS::CloudFormation::Stack" and resource.get("PhysicalResourceId"):
            yield resource["PhysicalResourceId"]
    yield stack


def restore_staging() -> None:
    """Give staging the version that production runs, as docs/operations.md tells a person to."""
    staging, production = _environments()
    client("elasticbeanstalk").update_environment(
        EnvironmentName=staging["EnvironmentName"], VersionLabel=production["VersionLabel"]
    )


def staging_problem() -> str:
    """What keeps staging from running what production runs; empty if nothing does."""
    staging, production = _environments()
    there = staging["Status"] == "Ready" and staging["VersionLabel"] == production["VersionLabel"]
    return "" if there else f"Staging is {staging['Status']} with {staging['VersionLabel']}."


def _environments() -> tuple[dict[str, Any], dict[str, Any]]:
    """Staging and production, as Beanstalk describes them."""
    found = client("elasticbeanstalk").describe_environments()["Environments"]
    by_name = {environment["EnvironmentName"].rsplit("-", 1)[-1]: dict(environment) for environment in found}
    return by_name["staging"], by_name["production"]


def put_slack_secret(secret: str, bot_token: str, signing_secret: str) -> None:
    """Store what Slipway needs to speak with Slack."""
    value = json.dumps({"bot_token": bot_token, "signing_secret": signing_secret})
    client("secretsmanager").put_secret_value(SecretId=secret, SecretString=value)


class TableLedger:
    """The ledger in DynamoDB."""

    def __init__(self, table: str, model: str = MODEL) -> None:
        self._table, self._model = boto3.resource("dynamodb", config=QUICK).Table(table), model

    def releases(self) -> list[Release]:
        """All releases of the rehearsal's model, the oldest first."""
        condition = Key("pk").eq(f"MODEL#{self._model}") & Key("sk").begins_with("RELEASE#")
        return [Release.read(item) for item in self._table.query(KeyConditionExpression=condition)["Items"]]


def lambda_logs(since: float) -> str:
    """What all Lambdas wrote since a moment (seconds since the epoch); empty if their logs cannot be read."""
    with suppress(BotoCoreError, ClientError):
        logs = client("logs")
        groups = logs.describe_log_groups(logGroupNamePrefix="/aws/lambda/").get("logGroups", [])
        events = [
            event
            for group in groups
            for event in logs.filter_log_events(
                logGroupName=group["logGroupName"], startTime=int(since * 1000), limit=1000
            ).get("events", [])
        ]
        return "\n".join(event["message"] for event in events)
    return ""


def save_evidence(bucket: str, release: str, folder: Path) -> None:
    """Put the pages that a release's smoke tests have left where a browser finds them."""
    s3, prefix = client("s3"), f"evidence/{release}/"
    for item in s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", []):
        if item["Key"].endswith(".html"):
            folder.mkdir(exist_ok=True)
            page = s3.get_object(Bucket=bucket, Key=item["Key"])["Body"].read()
            (folder / f"{release}-{item['Key'].removeprefix(prefix)}").write_bytes(page)
