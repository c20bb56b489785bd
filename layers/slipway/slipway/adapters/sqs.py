"""SQS: messages for another function, or for this one at a later time."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import TYPE_CHECKING

import boto3

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

MAX_DELAY = 900  # seconds; SQS's own limit


class Queue:
    """A queue."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._client: SQSClient = boto3.client("sqs")

    def send(self, body: str) -> None:
        """Send a message."""
        self._client.send_message(QueueUrl=self._url, MessageBody=body)

    def send_later(self, body: str, delay: timedelta) -> None:
        """Send a message that is delivered after a delay, rounded up to whole seconds and at most 15 minutes."""
        seconds = min(math.ceil(delay.total_seconds()), MAX_DELAY)
        self._client.send_message(QueueUrl=self._url, MessageBody=body, DelaySeconds=seconds)
