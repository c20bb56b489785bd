"""The permissions of roles that a run has not used, by the log of the local AWS."""

import json
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from standins.permissions.policies import Permission, documents, permissions


def used(log: Path) -> set[tuple[str, str, str]]:
    """Read logs/iam.jsonl of a run: what was allowed, as role, statement and action."""
    lines = map(json.loads, log.read_text().splitlines())
    return {(line["role"], line["sid"], line["action"]) for line in lines if line["decision"] == "Allow"}


def unused(iam: Any, allowed: Iterable[tuple[str, str, str]]) -> Iterator[Permission]:
    """List the permissions in inline policies of all roles that no allowed call has needed."""
    known = set(allowed)
    for page in iam.get_paginator("list_roles").paginate():
        for role in page["Roles"]:
            for permission in permissions(role["RoleName"], documents(iam, role["RoleName"])):
                if not any(_is(permission, each) for each in known):
                    yield permission


def _is(permission: Permission, call: tuple[str, str, str]) -> bool:
    role, sid, action = call
    return (role, sid) == (permission.role, permission.sid) and fnmatchcase(action.lower(), permission.action.lower())
