"""The e-mail subscriptions follow the parameters."""

import pytest

from slipway.models import Subscription
from slipway.notifications.email.subscriptions import addresses, synchronize
from tests.support.fakes import FakeSubscriptions

ADA, GRACE = "ada@example.com", "grace@example.com"


@pytest.fixture
def topic() -> FakeSubscriptions:
    topic = FakeSubscriptions()
    synchronize(topic, [ADA, GRACE])
    for address in (ADA, GRACE):
        topic.confirm(address)
    topic.asked.clear()
    return topic


def test_the_addresses_of_all_parameters_are_read_once_each() -> None:
    """However they are written; an id without an address is none."""
    assert addresses(" U0ADA=ada@example.com, U0GRACE=grace@example.com ", "Ada@Example.com", "", "S0TEAM") == [
        "Ada@Example.com",
        "grace@example.com",
    ]


def test_following_again_changes_nothing(topic: FakeSubscriptions) -> None:
    """CloudFormation may ask twice."""
    before = dict(topic.known)
    synchronize(topic, [ADA, GRACE.upper()])
    assert (topic.known, topic.asked) == (before, [])


def test_an_address_is_known_in_any_spelling(topic: FakeSubscriptions) -> None:
    """SNS keeps it as it was written; a redeployment must neither end the subscription nor ask for it again."""
    topic.known["Emmy@Example.com"] = Subscription("Emmy@Example.com", "arn:emmy", personal=True)
    synchronize(topic, [ADA, GRACE, "emmy@example.com"])
    assert ("Emmy@Example.com" in topic.known, topic.asked) == (True, [])


def test_who_joins_is_subscribed_and_who_left_is_not(topic: FakeSubscriptions) -> None:
    """At the next deployment."""
    synchronize(topic, [GRACE, "emmy@example.com"])
    assert sorted(topic.known) == ["emmy@example.com", GRACE]
    assert topic.asked == ["emmy@example.com"]


def test_who_has_not_confirmed_is_asked_again(topic: FakeSubscriptions) -> None:
    """The mail may have been overlooked."""
    topic.known[ADA] = Subscription(ADA)
    synchronize(topic, [ADA, GRACE])
    assert topic.asked == [ADA]


def test_who_left_without_having_confirmed_is_left_alone(topic: FakeSubscriptions) -> None:
    """SNS knows no way to end it, and drops it by itself."""
    topic.known[ADA] = Subscription(ADA)
    synchronize(topic, [GRACE])
    assert (ADA in topic.known, topic.asked) == (True, [])


def test_a_subscription_that_gets_everything_gets_only_its_own_when_it_is_an_approvers(
    topic: FakeSubscriptions,
) -> None:
    """Other people's links are not for them."""
    topic.known[ADA] = Subscription(ADA, "arn:by-hand")
    synchronize(topic, [ADA, GRACE])
    assert topic.known[ADA] == Subscription(ADA, "arn:by-hand", personal=True)


def test_a_subscription_that_was_made_by_hand_stays(topic: FakeSubscriptions) -> None:
    """What we did not make is not ours to end."""
    topic.known["archive@example.com"] = Subscription("archive@example.com", "arn:by-hand")
    synchronize(topic, [])
    assert list(topic.known) == ["archive@example.com"]
