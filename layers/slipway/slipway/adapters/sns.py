"""E-mail by an SNS topic: each address has a subscription whose filter policy takes only what is addressed to it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from slipway.errors import MailFailed, MailRejected
from slipway.models import Subscription

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

_CONFIG = Config(connect_timeout=3, read_timeout=5, retries={"total_max_attempts": 3})

MAX_AGE = 300  # seconds for which a warm function keeps who has confirmed
_REJECTED = ("InvalidParameter", "InvalidParameterValue", "ParameterValueInvalid", "ValidationException")


class EmailTopic:
    """A topic that people subscribe to by e-mail."""

    def __init__(self, arn: str) -> None:
        self._arn = arn
        self._client: SNSClient = boto3.client("sns", config=_CONFIG)
        self._confirmed: tuple[float, frozenset[str] | None] = (float("-inf"), None)

    def is_confirmed(self, address: str) -> bool | None:
        """Return whether an address has confirmed its subscription, as of five minutes ago; None if SNS fails."""
        read_at, confirmed = self._confirmed
        if time.monotonic() > read_at + MAX_AGE:
            confirmed = self._read_confirmed()
            self._confirmed = time.monotonic(), confirmed
        return None if confirmed is None else _addressee(address) in confirmed

    def _read_confirmed(self) -> frozenset[str] | None:
        """Return the addresses that have confirmed; None if SNS fails, because a mail must not fail by that."""
        try:
            pages = self._client.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=self._arn)
            subscribed = [one for page in pages for one in page["Subscriptions"] if one["Protocol"] == "email"]
        except (ClientError, BotoCoreError):
            return None
        # SNS writes PendingConfirmation in the place of an ARN.
        return frozenset(_addressee(one["Endpoint"]) for one in subscribed if one["SubscriptionArn"].startswith("arn:"))

    def send(self, to: str, subject: str, text: str) -> None:
        """Send an e-mail to one address, or raise MailFailed; `subject` must be ASCII, of less than 100 characters."""
        attributes = {"to": {"DataType": "String", "StringValue": _addressee(to)}}
        try:
            self._client.publish(
                TopicArn=self._arn,
                Subject=subject,
                Message=text,
                MessageAttributes=attributes,  # type: ignore[arg-type]  # what the API takes
            )
        except (ClientError, BotoCoreError) as error:
            kind = MailRejected if _is_permanent(error) else MailFailed
            raise kind(f"SNS did not take a mail to {to}: {error}") from error


class EmailSubscriptions:
    """The e-mail subscriptions of a topic."""

    def __init__(self, topic: str) -> None:
        self._topic = topic
        self._client: SNSClient = boto3.client("sns", config=_CONFIG)

    def all(self) -> Iterator[Subscription]:
        """Yield all e-mail subscriptions."""
        for page in self._client.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=self._topic):
            for one in page["Subscriptions"]:
                if one["Protocol"] == "email":
                    yield self._read(one["Endpoint"], one["SubscriptionArn"])

    def _read(self, address: str, arn: str) -> Subscription:
        """Return a subscription: without an ARN if it is not confirmed, and with whether it has a personal filter."""
        if not arn.startswith("arn:"):  # SNS writes PendingConfirmation instead
            return Subscription(address)
        attributes = self._client.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
        personal = json.loads(attributes.get("FilterPolicy") or "{}") == json.loads(_filter_policy(address))
        return Subscription(address, arn, personal)

    def subscribe(self, address: str) -> None:
        """Subscribe an address to what is addressed to it; asks for confirmation again if it was never given."""
        attributes = {"FilterPolicy": _filter_policy(address)}
        self._client.subscribe(TopicArn=self._topic, Protocol="email", Endpoint=address, Attributes=attributes)

    def set_filter(self, subscription: Subscription) -> None:
        """Set the filter policy of a subscription: it then gets only what is addressed to its owner."""
        self._client.set_subscription_attributes(
            SubscriptionArn=subscription.arn,
            AttributeName="FilterPolicy",
            AttributeValue=_filter_policy(subscription.address),
        )

    def unsubscribe(self, subscription: Subscription) -> None:
        """End a subscription."""
        self._client.unsubscribe(SubscriptionArn=subscription.arn)


def _is_permanent(error: ClientError | BotoCoreError) -> bool:
    """Return whether SNS rejected the message itself, so that sending it again is of no use."""
    if isinstance(error, ClientError):
        return error.response["Error"]["Code"] in _REJECTED
    return isinstance(error, ParamValidationError)


def _filter_policy(address: str) -> str:
    """Return the filter policy, as JSON, by which a subscription gets only what is addressed to it."""
    return json.dumps({"to": [_addressee(address)]})


def _addressee(address: str) -> str:
    """Return an address in lower case: filter policies are case-sensitive, people are not."""
    return address.lower()
