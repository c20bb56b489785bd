"""Whether something outside a stack, such as an SCP, takes rights from its roles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3

from slipway.cli.doctor.finding import Finding, ok, problem
from slipway.cli.doctor.stack import Stack


def permissions(session: boto3.Session, stack: Stack) -> Iterator[Finding]:
    """Yield findings: which rights of our roles something outside the stack, such as an SCP, takes away.

    Each role's own statements are simulated: what they allow and AWS then denies, somebody else denies.
    """
    iam = session.client("iam")
    for role in _roles(session, stack):
        denied = sorted(set(_denied_of_role(iam, role)))
        if denied:
            cure = "Ask whoever runs the organisation's policies (SCP) or permission boundaries to allow these."
            yield problem("permissions", f"{role} is denied {', '.join(denied[:5])} from outside the stack.", cure)
        else:
            yield ok("permissions", role)


def _roles(session: boto3.Session, stack: Stack) -> Iterator[str]:
    """Yield the names of the stack's roles, those of nested stacks among them."""
    client = session.client("cloudformation")
    waiting = [stack.name]
    while waiting:
        pages = client.get_paginator("list_stack_resources").paginate(StackName=waiting.pop())
        for resource in (one for page in pages for one in page["StackResourceSummaries"]):
            if resource["ResourceType"] == "AWS::CloudFormation::Stack":
                waiting.append(resource["PhysicalResourceId"])
            elif resource["ResourceType"] == "AWS::IAM::Role":
                yield resource["PhysicalResourceId"]


def _denied_of_role(iam: Any, role: str) -> Iterator[str]:
    """Yield the actions that a role's own statements allow and AWS would deny all the same."""
    arn = iam.get_role(RoleName=role)["Role"]["Arn"]
    for policy in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        document = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
        for statement in _as_list(document["Statement"]):
            yield from _denied_of_statement(iam, arn, statement)


def _denied_of_statement(iam: Any, arn: str, statement: dict[str, Any]) -> Iterator[str]:
    """Yield the actions that a statement allows and AWS would deny; those with wildcards or conditions are left out."""
    actions = [action for action in _as_list(statement.get("Action")) if "*" not in action]
    resources = _as_list(statement.get("Resource")) or ["*"]
    if not actions or statement["Effect"] != "Allow" or "Condition" in statement:
        return  # a condition needs its context, which only the real call has
    answer = iam.simulate_principal_policy(PolicySourceArn=arn, ActionNames=actions, ResourceArns=resources[:1])
    yield from (one["EvalActionName"] for one in answer["EvaluationResults"] if one["EvalDecision"] != "allowed")


def _as_list(value: Any) -> list[Any]:
    """Return one text or block, or several, as a list."""
    return [value] if isinstance(value, str | dict) else list(value or [])
