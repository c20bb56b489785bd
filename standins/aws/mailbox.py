"""Delivers SNS e-mail into mail.jsonl in the run's folder, where MiniStack would only log it.

On AWS a subscription is pending until its owner follows the link in a confirmation mail. Here the mail is
written and answered at once: MiniStack creates e-mail subscriptions confirmed.
"""

import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from ministack.services import sns
from ministack.services.cloudformation import provisioners

from standins.folders import folders

_PROTOCOLS = ("email", "email-json")
_DEFAULT_SUBJECT = "AWS Notification Message"
_fanout = sns._fanout
_lock = threading.Lock()
_welcomed: set[str] = set()


def register() -> None:
    """Deliver what is published to e-mail subscriptions, and a confirmation for each new one."""
    sns._fanout = _deliver
    sns._subscribe = _welcoming(sns._subscribe)
    for resource in ("AWS::SNS::Topic", "AWS::SNS::Subscription"):
        handlers = provisioners._RESOURCE_HANDLERS[resource]
        handlers |= {action: _welcoming(handlers[action]) for action in ("create", "update")}


def _deliver(
    topic: str,
    identity: str,
    message: str,
    subject: str,
    message_structure: str = "",
    message_attributes: dict[str, Any] | None = None,
    **named: Any,
) -> None:
    attributes = message_attributes or {}
    _fanout(topic, identity, message, subject, message_structure, attributes, **named)
    for subscription in _subscriptions(topic):
        protocol = subscription["protocol"]
        text = sns._resolve_message_for_protocol(message, message_structure, protocol)
        if not sns._matches_filter_policy(subscription, attributes, text):
            continue
        if protocol == "email-json":
            text = sns._build_envelope(topic, identity, text, subject, attributes, False)
        _write(subscription["endpoint"], topic, subject or _DEFAULT_SUBJECT, text)


def _welcoming(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, followed by a confirmation mail to whoever it subscribed."""

    def subscribe(*arguments: Any, **named: Any) -> Any:
        answer = function(*arguments, **named)
        for topic in list(sns._topics.values()):
            _welcome(topic["arn"])
        return answer

    return subscribe


def _welcome(topic: str) -> None:
    for subscription in _subscriptions(topic):
        if subscription["arn"] not in _welcomed:
            _welcomed.add(subscription["arn"])
            text = f"You have chosen to subscribe to the topic {topic}. The local AWS has confirmed it for you."
            _write(subscription["endpoint"], topic, "AWS Notification - Subscription Confirmation", text)


def _subscriptions(topic: str) -> list[dict[str, Any]]:
    found = sns._topic_by_arn_any_scope(topic) or {"subscriptions": []}
    return [item for item in found["subscriptions"] if item["protocol"] in _PROTOCOLS and item["confirmed"]]


def _write(to: str, topic: str, subject: str, message: str) -> None:
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    mail = {"to": to, "topic": topic, "subject": subject, "message": message, "at": at}
    path = folders().run / "mail.jsonl"
    with _lock:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as box:
            box.write(json.dumps(mail, ensure_ascii=False) + "\n")
