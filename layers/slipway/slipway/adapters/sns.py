"""E-mail through an SNS topic: every address has a subscription that takes only what is addressed to it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from slipway.errors import MailFailed
from slipway.models import Subscription

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

_PATIENCE = Config(connect_timeout=3, read_timeout=5, retries={"total_max_attempts": 3})


class MailTopic:
    """A topic that people subscribe to by e-mail."""

    def __init__(self, arn: str) -> None:
        self._arn = arn
        self._client: SNSClient = boto3.client("sns", config=_PATIENCE)

    def send(self, to: str, subject: str, text: str) -> None:
        """Send a mail to one address, or raise MailFailed; SNS takes subjects of less than 100 ASCII characters."""
        addressed = {"to": {"DataType": "String", "StringValue": _name(to)}}
        try:
            self._client.publish(
                TopicArn=self._arn,
                Subject=subject,
                Message=text,
                MessageAttributes=addressed,  # type: ignore[arg-type]  # what the API takes
            )
        except (ClientError, BotoCoreError) as error:
            raise MailFailed(f"SNS did not take a mail to {to}: {error}") from error


class MailSubscriptions:
    """The e-mail subscriptions of a topic."""

    def __init__(self, topic: str) -> None:
        self._topic = topic
        self._client: SNSClient = boto3.client("sns", config=_PATIENCE)

    def all(self) -> Iterator[Subscription]:
        """Give every e-mail subscription there is."""
        for page in self._client.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=self._topic):
            for one in page["Subscriptions"]:
                if one["Protocol"] == "email":
                    yield self._subscription(one["Endpoint"], one["SubscriptionArn"])

    def _subscription(self, address: str, arn: str) -> Subscription:
        if not arn.startswith("arn:"):  # SNS says PendingConfirmation instead
            return Subscription(address)
        attributes = self._client.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
        personal = json.loads(attributes.get("FilterPolicy") or "{}") == json.loads(_policy(address))
        return Subscription(address, arn, personal)

    def subscribe(self, address: str) -> None:
        """Subscribe an address to what is addressed to it; until it is confirmed, this asks for that again."""
        self._client.subscribe(
            TopicArn=self._topic, Protocol="email", Endpoint=address, Attributes={"FilterPolicy": _policy(address)}
        )

    def narrow(self, subscription: Subscription) -> None:
        """Let a subscription get only what is addressed to its owner."""
        self._client.set_subscription_attributes(
            SubscriptionArn=subscription.arn,
            AttributeName="FilterPolicy",
            AttributeValue=_policy(subscription.address),
        )

    def unsubscribe(self, subscription: Subscription) -> None:
        """End a subscription."""
        self._client.unsubscribe(SubscriptionArn=subscription.arn)


def _policy(address: str) -> str:
    return json.dumps({"to": [_name(address)]})


def _name(address: str) -> str:
    """Filter policies tell capitals apart, people do not."""
    return address.lower()
