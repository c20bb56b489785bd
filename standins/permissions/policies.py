"""The policies of a role, inline and managed, and the single permissions in them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

type Documents = dict[str, dict[str, Any]]
"""Policy documents by the name of the policy."""


@dataclass(frozen=True, order=True)
class Permission:
    """An action, or one of several resources, that a statement allows; `index` is its place in the policy, from 0."""

    role: str
    policy: str
    index: int
    sid: str
    action: str
    resource: str = ""

    @property
    def statement(self) -> str:
        """How people know the statement: its Sid, or the policy's name where it has none."""
        return self.sid or self.policy

    @property
    def removed(self) -> str:
        """What is taken out of the statement."""
        return self.resource or self.action


def documents(iam: Any, role: str) -> Documents:
    """Read all policies of a role; `iam` is a boto3 client. A managed policy is named by the end of its ARN."""
    names = iam.list_role_policies(RoleName=role)["PolicyNames"]
    inline = {name: iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"] for name in names}
    attached = iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    return inline | {each["PolicyArn"].rpartition("/")[2]: _managed(iam, each["PolicyArn"]) for each in attached}


def _managed(iam: Any, arn: str) -> dict[str, Any]:
    version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    document = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
    return dict(document)


def permissions(role: str, found: Documents) -> Iterator[Permission]:
    """List what the statements allow, action by action, and then resource by resource where one names several."""
    for policy, index, statement in statements(found):
        place, sid = (role, policy, index), statement.get("Sid", "")
        for action in listed(statement["Action"]):
            yield Permission(*place, sid, action)
        if len(resources := listed(statement["Resource"])) > 1:
            yield from (Permission(*place, sid, "", resource) for resource in resources)


def statements(found: Documents) -> Iterator[tuple[str, int, dict[str, Any]]]:
    """List the statements that allow something: the policy's name, the place in it counted from 0, the statement."""
    for policy, document in found.items():
        for index, statement in enumerate(listed(document["Statement"])):
            if statement["Effect"] == "Allow":
                yield policy, index, statement


def without(found: Documents, permission: Permission) -> list[dict[str, Any]]:
    """Return the documents without one permission."""
    return [
        _reduced(document, permission) if name == permission.policy else document for name, document in found.items()
    ]


def _reduced(document: Mapping[str, Any], permission: Permission) -> dict[str, Any]:
    statements = [dict(each) for each in listed(document["Statement"])]
    statement, part = statements[permission.index], "Resource" if permission.resource else "Action"
    # IAM refuses an empty list; an action that no service has allows nothing.
    statement[part] = [each for each in listed(statement[part]) if each != permission.removed] or ["none:None"]
    return {**document, "Statement": statements}


def listed[T](value: T | list[T]) -> list[T]:
    """Return the list that IAM writes as a single value where it has one element."""
    return value if isinstance(value, list) else [value]
