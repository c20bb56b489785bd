"""What a run has used of AWS, in logs/usage.jsonl: each call of a role, invocation of a function, and item written."""

# MiniStack is pinned, and has no public door for what is done here.

import json
from threading import Lock
from typing import Any

from ministack.services import dynamodb, lambda_svc

from standins.folders import folders

_put_item = dynamodb._put_item
_emit_lambda_logs = lambda_svc._emit_lambda_logs
_lock = Lock()


def install() -> None:
    """Note what MiniStack's functions take, and how large the items are that it stores; calls are noted by `iam`."""
    dynamodb._put_item = _put_and_note
    lambda_svc._emit_lambda_logs = _log_and_note


def note(kind: str, **said: Any) -> None:
    """Append a line: a `call`, an `invocation` or an `item`."""
    log = folders().logs / "usage.jsonl"
    with _lock:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"kind": kind, **said}) + "\n")


def _put_and_note(data: dict[str, Any]) -> Any:
    """Note an item's bytes and the attributes of its own, by which the reader knows what indexes it is in."""
    item = data.get("Item", {})
    note("item", table=data.get("TableName", ""), bytes=len(json.dumps(item)), attributes=sorted(item))
    return _put_item(data)


def _log_and_note(function: dict[str, Any], request: str, log: str, failed: bool, took: int, **named: Any) -> None:
    config = function.get("config", {})
    note("invocation", function=config.get("FunctionName", ""), memory=config.get("MemorySize", 128), milliseconds=took)
    _emit_lambda_logs(function, request, log, failed, took, **named)
