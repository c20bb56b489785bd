"""Why roles have permissions that a run has not needed, as a YAML file lists them."""

from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import yaml


@dataclass(frozen=True)
class Excuses:
    """Reasons by a role's logical id (without the word Role) or `*`, a statement, and a pattern of permissions."""

    reasons: dict[tuple[str, str, str], str]

    def reason(self, role: str, statement: str, permission: str) -> str:
        """Return why a permission is kept; nothing if that is not known."""
        for (excused_role, excused_statement, pattern), reason in self.reasons.items():
            if excused_role in (role, "*") and excused_statement == statement and fnmatchcase(permission, pattern):
                return reason
        return ""


NONE = Excuses({})


def read(path: Path) -> Excuses:
    """Read a list of {reason, test or page, permissions: {"ROLE STATEMENT": "ACTION …"}}.

    `*` stands for every role, and for anything in an action or a resource; `test` exercises the permissions, or `page`
    says what needs them.
    """
    reasons: dict[tuple[str, str, str], str] = {}
    for entry in yaml.safe_load(path.read_text()):
        for place, actions in entry["permissions"].items():
            role, statement = place.split()
            why = f"{entry['reason']} ({entry.get('test') or entry['page']})"
            reasons |= {(role, statement, action): why for action in actions.split()}
    return Excuses(reasons)
