"""The small adapters."""

from __future__ import annotations

import json
import time
from datetime import timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from slipway.adapters.secrets import MAX_AGE, bot_token, link_secrets, slack_credentials
from slipway.adapters.sqs import Queue
from slipway.errors import ChatFailed


@mock_aws
def test_the_slack_secret_is_two_words(aws_environment: None) -> None:
    """As docs/slack.md says to put it in."""
    content = {"bot_token": "xoxb-1", "signing_secret": "2"}
    arn = boto3.client("secretsmanager").create_secret(Name="slack", SecretString=json.dumps(content))["ARN"]
    assert slack_credentials(arn) == content


@mock_aws
@pytest.mark.parametrize("content", ["", "xoxb-1", "[]", "{}", "null"])
def test_a_slack_secret_that_was_filled_in_wrongly_is_slack_s_trouble(aws_environment: None, content: str) -> None:
    """E-mail goes on; the content is in no message."""
    arn = boto3.client("secretsmanager").create_secret(Name="slack", SecretString=content or " ")["ARN"]
    with pytest.raises(ChatFailed, match=r"^Slack's secret cannot be read \(\w+\): see docs/slack\.md\.$"):
        bot_token(arn)


@mock_aws
def test_a_slack_secret_that_is_gone_is_slack_s_trouble(aws_environment: None) -> None:
    """Or one that may not be read."""
    with pytest.raises(ChatFailed, match="ResourceNotFoundException"):
        bot_token("arn:aws:secretsmanager:eu-central-1:123456789012:secret:gone")


@mock_aws
def test_a_secret_is_kept_for_a_while(aws_environment: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A warm function reads it once, and notices within minutes that it was changed."""
    client = boto3.client("secretsmanager")
    arn = client.create_secret(Name="kept", SecretString='{"bot_token": "old"}')["ARN"]
    now = time.monotonic()
    monkeypatch.setattr("slipway.adapters.secrets.time.monotonic", lambda: now)
    assert bot_token(arn) == "old"
    client.put_secret_value(SecretId=arn, SecretString='{"bot_token": "new"}')
    assert bot_token(arn) == "old"
    monkeypatch.setattr("slipway.adapters.secrets.time.monotonic", lambda: now + MAX_AGE)
    assert bot_token(arn) == "new"


@mock_aws
def test_what_signs_links_comes_with_what_signed_them_before(aws_environment: None) -> None:
    """The newest first; a secret that was never rotated is alone."""
    client = boto3.client("secretsmanager")
    rotated, fresh = (client.create_secret(Name=name, SecretString="first")["ARN"] for name in ("rotated", "fresh"))
    for word in ("second", "third"):
        client.put_secret_value(SecretId=rotated, SecretString=word)
    assert (link_secrets(rotated), link_secrets(fresh)) == (("third", "second"), ("first",))


@mock_aws
def test_a_message_comes_again_when_it_was_told_to(aws_environment: None) -> None:
    """In whole seconds, rounded up, and no longer than SQS delays one."""
    client = boto3.client("sqs")
    url = client.create_queue(QueueName="uploads")["QueueUrl"]
    Queue(url).send_later("now", timedelta())
    Queue(url).send_later("soon", timedelta(seconds=0.2))
    Queue(url).send_later("one day", timedelta(days=1))
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesDelayed"]
    counts: dict[Any, str] = client.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]  # type: ignore[arg-type]
    assert [counts[name] for name in names] == ["1", "2"]
