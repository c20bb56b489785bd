"""Which permissions a run has needed: its requests are replayed with one permission after the other removed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from standins.aws.elasticbeanstalk.caller_calls import calls
from standins.permissions.deployments import DEPLOYMENTS, names
from standins.permissions.policies import Permission, documents, permissions, without
from standins.permissions.requests import Policies, Request


@dataclass(frozen=True)
class Finding:
    """The first request of the run that is denied without a permission; None if nothing is."""

    permission: Permission
    denied: Request | None

    def row(self, reason: str = "") -> str:
        """Return a row of the table; `reason` says why a permission is kept that the run has not needed."""
        removed, denied = self.permission, self.denied
        example = f"{denied.action} {denied.resource}" if denied else f"nothing{reason and ': '}{reason}"
        return f"{removed.role} | {removed.statement} | {removed.action} | {example}"


def findings(session: Any, requests: Mapping[str, Sequence[Request]]) -> Iterator[Finding]:
    """Remove each permission of each role of the account in turn; `session` is boto3's.

    Requests that the policies do not allow as they are were made before a change of them: those prove nothing.
    """
    iam = session.client("iam")
    for page in iam.get_paginator("list_roles").paginate():
        for role in (each["RoleName"] for each in page["Roles"]):
            held = documents(iam, role)
            whole = Policies(list(held.values()), session.region_name)
            made = [*requests.get(role, ()), *_deployments(session, requests.get(role, ()))]
            allowed = [request for request in made if whole.allow(request)]
            for permission in permissions(role, held):
                concerned = [request for request in allowed if _matches(request, permission)]
                reduced = Policies(without(held, permission), session.region_name)
                yield Finding(permission, reduced.first_denied(concerned))


def _deployments(session: Any, requests: Sequence[Request]) -> Iterator[Request]:
    """List what Beanstalk would ask for, by each deployment policy, where a role has updated environments."""
    updated = {each.resource for each in requests if each.action == "elasticbeanstalk:UpdateEnvironment"}
    for environment in sorted(resource.rpartition("/")[2] for resource in updated):
        filled = names(session, environment)
        for deployment in DEPLOYMENTS:
            for call in calls(deployment, filled):
                yield Request(call.action, call.resource, call.context)


def _matches(request: Request, permission: Permission) -> bool:
    return fnmatchcase(request.action.lower(), permission.action.lower())
