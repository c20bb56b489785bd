"""Finds in logs whom IAM denied what, because that is what a release that stands still most often lacks."""

import re
from dataclasses import dataclass

MESSAGE = re.compile(
    r"(?P<who>[\w:/+=,.@-]+) is not authorized to perform: (?P<action>[\w-]+:\w+\*?)"
    r"(?: on resource: [\\\"]*(?P<resource>[^\s\"\\]+))?"
)


@dataclass(frozen=True, slots=True)
class Denial:
    """Who was denied which action; `resource` is empty where the service does not name it."""

    who: str
    action: str
    resource: str = ""

    def __str__(self) -> str:
        return f"{self.who} was denied {self.action}" + (f" on {self.resource}" if self.resource else "")


def find_denials(text: str) -> list[Denial]:
    """Every denial in a text, each once."""
    found = (Denial(_name(m["who"]), m["action"], (m["resource"] or "").rstrip(".,;")) for m in MESSAGE.finditer(text))
    return list(dict.fromkeys(found))


def _name(arn: str) -> str:
    """A role's session is named by its role, which is what a policy is attached to."""
    kind, *names = arn.rpartition(":")[2].split("/")
    match kind:
        case "assumed-role":
            return f"the role {names[0]}"
        case "role":
            return f"the role {names[-1]}"
    return arn
