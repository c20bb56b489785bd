"""The small adapters."""

from __future__ import annotations

import json

import boto3
from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID
from moto.sns import sns_backends

from slipway.adapters.secrets import slack_secret
from slipway.adapters.sns import MailTopic


@mock_aws
def test_a_mail_has_a_subject_that_sns_takes(aws_environment: None) -> None:
    """Subjects end before 100 characters."""
    arn = boto3.client("sns").create_topic(Name="mail")["TopicArn"]
    MailTopic(arn).send("s" * 120, "text")
    topic = sns_backends[DEFAULT_ACCOUNT_ID]["eu-central-1"].topics[arn]
    assert [(mail[1], mail[2]) for mail in topic.sent_notifications] == [("text", "s" * 99)]


@mock_aws
def test_the_slack_secret_is_two_words(aws_environment: None) -> None:
    """As docs/slack.md says to put it in."""
    content = {"bot_token": "xoxb-1", "signing_secret": "2"}
    arn = boto3.client("secretsmanager").create_secret(Name="slack", SecretString=json.dumps(content))["ARN"]
    assert slack_secret(arn) == content
