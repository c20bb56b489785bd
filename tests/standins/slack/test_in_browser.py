"""The channel as a person uses it, in Chromium."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.slack_stage import BUTTON, MODAL, Application, StandIn

pytestmark = pytest.mark.browser

CONFIRM = {
    "title": {"type": "plain_text", "text": "Release digits-r2?"},
    "text": {"type": "mrkdwn", "text": "It goes to *production* at once."},
    "confirm": {"type": "plain_text", "text": "Release"},
    "deny": {"type": "plain_text", "text": "Not yet"},
}
CARD = [
    {"type": "header", "text": {"type": "plain_text", "text": "digits-r2 waits"}},
    {
        "type": "actions",
        "block_id": "answer",
        "elements": [
            BUTTON | {"confirm": CONFIRM},
            BUTTON | {"action_id": "reject", "text": {"type": "plain_text", "text": "Reject"}},
        ],
    },
]


@pytest.fixture
def page(browser: Browser, slack: StandIn) -> Iterator[Page]:
    """The channel as Ada sees it."""
    page = browser.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{slack.settings.base_url}/")
    yield page
    page.close()
    assert faults == []


def test_a_confirmed_press_reaches_the_application(slack: StandIn, application: Application, page: Page) -> None:
    """As whom the page's reader has chosen to be."""
    slack.post(blocks=CARD)
    page.get_by_label("You are").select_option("Grace Hopper")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("dialog", name="Release digits-r2?")).to_be_visible()
    page.get_by_role("button", name="Release").click()
    expect(page.locator("[aria-busy]")).to_have_count(0)
    payload = application.received[0].payload
    assert (payload["user"]["id"], payload["actions"][0]["action_id"]) == ("U0GRACE", "approve")


def test_a_denied_press_is_none(slack: StandIn, application: Application, page: Page) -> None:
    """Whoever thinks again has done nothing."""
    slack.post(blocks=CARD)
    page.get_by_role("button", name="Approve").click()
    page.get_by_role("button", name="Not yet").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert application.received == []


def test_a_message_changes_in_place(slack: StandIn, page: Page) -> None:
    """It flashes, and what was below it stays below it."""
    ts = slack.post("received")
    slack.post("another")
    expect(page.get_by_role("listitem")).to_have_count(2)
    slack.call("chat.update", channel="C0RELEASES", ts=ts, text="live")
    changed = page.get_by_role("listitem").first
    expect(changed).to_contain_text("live")
    expect(changed).to_have_class("new changed")


def test_what_goes_wrong_is_said_below_the_message(slack: StandIn, application: Application, page: Page) -> None:
    """In Slack's words."""
    application.status = 502
    slack.post(blocks=CARD)
    page.get_by_role("button", name="Reject").click()
    expect(page.get_by_role("alert")).to_contain_text("This didn't work. The app responded with status 502.")


def test_a_modal_is_filled_in_and_submitted(slack: StandIn, application: Application, page: Page) -> None:
    """What is missing is asked for; what was entered is sent."""
    slack.post(blocks=CARD)
    page.get_by_role("button", name="Reject").click()
    expect(page.locator("[aria-busy]")).to_have_count(0)
    slack.call("views.open", trigger_id=application.received[0].payload["trigger_id"], view=MODAL)
    modal = page.get_by_role("dialog", name="Reject digits-r2")
    modal.get_by_role("button", name="Reject").click()
    expect(modal).to_contain_text("Please complete this required field.")
    modal.get_by_label("Why?").fill("Sevens are read as ones.")
    modal.get_by_role("button", name="Reject").click()
    expect(modal).to_have_count(0)
    values = application.received[1].payload["view"]["state"]["values"]
    assert values["reason"]["text"]["value"] == "Sevens are read as ones."


@pytest.mark.parametrize("path", ["/", "/mail"])
def test_a_phone_shows_the_whole_width(slack: StandIn, page: Page, path: str) -> None:
    """Long words are broken and nothing scrolls sideways."""
    slack.post(blocks=[*CARD, {"type": "section", "text": {"type": "mrkdwn", "text": "`" + "x" * 300 + "`"}}])
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{slack.settings.base_url}{path}")
    assert page.evaluate("document.documentElement.scrollWidth") == 360
