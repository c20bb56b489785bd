"""Which permissions runs have needed: their requests are replayed with one permission after the other removed.

A condition is replayed with another value of its key.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from standins.aws.elasticbeanstalk.caller_calls import calls
from standins.permissions.conditions import Condition, conditions
from standins.permissions.deployments import DEPLOYMENTS
from standins.permissions.policies import Documents, Permission, listed, permissions, statements, without
from standins.permissions.requests import Policies, Request, recorded
from standins.permissions.snapshot import Snapshot, logical_id


@dataclass(frozen=True)
class Finding:
    """The first request of a run that is denied without a permission, or by a condition; None if nothing is."""

    permission: Permission | Condition
    denied: Request | None

    @property
    def key(self) -> tuple[str, str, str]:
        """The permission in the template, whichever stack was made of it."""
        return logical_id(self.permission.role), self.permission.statement, self.permission.removed

    def row(self, reason: str = "") -> str:
        """Return a row of the table; `reason` says why a permission is kept that no run has needed."""
        denied = self.denied
        example = f"{denied.action} {denied.resource}" if denied else f"nothing{reason and ': '}{reason}"
        return " | ".join((*self.key, example))


@dataclass(frozen=True)
class Run:
    """A folder with the requests of a run (iam.jsonl) and the roles that made them (roles.json).

    Requests that the policies do not allow as they are were made before a change of them: those prove nothing.
    """

    folder: Path

    def findings(self) -> Iterator[Finding]:
        """Remove each permission of each role in turn, and change what each condition looks at."""
        for role, documents, whole, allowed in self._roles():
            for permission in permissions(role, documents):
                concerned = [request for request in allowed if _concerns(request, permission)]
                reduced = Policies(without(documents, permission), whole.region)
                yield Finding(permission, reduced.first_denied(concerned))
            for condition in conditions(role, documents):
                yield Finding(condition, condition.keeps_out(whole, allowed))

    def scopes(self) -> Iterator[str]:
        """Say of each statement which resources it names, under which condition, and which ones were asked for."""
        for role, documents, whole, allowed in self._roles():
            for policy, _, statement in statements(documents):
                alone = Policies([{"Statement": [statement]}], whole.region)
                asked = sorted({request.resource for request in allowed if alone.allow(request)})
                condition = f" if {statement['Condition']}" if "Condition" in statement else ""
                more = f" and {len(asked) - 3} more" if len(asked) > 3 else ""
                named = f"{', '.join(listed(statement['Resource']))}{condition}"
                place = f"{logical_id(role)} | {statement.get('Sid', policy)}"
                yield f"{place} | {named} | {', '.join(asked[:3]) or 'nothing'}{more}"

    def _roles(self) -> Iterator[tuple[str, Documents, Policies, list[Request]]]:
        snapshot, requests = Snapshot.read(self.folder), recorded(self.folder / "iam.jsonl")
        for role, documents in snapshot.roles.items():
            whole = Policies(list(documents.values()), snapshot.region)
            made = requests.get(role, [])
            every = [*made, *_deployments(snapshot, made)]
            yield role, documents, whole, [request for request in every if whole.allow(request)]


def findings(runs: Sequence[Path]) -> Iterable[Finding]:
    """Return one finding for each permission of the runs' stacks, in the order in which they first come."""
    found: dict[tuple[str, str, str], Finding] = {}
    for finding in (finding for folder in runs for finding in Run(folder).findings()):
        if found.setdefault(finding.key, finding).denied is None:
            found[finding.key] = finding
    return found.values()


def _deployments(snapshot: Snapshot, requests: Sequence[Request]) -> Iterator[Request]:
    """List what Beanstalk would ask for, by each deployment policy, where a role has updated environments."""
    updated = {each.resource for each in requests if each.action == "elasticbeanstalk:UpdateEnvironment"}
    for environment in sorted(resource.rpartition("/")[2] for resource in updated):
        if filled := snapshot.environments.get(environment):
            for deployment in DEPLOYMENTS:
                for call in calls(deployment, filled):
                    yield Request(call.action, call.resource, call.context)


def _concerns(request: Request, permission: Permission) -> bool:
    return not permission.action or fnmatchcase(request.action.lower(), permission.action.lower())
