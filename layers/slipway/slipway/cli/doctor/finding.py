"""What the doctor finds: one line each, with the cure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from botocore.exceptions import BotoCoreError, ClientError


class Level(StrEnum):
    """How bad a finding is; only a `problem` keeps a release from succeeding."""

    OK = "ok"
    NOTE = "note"
    UNKNOWN = "unknown"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, what is the case, and what to do about it (empty if nothing is to be done)."""

    name: str
    level: Level
    sentence: str
    cure: str = ""


def ok(name: str, sentence: str) -> Finding:
    """Return a finding that all is well."""
    return Finding(name, Level.OK, sentence)


def note(name: str, sentence: str, cure: str = "") -> Finding:
    """Return a finding that one should know of, though it keeps nothing from working."""
    return Finding(name, Level.NOTE, sentence, cure)


def problem(name: str, sentence: str, cure: str) -> Finding:
    """Return a finding that keeps a deployment or a release from succeeding, with what to do about it."""
    return Finding(name, Level.PROBLEM, sentence, cure)


type Check = Callable[[], Iterator[Finding]]


def examine(name: str, check: Check) -> Iterator[Finding]:
    """Yield what a check finds; an error of AWS's becomes a finding of level UNKNOWN."""
    try:
        yield from check()
    except ClientError as error:
        code, message = error.response["Error"]["Code"], error.response["Error"]["Message"]
        if "AccessDenied" in code or "Unauthorized" in code:
            action = error.operation_name
            yield Finding(name, Level.UNKNOWN, f"You may not call {action}, so this was not looked at.", "")
        else:
            yield Finding(name, Level.UNKNOWN, f"AWS answered {code}: {message}", "")
    except BotoCoreError as error:
        yield Finding(name, Level.UNKNOWN, f"AWS could not be asked: {error}", "")
