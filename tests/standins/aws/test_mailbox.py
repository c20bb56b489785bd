"""E-mails that the local AWS delivers."""

import json
import uuid
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.cloud


def mails(folder: Path, topic: str) -> list[dict[str, Any]]:
    """What arrived from this topic."""
    lines = (folder / "mail.jsonl").read_text().splitlines()
    return [mail for mail in map(json.loads, lines) if mail["topic"] == topic]


@pytest.fixture
def topic(cloud: Any) -> str:
    """A topic of its own for each test."""
    return str(cloud.client("sns").create_topic(Name=f"topic-{uuid.uuid4()}")["TopicArn"])


def test_a_subscription_is_confirmed_by_a_mail(cloud: Any, topic: str) -> None:
    """Who subscribes gets a confirmation first, as on AWS; here it is answered already."""
    cloud.client("sns").subscribe(TopicArn=topic, Protocol="email", Endpoint="ada@example.com")
    (mail,) = mails(cloud.folder, topic)

    assert (mail["to"], mail["subject"]) == ("ada@example.com", "AWS Notification - Subscription Confirmation")


def test_delivers_what_the_filter_policy_lets_through(cloud: Any, topic: str) -> None:
    """Each subscriber gets the messages meant for them, and no others."""
    sns = cloud.client("sns")
    for name in ("ada", "grace"):
        policy = json.dumps({"to": [name]})
        sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=name, Attributes={"FilterPolicy": policy})
    attributes = {"to": {"DataType": "String", "StringValue": "grace"}}
    sns.publish(TopicArn=topic, Subject="Answer", Message="Approve?", MessageAttributes=attributes)
    *_, mail = mails(cloud.folder, topic)

    assert len(mails(cloud.folder, topic)) == 3
    assert (mail["to"], mail["subject"], mail["message"]) == ("grace", "Answer", "Approve?")


def test_a_mail_without_subject_gets_that_of_aws(cloud: Any, topic: str) -> None:
    """SNS names a message whose publisher did not."""
    sns = cloud.client("sns")
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="ada@example.com")
    sns.publish(TopicArn=topic, Message="Hello")

    assert mails(cloud.folder, topic)[-1]["subject"] == "AWS Notification Message"


@pytest.mark.parametrize("subject", ["vögel-r3", "x" * 100, "two\nlines", " begins with a space"])
def test_a_subject_that_sns_refuses_is_refused(cloud: Any, topic: str, subject: str) -> None:
    """What works on the local AWS works on AWS."""
    sns = cloud.client("sns")
    with pytest.raises(sns.exceptions.InvalidParameterException, match="Invalid parameter: Subject"):
        sns.publish(TopicArn=topic, Subject=subject, Message="Hello")


def test_a_subscription_that_contradicts_the_one_there_is_is_refused(cloud: Any, topic: str) -> None:
    """The same one again is that one; another filter has to be set, not subscribed."""
    sns = cloud.client("sns")
    wanted = {"TopicArn": topic, "Protocol": "email", "Endpoint": "ada@example.com"}
    arn = sns.subscribe(**wanted, Attributes={"FilterPolicy": '{"to": ["ada"]}'})["SubscriptionArn"]
    assert sns.subscribe(**wanted, Attributes={"FilterPolicy": '{"to":["ada"]}'})["SubscriptionArn"] == arn
    with pytest.raises(sns.exceptions.InvalidParameterException, match="already exists with different attributes"):
        sns.subscribe(**wanted, Attributes={"FilterPolicy": '{"to": ["grace"]}'})
