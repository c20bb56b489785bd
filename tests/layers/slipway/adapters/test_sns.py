"""Every address has a subscription of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID
from moto.sns import sns_backends

from slipway.adapters.sns import EmailSubscriptions, EmailTopic
from slipway.errors import MailFailed, MailRejected
from slipway.models import Subscription
from slipway.notifications.email.subscriptions import synchronize


@pytest.fixture
def topic(aws_environment: None) -> Iterator[str]:
    with mock_aws():
        yield boto3.client("sns").create_topic(Name="mail")["TopicArn"]


def test_a_mail_is_addressed_as_the_subscriptions_expect(topic: str) -> None:
    """Filter policies tell capitals apart."""
    EmailTopic(topic).send("Ada@Example.com", "subject", "text")
    sent = sns_backends[DEFAULT_ACCOUNT_ID]["eu-central-1"].topics[topic].sent_notifications
    (_, text, subject, attributes, _) = sent[0]
    assert (text, subject) == ("text", "subject")
    assert attributes == {"to": {"Type": "String", "Value": "ada@example.com"}}


def test_what_sns_does_not_take_is_an_error_that_names_the_person(topic: str) -> None:
    """The stream brings it again."""
    with pytest.raises(MailFailed, match=r"SNS did not take a mail to ada@example\.com"):
        EmailTopic(topic.replace("mail", "gone")).send("ada@example.com", "subject", "text")


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("InvalidParameter", MailRejected),
        ("InvalidParameterValue", MailRejected),
        ("NotFound", MailFailed),
        ("KMSAccessDenied", MailFailed),
        ("Throttled", MailFailed),
    ],
)
def test_a_mail_that_sns_never_takes_is_told_from_one_that_it_may_take_later(
    topic: str, code: str, kind: type[MailFailed]
) -> None:
    """A topic and its key can be repaired, a message cannot."""
    mail = EmailTopic(topic)
    sns = Stubber(mail._client)
    sns.add_client_error("publish", code)
    with sns, pytest.raises(MailFailed) as failed:
        mail.send("ada@example.com", "subject", "text")
    assert type(failed.value) is kind


def test_a_mail_that_boto3_does_not_send_is_rejected(topic: str) -> None:
    """Its own checks are the same the next time."""
    with pytest.raises(MailRejected):
        EmailTopic(topic).send("ada@example.com", "subject", 7)  # type: ignore[arg-type]


def test_a_mail_whose_receipt_is_lost_is_sent_again(topic: str) -> None:
    """Rather twice than never: SNS knows nothing that would make a mail unique."""
    mail, lost = EmailTopic(topic), iter([True])
    events: Any = mail._client.meta.events
    events.register_first("needs-retry.sns.Publish", lambda **_: 0 if next(lost, False) else None)
    mail.send("ada@example.com", "subject", "text")
    sent = sns_backends[DEFAULT_ACCOUNT_ID]["eu-central-1"].topics[topic].sent_notifications
    assert [subject for _, _, subject, _, _ in sent] == ["subject", "subject"]


def test_subscriptions_are_personal_and_are_told_from_others(topic: str) -> None:
    """By their filter policy; only e-mail counts."""
    sns = boto3.client("sns")
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="archive@example.com")
    sns.subscribe(TopicArn=topic, Protocol="sms", Endpoint="+15551234567")
    EmailSubscriptions(topic).subscribe("Ada@Example.com")
    assert [(one.address, one.personal) for one in EmailSubscriptions(topic).all()] == [
        ("archive@example.com", False),
        ("Ada@Example.com", True),
    ]


def test_one_that_is_pending_has_no_arn(topic: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """SNS gives a word in its place."""
    EmailSubscriptions(topic).subscribe("ada@example.com")
    backend = sns_backends[DEFAULT_ACCOUNT_ID]["eu-central-1"]
    (subscription,) = backend.subscriptions.values()
    monkeypatch.setattr(subscription, "arn", "PendingConfirmation")
    assert list(EmailSubscriptions(topic).all()) == [Subscription("ada@example.com")]


def test_a_real_topic_synchronizes_the_parameters(topic: str) -> None:
    """Added, narrowed and removed, by SNS's own words."""
    sns = boto3.client("sns")
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="grace@example.com")
    subscriptions = EmailSubscriptions(topic)
    synchronize(subscriptions, ["ada@example.com", "grace@example.com"])
    assert {one.address: one.personal for one in subscriptions.all()} == {
        "ada@example.com": True,
        "grace@example.com": True,
    }
    synchronize(subscriptions, ["grace@example.com"])
    (left,) = subscriptions.all()
    policy = sns.get_subscription_attributes(SubscriptionArn=left.arn)["Attributes"]["FilterPolicy"]
    assert json.loads(policy) == {"to": ["grace@example.com"]}


def test_who_has_confirmed_is_known(topic: str) -> None:
    """In any spelling; where SNS does not tell, nobody knows."""
    sns = boto3.client("sns")
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="Ada@example.com")
    mail = EmailTopic(topic)
    assert [mail.is_confirmed("ada@example.com"), mail.is_confirmed("kay@example.com")] == [True, False]
    assert EmailTopic(topic.replace("mail", "gone")).is_confirmed("ada@example.com") is None


def test_who_has_not_confirmed_is_not_reached(topic: str) -> None:
    """SNS lists them without an ARN."""
    mail = EmailTopic(topic)
    pending = {"Protocol": "email", "Endpoint": "ada@example.com", "SubscriptionArn": "PendingConfirmation"}
    sns = Stubber(mail._client)
    sns.add_response("list_subscriptions_by_topic", {"Subscriptions": [pending]})
    with sns:
        assert [mail.is_confirmed("ada@example.com"), mail.is_confirmed("ada@example.com")] == [False, False]
