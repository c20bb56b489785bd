"""Why roles have permissions that a run has not needed, as a YAML file lists them."""

import re
from dataclasses import dataclass
from pathlib import Path

import yaml

from standins.permissions.policies import Permission

# CloudFormation names a role after its stack and its logical id, and adds something random.
_LOGICAL_ID = re.compile(r"-(\w+?)(?:Role)?-\w+$")


@dataclass(frozen=True)
class Excuses:
    """Reasons by a role's logical id (without the word Role at its end), a statement and an action, or `*` for all."""

    reasons: dict[tuple[str, str, str], str]

    def reason(self, permission: Permission) -> str:
        """Return why a permission is kept; nothing if that is not known."""
        role, statement = logical_id(permission.role), permission.statement
        candidates = [(role, statement, permission.action), (role, statement, "*"), ("*", statement, permission.action)]
        return next((self.reasons[each] for each in candidates if each in self.reasons), "")


NONE = Excuses({})


def logical_id(role: str) -> str:
    """Return the name that a template gives a role, without the word Role at its end."""
    found = _LOGICAL_ID.search(role)
    return (found[1] if found else role).removesuffix("Role")


def read(path: Path) -> Excuses:
    """Read a list of {reason, test or page, permissions: {"ROLE STATEMENT": "ACTION …"}}.

    `*` stands for every role, or for every action; `test` exercises the permissions, or `page` says what needs them.
    """
    reasons: dict[tuple[str, str, str], str] = {}
    for entry in yaml.safe_load(path.read_text()):
        for place, actions in entry["permissions"].items():
            role, statement = place.split()
            why = f"{entry['reason']} ({entry.get('test') or entry['page']})"
            reasons |= {(role, statement, action): why for action in actions.split()}
    return Excuses(reasons)
