"""What a deployment to Elastic Beanstalk fails with when its caller lacks one permission."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from standins.aws.elasticbeanstalk.caller_calls import POLICIES, Call, Deployment, calls
from standins.permissions.policies import Permission, documents, permissions, without
from standins.permissions.requests import Policies, Request

DEPLOYMENTS = [Deployment(policy, balanced, streaming=True) for policy in POLICIES for balanced in (False, True)]


@dataclass(frozen=True)
class Finding:
    """What a deployment with this policy fails with; nothing if no deployment needs the permission."""

    permission: Permission
    policy: str = ""
    call: Call | None = None

    def __str__(self) -> str:
        removed = f"{self.permission.sid:24} {self.permission.action:48}"
        if self.call is None:
            return f"{removed} no deployment of Elastic Beanstalk"
        where = "UpdateEnvironment" if self.call.at_request else "the deployment"
        return f"{removed} {where} ({self.policy}): {self.call.action} on {self.call.resource}, see {self.call.source}"


def denied(policies: list[dict[str, Any]], filled: Mapping[str, str]) -> tuple[str, Call] | None:
    """Return the first call that policies deny, with the deployment policy that makes it; None if they deny none."""
    held = Policies(policies, filled["region"], filled["account"])
    for deployment in DEPLOYMENTS:
        for call in calls(deployment, filled):
            if not held.allow(Request(call.action, call.resource, call.context)):
                return deployment.policy, call
    return None


def findings(iam: Any, role: str, filled: Mapping[str, str]) -> Iterator[Finding]:
    """Remove each permission of a role in turn, and say what fails."""
    held = documents(iam, role)
    if missing := denied(list(held.values()), filled):
        yield Finding(Permission(role, "", 0, "", "nothing removed"), *missing)
        return
    for permission in permissions(role, held):
        failed = denied(without(held, permission), filled)
        yield Finding(permission, *failed) if failed else Finding(permission)
