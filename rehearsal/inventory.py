"""What an existing stack is, and what else the account has: the same before Slipway is attached and after its end."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError

from rehearsal import aws
from rehearsal.attachment import OWNER
from rehearsal.errors import RehearsalError

type Client = Callable[[str], Any]

# What docs/attach.md says that stays: records and ledger, what SAM deploys with, and a role of the team's own.
KEPT = ("s3:slipway-", "s3:aws-sam-cli-", "dynamodb:slipway-", "cloudformation:aws-sam-cli-", f"iam:{OWNER}")
FILE = "before-slipway.json"
_BUCKET = (
    "get_bucket_acl",
    "get_bucket_encryption",
    "get_bucket_lifecycle_configuration",
    "get_bucket_notification_configuration",
    "get_bucket_policy",
    "get_bucket_versioning",
    "get_public_access_block",
)
_VOLATILE = ("ResponseMetadata",)


def of_stack(client: Client, name: str) -> dict[str, str]:
    """Return each thing of a stack, by its name, as JSON: the template, and what each resource is set to."""
    cloudformation = client("cloudformation")
    resources = cloudformation.describe_stack_resources(StackName=name)["StackResources"]
    found = {"template": cloudformation.get_template(StackName=name)["TemplateBody"], "resources": resources}
    for resource in resources:
        described = _DESCRIBED.get(resource["ResourceType"])
        if described:
            found[resource["LogicalResourceId"]] = described(client, resource["PhysicalResourceId"])
    return {name: json.dumps(value, default=str, sort_keys=True) for name, value in found.items()}


def of_account(client: Client) -> list[str]:
    """Return all that a stack could leave in an account, as `service:name`."""
    return sorted({*_names(client)})


def left(before: list[str], after: list[str]) -> list[str]:
    """Return what is new, and is not among what docs/attach.md says that stays."""
    return [one for one in after if one not in before and not one.startswith(KEPT)]


def save(run: Path, stack: str) -> None:
    """Keep what there is now in a run's folder, to compare with later."""
    found = {"stack": of_stack(_client, stack), "account": of_account(_client)}
    (run / FILE).write_text(json.dumps(found, indent=1))


def require_unchanged(run: Path, stack: str, client: Client | None = None) -> None:
    """Raise RehearsalError if the existing stack is not what it was, or something is left of Slipway's."""
    client, before = client or _client, json.loads((run / FILE).read_text())
    now = of_stack(client, stack)
    if changed := [name for name in {**before["stack"], **now} if before["stack"].get(name) != now.get(name)]:
        raise RehearsalError(
            f"{changed[0]} of {stack} was expected to be as before Slipway, {before['stack'].get(changed[0])}, but is "
            f"{now.get(changed[0])}."
        )
    if found := left(before["account"], of_account(client)):
        raise RehearsalError(f"Slipway's stack was deleted, but left {', '.join(found)}.")


def _client(service: str) -> Any:
    made: Any = boto3.Session()
    return made.client(service, config=aws.QUICK)


def _names(client: Client) -> Iterator[str]:
    for service, call, members, name in (
        ("cloudformation", "describe_stacks", "Stacks", "StackName"),
        ("dynamodb", "list_tables", "TableNames", ""),
        ("events", "list_rules", "Rules", "Name"),
        ("iam", "list_roles", "Roles", "RoleName"),
        ("lambda", "list_functions", "Functions", "FunctionName"),
        ("lambda", "list_event_source_mappings", "EventSourceMappings", "UUID"),
        ("logs", "describe_log_groups", "logGroups", "logGroupName"),
        ("s3", "list_buckets", "Buckets", "Name"),
        ("secretsmanager", "list_secrets", "SecretList", "Name"),
        ("sns", "list_topics", "Topics", "TopicArn"),
        ("sns", "list_subscriptions", "Subscriptions", "SubscriptionArn"),
        ("sqs", "list_queues", "QueueUrls", ""),
    ):
        for one in getattr(client(service), call)().get(members, []):
            yield f"{service}:{one[name] if name else one}"


def _bucket(client: Client, name: str) -> dict[str, Any]:
    return {call: _answer(getattr(client("s3"), call), Bucket=name) for call in _BUCKET}


def _role(client: Client, name: str) -> dict[str, Any]:
    iam = client("iam")
    names = iam.list_role_policies(RoleName=name)["PolicyNames"]
    return {
        "role": _answer(iam.get_role, RoleName=name),
        "attached": iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"],
        "inline": [_answer(iam.get_role_policy, RoleName=name, PolicyName=policy) for policy in names],
    }


def _topic(client: Client, arn: str) -> dict[str, Any]:
    subscriptions = client("sns").list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]
    policy = client("sns").get_topic_attributes(TopicArn=arn)["Attributes"].get("Policy")
    return {"policy": policy, "subscriptions": subscriptions}


def _environment(client: Client, name: str) -> Any:
    found = client("elasticbeanstalk").describe_environments(EnvironmentNames=[name])["Environments"][0]
    return {member: found.get(member) for member in ("EnvironmentId", "CNAME", "SolutionStackName", "TemplateName")}


def _answer(call: Callable[..., Any], **request: Any) -> Any:
    """Return what a call answers, or the code of its error."""
    try:
        return {name: value for name, value in call(**request).items() if name not in _VOLATILE}
    except ClientError as error:
        return error.response["Error"]["Code"]


_DESCRIBED: dict[str, Callable[[Client, str], Any]] = {
    "AWS::S3::Bucket": _bucket,
    "AWS::IAM::Role": _role,
    "AWS::SNS::Topic": _topic,
    "AWS::ElasticBeanstalk::Environment": _environment,
    "AWS::CodeBuild::Project": lambda client, name: _answer(client("codebuild").batch_get_projects, names=[name]),
    "AWS::CodePipeline::Pipeline": lambda client, name: _answer(client("codepipeline").get_pipeline, name=name),
}
