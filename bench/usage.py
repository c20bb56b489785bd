"""What the releases of a rehearsal used, by the local AWS's own record of it."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

STARTED, ENDED = "STARTED", ("SUCCEEDED", "FAILED", "CANCELED")
INDEXED = ("unfinished", "kind")  # attributes of an item that lies in an index of the ledger, too
WRITE_UNIT, READ_UNIT = 1024, 4096  # bytes
S3_WRITES = ("s3:Put", "s3:List", "s3:Copy", "s3:Create")


@dataclass(frozen=True)
class Usage:
    """What all executions used together by the names of the price list, and the minutes of their actions as billed.

    `actions` has the minutes of each run by stage and action; `functions` the milliseconds of each invocation.
    """

    used: Counter[str]
    actions: dict[str, list[int]]
    functions: dict[str, list[int]] = field(default_factory=dict)

    @property
    def releases(self) -> float:
        """How many whole releases ran as many actions as were run: one that was refused early is a part of one."""
        return sum(map(len, self.actions.values())) / len(self.actions)


def read(run: Path) -> Usage:
    """Read a run's folder. Raises FileNotFoundError."""
    lines = [json.loads(line) for line in (run / "logs" / "usage.jsonl").read_text().splitlines()]
    log = run / "logs" / "events.jsonl"
    used = _calls(lines) + _invocations(lines) + _items(lines)
    used["sns_email"] = sum(1 for _ in (run / "mail.jsonl").open())
    used["trail_event"] = used["s3_write"]  # at most: the trail records what is written below models/
    return Usage(used, _actions(log), _functions(lines))


def _of(lines: list[dict[str, Any]], kind: str) -> Iterator[dict[str, Any]]:
    return (line for line in lines if line["kind"] == kind)


def _calls(lines: list[dict[str, Any]]) -> Counter[str]:
    """Count the calls that cost something; reads of the table are counted by the items' mean size."""
    sizes = [line["bytes"] for line in _of(lines, "item")] or [0]
    read_units = math.ceil(sum(sizes) / len(sizes) / READ_UNIT)
    used: Counter[str] = Counter()
    for action in (line["action"] for line in _of(lines, "call")):
        service, _, operation = action.partition(":")
        if service == "s3":
            used["s3_write" if action.startswith(S3_WRITES) else "s3_read"] += 1
        elif service == "sqs":
            used["sqs_request"] += 3  # what is sent is received and deleted
        elif action == "sns:Publish":
            used.update(sns_publish=1, kms_request=1)
        elif action == "secretsmanager:GetSecretValue":
            used["secret_read"] += 1
        elif service == "dynamodb" and operation != "PutItem":
            used["dynamodb_read_unit"] += read_units
    return used


def _invocations(lines: list[dict[str, Any]]) -> Counter[str]:
    used: Counter[str] = Counter()
    for line in _of(lines, "invocation"):
        used.update(lambda_request=1, trace=1)  # at most: X-Ray takes the first of each second, and some of the others
        used["lambda_gb_second"] += line["memory"] / 1024 * line["milliseconds"] / 1000
    return used


def _functions(lines: list[dict[str, Any]]) -> dict[str, list[int]]:
    """Return how many milliseconds each invocation took, by the function's name in the template."""
    took: dict[str, list[int]] = {}
    for line in _of(lines, "invocation"):
        name = line["function"].split("-")  # STACK-NAME-RANDOM
        took.setdefault(name[1] if len(name) > 1 else name[0], []).append(line["milliseconds"])
    return took


def _items(lines: list[dict[str, Any]]) -> Counter[str]:
    """Count write units: the item's, and as many for each index that it is in."""
    used: Counter[str] = Counter()
    for line in _of(lines, "item"):
        places = 1 + sum(name in line["attributes"] for name in INDEXED)
        used["dynamodb_write_unit"] += places * math.ceil(line["bytes"] / WRITE_UNIT)
    return used


def _actions(log: Path) -> dict[str, list[int]]:
    """Return the minutes of each action."""
    began: dict[tuple[str, ...], datetime] = {}
    minutes: dict[str, list[int]] = {}
    for event in _changes(log):
        detail = event["detail"]
        key = (detail["execution-id"], detail["stage"], detail["action"])
        if detail["type"]["category"] == "Approval":
            continue
        if detail["state"] == STARTED:
            began[key] = datetime.fromisoformat(event["time"])
        elif detail["state"] in ENDED and key in began:
            took = datetime.fromisoformat(event["time"]) - began.pop(key)
            minutes.setdefault("/".join(key[1:]), []).append(max(1, math.ceil(took.total_seconds() / 60)))
    return minutes


def _changes(log: Path) -> Iterator[dict[str, Any]]:
    for line in map(json.loads, log.read_text().splitlines()):
        if line["body"].get("detail-type") == "CodePipeline Action Execution State Change":
            yield line["body"]
