"""`make leftovers`: lists what a removed stack has left, which CloudFormation keeps on purpose, and removes it.

Kept are the models and the evidence, the artifacts, the ledger and the images: the record of what was live. SAM keeps
the versions of the functions' layer, and Beanstalk the logs of its environments.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import click
from botocore.exceptions import ClientError

GONE = (400, 404)  # the HTTP status of what is asked for and not there, by service


@dataclass(frozen=True, slots=True)
class Kind:
    """What can be left: its word, a call that fails if it is gone, and one that removes it."""

    word: str
    find: Callable[[str], object]
    remove: Callable[[str], object]


def kinds(session: boto3.Session) -> dict[str, Kind]:
    """Return what can be left, by its type in a template."""
    s3, dynamodb = session.client("s3"), session.client("dynamodb")
    ecr, logs, functions = session.client("ecr"), session.client("logs"), session.client("lambda")

    def empty_and_delete(bucket: str) -> None:
        session.resource("s3").Bucket(bucket).object_versions.delete()
        s3.delete_bucket(Bucket=bucket)

    def find_layer(arn: str) -> object:
        name, version = arn.split(":")[6:]
        return functions.get_layer_version(LayerName=name, VersionNumber=int(version))

    def delete_all_versions(arn: str) -> None:
        name = arn.split(":")[6]
        for page in functions.get_paginator("list_layer_versions").paginate(LayerName=name):
            for one in page["LayerVersions"]:
                functions.delete_layer_version(LayerName=name, VersionNumber=one["Version"])

    return {
        "AWS::S3::Bucket": Kind("bucket", lambda name: s3.head_bucket(Bucket=name), empty_and_delete),
        "AWS::DynamoDB::Table": Kind(
            "table",
            lambda name: dynamodb.describe_table(TableName=name),
            lambda name: dynamodb.delete_table(TableName=name),
        ),
        "AWS::ECR::Repository": Kind(
            "images",
            lambda name: ecr.describe_repositories(repositoryNames=[name]),
            lambda name: ecr.delete_repository(repositoryName=name, force=True),
        ),
        # SAM keeps each, so that older functions can be brought back.
        "AWS::Lambda::LayerVersion": Kind("layer", find_layer, delete_all_versions),
        "AWS::Logs::LogGroup": Kind("logs", lambda _: True, lambda name: logs.delete_log_group(logGroupName=name)),
    }


def leftovers(session: boto3.Session, stack: str) -> Iterator[tuple[str, str]]:
    """Return type and name of what is left of all removed stacks of a name; CloudFormation remembers 90 days."""
    known, seen = kinds(session), set[str]()
    for kind, name in _retained(session.client("cloudformation"), stack):
        if kind in known and name not in seen and _exists(known[kind], name):
            seen.add(name)
            yield kind, name
    pages = session.client("logs").get_paginator("describe_log_groups")
    for page in pages.paginate(logGroupNamePrefix=f"/aws/elasticbeanstalk/{stack}-"):
        yield from (("AWS::Logs::LogGroup", group["logGroupName"]) for group in page["logGroups"])


def _retained(client: Any, stack: str) -> Iterator[tuple[str, str]]:
    """Yield type and name of what was not deleted with the removed stacks of a name, or by an update of them.

    Told by their events, which CloudFormation gives of a removed stack too, by its id:
    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackEvents.html
    """
    pages = client.get_paginator("list_stacks").paginate(StackStatusFilter=["DELETE_COMPLETE"])
    waiting = [one["StackId"] for page in pages for one in page["StackSummaries"] if one["StackName"] == stack]
    known = set(waiting)
    while waiting:
        events = client.get_paginator("describe_stack_events").paginate(StackName=waiting.pop())
        for one in (one for page in events for one in page["StackEvents"]):
            name = one.get("PhysicalResourceId", "")
            if one["ResourceType"] == "AWS::CloudFormation::Stack" and name and name not in known:
                known.add(name)
                waiting.append(name)
            elif one["ResourceStatus"] == "DELETE_SKIPPED":
                yield one["ResourceType"], name


def _exists(kind: Kind, name: str) -> bool:
    try:
        kind.find(name)
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] in GONE:
            return False
        raise
    return True


@click.command()
@click.option("--stack", default="slipway", show_default=True, help="Name of the stack that was removed.")
@click.option("--remove", is_flag=True, help="Remove what is listed, after a question: nothing brings it back.")
def main(stack: str, remove: bool) -> None:
    """List what a removed stack has left, and remove it if you say so."""
    session = boto3.Session()
    if _deployed(session, stack):
        sys.exit(f"{stack} is deployed, so nothing is left over: sam delete --stack-name {stack} removes it.")
    found, known = list(leftovers(session, stack)), kinds(session)
    for kind, name in found:
        click.echo(f"{known[kind].word:<8}{name}")
    if not found:
        click.echo(f"Nothing is left of {stack}.")
    elif remove:
        if click.prompt(f"Type {stack} to remove all of it for good") != stack:
            sys.exit("Nothing was removed.")
        for kind, name in found:
            known[kind].remove(name)
            click.echo(f"removed {name}")


def _deployed(session: boto3.Session, stack: str) -> bool:
    try:
        session.client("cloudformation").describe_stacks(StackName=stack)
    except ClientError as error:
        if "does not exist" in str(error):
            return False
        raise
    return True


if __name__ == "__main__":
    main()
