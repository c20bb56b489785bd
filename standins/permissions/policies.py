"""The inline policies of a role, and the single permissions in them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

type Documents = dict[str, dict[str, Any]]
"""Policy documents by the name of the policy."""


@dataclass(frozen=True, order=True)
class Permission:
    """One action that one statement of a policy allows."""

    role: str
    policy: str
    sid: str
    action: str


def documents(iam: Any, role: str) -> Documents:
    """Read the inline policies of a role; `iam` is a boto3 client."""
    names = iam.list_role_policies(RoleName=role)["PolicyNames"]
    return {name: iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"] for name in names}


def permissions(role: str, found: Documents) -> Iterator[Permission]:
    """List what the statements allow, action by action."""
    for policy, document in found.items():
        for statement in listed(document["Statement"]):
            if statement["Effect"] == "Allow":
                for action in listed(statement["Action"]):
                    yield Permission(role, policy, statement.get("Sid", ""), action)


def without(found: Documents, permission: Permission) -> list[dict[str, Any]]:
    """Return the documents without one permission."""
    return [
        {**document, "Statement": [_reduced(each, permission) for each in listed(document["Statement"])]}
        if name == permission.policy
        else document
        for name, document in found.items()
    ]


def _reduced(statement: Mapping[str, Any], permission: Permission) -> dict[str, Any]:
    if statement["Effect"] != "Allow" or statement.get("Sid", "") != permission.sid:
        return dict(statement)
    # IAM refuses an empty list; an action that no service has allows nothing.
    kept = [action for action in listed(statement["Action"]) if action != permission.action]
    return {**statement, "Action": kept or ["none:None"]}


def listed[T](value: T | list[T]) -> list[T]:
    """Return the list that IAM writes as a single value where it has one element."""
    return value if isinstance(value, list) else [value]
