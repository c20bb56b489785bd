"""What SNS refuses and MiniStack would take: subjects that are no ASCII, and subscriptions that contradict others."""

import json
from collections.abc import Callable
from typing import Any

from ministack.services import sns

SUBJECT = 100  # characters; a subject has fewer
_ATTRIBUTES = ("FilterPolicy", "FilterPolicyScope", "RawMessageDelivery")

type Request = dict[str, Any]
type Operation = Callable[[Request], Any]


def register() -> None:
    """Refuse as SNS does."""
    sns._publish = _checked(sns._publish, wrong_with_subject)
    sns._subscribe = _checked(sns._subscribe, _wrong_with_subscription)


def _checked(operation: Operation, wrong: Callable[[Request], str]) -> Operation:
    def checked(request: Request) -> Any:
        fault = wrong(request)
        return sns._error("InvalidParameter", f"Invalid parameter: {fault}", 400) if fault else operation(request)

    return checked


def wrong_with_subject(request: Request) -> str:
    """Say what SNS has against a subject: it wants printable ASCII that does not begin with a space, and not much."""
    subject = sns._p(request, "Subject")
    fits = len(subject) < SUBJECT and subject.isascii() and subject.isprintable() and subject == subject.lstrip()
    return "" if fits else "Subject"


def _wrong_with_subscription(request: Request) -> str:
    asked = _asked(request)
    topic, _ = sns._get_topic(sns._p(request, "TopicArn"))
    for known in topic["subscriptions"] if topic else []:
        if (known["protocol"], known["endpoint"]) != (sns._p(request, "Protocol"), sns._p(request, "Endpoint")):
            continue
        if asked and any(_meant(known["attributes"].get(name)) != _meant(value) for name, value in asked.items()):
            return "Attributes Reason: Subscription already exists with different attributes"
    return ""


def _asked(request: Request) -> dict[str, str]:
    given, number = {}, 1
    while name := sns._p(request, f"Attributes.entry.{number}.key"):
        given[name] = sns._p(request, f"Attributes.entry.{number}.value")
        number += 1
    return {name: value for name, value in given.items() if name in _ATTRIBUTES}


def _meant(value: str | None) -> Any:
    try:
        return json.loads(value or "null")
    except ValueError:
        return value
