"""Queues: messages that come later, or again."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import TYPE_CHECKING

import boto3

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

LONGEST = 900  # seconds that SQS delays a message at most


class Deliveries:
    """A queue whose messages can be sent now, or told to come again later."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._client: SQSClient = boto3.client("sqs")

    def send(self, body: str) -> None:
        """Deliver a message as soon as the queue does."""
        self._client.send_message(QueueUrl=self._url, MessageBody=body)

    def again(self, body: str, after: timedelta) -> None:
        """Deliver a message again after so long: as a new one, so that waiting is not counted as failing."""
        seconds = min(math.ceil(after.total_seconds()), LONGEST)
        self._client.send_message(QueueUrl=self._url, MessageBody=body, DelaySeconds=seconds)
