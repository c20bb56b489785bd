"""EventBridge: delivers our services' events, repairs S3's, and keeps a log of them in logs/events.jsonl."""

# MiniStack is pinned, and has no public door for what is done here.

import json
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from threading import Lock
from typing import Any

from ministack.services import eventbridge, s3

from standins.folders import folders

_created_version: ContextVar[str | None] = ContextVar("created_version", default=None)
_dispatch_event = eventbridge._dispatch_event
_fire_s3_event = s3._fire_s3_event
_log_lock = Lock()
SECRETS = ("accessKeyId", "secretAccessKey", "sessionToken")


def install() -> None:
    """Wrap MiniStack's delivery: S3's events get the version they lack, AWS services' events are logged."""
    eventbridge._dispatch_event = _log_and_dispatch
    s3._fire_s3_event = _fire_with_version


def publish(source: str, detail_type: str, resources: Sequence[str], detail: Mapping[str, Any]) -> None:
    """Put an event of an AWS service on the default bus of this account and region."""
    entry = {
        "Source": source,
        "DetailType": detail_type,
        "Resources": list(resources),
        "Detail": json.dumps(detail),
    }
    # PutEvents over HTTP refuses aws.* sources, as AWS does.
    eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True)


def record(kind: str, body: Mapping[str, Any]) -> None:
    """Append an `event`, a `notice` or a `job` to the run's log, with credentials blotted out."""
    folder = folders().logs
    line = json.dumps({"kind": kind, "body": _without_secrets(body)}, ensure_ascii=False)
    with _log_lock:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "events.jsonl").open("a", encoding="utf-8") as log:
            log.write(line + "\n")


def _log_and_dispatch(event: dict[str, Any], view: Any = None) -> None:
    version = _created_version.get()
    if version and event["Source"] == "aws.s3":
        event, view = _with_version(event, version), None
    if event["Source"].startswith("aws."):
        view = view or eventbridge._pattern_event_view(event)
        record("event", view.event_with_detail())
    _dispatch_event(event, view)


def _fire_with_version(*arguments: Any, **named: Any) -> None:
    token = _created_version.set(named.get("version_id"))
    try:
        _fire_s3_event(*arguments, **named)
    finally:
        _created_version.reset(token)


def _with_version(event: dict[str, Any], version: str) -> dict[str, Any]:
    detail = json.loads(event["Detail"])
    detail["object"]["version-id"] = version
    return {**event, "Detail": json.dumps(detail)}


def _without_secrets(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: "***" if key in SECRETS else _without_secrets(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_secrets(item) for item in value]
    return value
