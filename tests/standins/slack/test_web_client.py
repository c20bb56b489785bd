"""The stand-in through Slack's own client library."""

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler

from tests.support.slack_stage import CARD, StandIn


@pytest.fixture
def client(slack: StandIn) -> WebClient:
    """Slack's client, which waits when it is told to."""
    return WebClient(
        slack.settings.token,
        base_url=f"{slack.settings.base_url}/api/",
        retry_handlers=[RateLimitErrorRetryHandler(max_retry_count=1)],
    )


def test_the_client_posts_and_updates(slack: StandIn, client: WebClient) -> None:
    """One message, changed in place."""
    posted = client.chat_postMessage(channel="C0RELEASES", text="received", blocks=CARD)
    updated = client.chat_update(channel=posted["channel"], ts=posted["ts"], text="live", blocks=CARD)
    assert updated["ts"] == posted["ts"]
    assert [message["text"] for message in slack.messages()] == ["live"]


def test_the_client_sees_an_error_as_slacks(client: WebClient) -> None:
    """The library raises what it would raise for Slack."""
    with pytest.raises(SlackApiError) as refusal:
        client.chat_postMessage(channel="C0NOWHERE", text="hello")
    assert refusal.value.response["error"] == "channel_not_found"


def test_the_client_comes_back_after_a_rate_limit(slack: StandIn, client: WebClient) -> None:
    """Retry-After is understood."""
    slack.client.post("/faults", json={"status": 429, "retry_after": 0, "times": 1})
    assert client.chat_postMessage(channel="C0RELEASES", text="received")["ok"]


def test_the_client_learns_who_it_is(client: WebClient) -> None:
    """The scopes of a token are in the headers, as doctors of Slack apps expect."""
    answer = client.auth_test()
    assert answer["bot_id"]
    assert answer.headers["x-oauth-scopes"] == "chat:write,users:read,users:read.email"


def test_the_client_finds_a_user_by_address(slack: StandIn, client: WebClient) -> None:
    """Whatever its capitals; not by JSON, which this method of Slack's does not read, and not without the scope."""
    assert client.users_lookupByEmail(email="Grace@Example.com")["user"]["id"] == "U0GRACE"
    for arguments, error in (({"email": "stranger@example.com"}, "users_not_found"), ({}, "invalid_arguments")):
        with pytest.raises(SlackApiError) as refusal:
            client.api_call("users.lookupByEmail", http_verb="GET", params=arguments)
        assert refusal.value.response["error"] == error
    assert slack.call("users.lookupByEmail", email="grace@example.com")["error"] == "invalid_arguments"
