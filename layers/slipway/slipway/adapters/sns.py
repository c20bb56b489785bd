"""The approvers' e-mail, through an SNS topic."""

from __future__ import annotations

from typing import TYPE_CHECKING

import boto3

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient


class MailTopic:
    """A topic that people subscribe to by e-mail."""

    def __init__(self, arn: str) -> None:
        self._arn = arn
        self._client: SNSClient = boto3.client("sns")

    def send(self, subject: str, text: str) -> None:
        """Send one mail to everybody who subscribed; SNS takes subjects of less than 100 characters."""
        self._client.publish(TopicArn=self._arn, Subject=subject[:99], Message=text)
