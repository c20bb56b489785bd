"""The conditions of statements: which of them keep a role from what it would otherwise be allowed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from standins.permissions.policies import Documents, statements
from standins.permissions.requests import Policies, Request

OTHER = "another-"  # what no pattern of a policy begins with


@dataclass(frozen=True)
class Condition:
    """A condition key of a statement that allows something; `content` is the whole statement."""

    role: str
    policy: str
    key: str
    content: dict[str, Any]

    @property
    def statement(self) -> str:
        """How people know the statement: its Sid, or the policy's name where it has none."""
        return str(self.content.get("Sid", "") or self.policy)

    @property
    def removed(self) -> str:
        """How the table names the condition."""
        return f"if {self.key}"

    def keeps_out(self, whole: Policies, requests: Sequence[Request]) -> Request | None:
        """Return the first request that the statement allows and that is denied with another value of the key.

        None if one lacks the key, or is allowed whatever its value: by another statement, or an operator that looks
        away; and if the statement allows none. `whole` are all policies of the role.
        """
        alone = Policies([{"Statement": [self.content]}], whole.region)
        asked = [request for request in requests if alone.allow(request)]
        changed = [_with_another_value(request, self.key.lower()) for request in asked]
        if not changed or any(request is None or whole.allow(request) for request in changed):
            return None
        return changed[0]


def conditions(role: str, found: Documents) -> Iterator[Condition]:
    """List the condition keys of the statements that allow something."""
    for policy, _, statement in statements(found):
        for keys in statement.get("Condition", {}).values():
            yield from (Condition(role, policy, key, statement) for key in keys)


def _with_another_value(request: Request, key: str) -> Request | None:
    """Return a request with another value of a condition key; None if it has none."""
    if key not in request.context:
        return None
    value = request.context[key]
    other = [f"{OTHER}{one}" for one in value] if isinstance(value, list) else f"{OTHER}{value}"
    return replace(request, context={**request.context, key: other})
