"""The pages as HTML: what is on them for whom."""

import json
from typing import Any

from tests.support.slack_stage import CARD, StandIn

EVIL = "<script>alert(1)</script>"


def write_mail(slack: StandIn, **fields: Any) -> None:
    """Append an e-mail as the local AWS does."""
    mail = {"to": "ada@example.com", "topic": "approvals", "subject": "s", "message": "m", "at": ""} | fields
    with (slack.settings.directory / "mail.jsonl").open("a") as file:
        file.write(json.dumps(mail) + "\n")


def test_the_channel_shows_cards_and_threads(slack: StandIn) -> None:
    """A reply is shown below its card."""
    ts = slack.post("card", blocks=CARD)
    slack.post("Built in 41 s", thread_ts=ts)
    page = slack.client.get("/").text
    assert page.index("Approve") < page.index("1 reply") < page.index("Built in 41 s")


def test_an_ephemeral_message_is_on_one_users_page(slack: StandIn) -> None:
    """Others do not see it."""
    slack.call("chat.postEphemeral", channel="C0RELEASES", user="U0GRACE", text="Only you")
    assert "Only you" in slack.client.get("/?user=U0GRACE").text
    assert "Only you" not in slack.client.get("/?user=U0ADA").text


def test_every_text_is_escaped(slack: StandIn) -> None:
    """Wherever an application may write something."""
    text = {"type": "plain_text", "text": EVIL}
    button = {"type": "button", "text": text, "action_id": '"><script>', "url": "javascript:alert(1)"}
    confirm = {"title": text, "text": text, "confirm": text | {"text": "yes"}, "deny": text | {"text": "no"}}
    slack.post(
        EVIL,
        blocks=[
            {"type": "header", "text": text},
            {"type": "section", "text": text, "accessory": {"type": "image", "image_url": '"><b', "alt_text": EVIL}},
            {"type": "actions", "block_id": EVIL, "elements": [button | {"confirm": confirm}]},
        ],
    )
    write_mail(slack, subject=EVIL, message=EVIL, to=EVIL)
    for page in (slack.client.get("/").text, slack.client.get("/mail").text):
        assert "<script>" not in page
        assert "javascript:" not in page
        assert '"><b' not in page


def test_a_page_runs_only_its_own_scripts(slack: StandIn) -> None:
    """Whatever got through the templates would not run."""
    assert slack.client.get("/").headers["Content-Security-Policy"].startswith("default-src 'self'")


def test_the_mailbox_has_the_newest_first_with_links(slack: StandIn) -> None:
    """A full stop after an address is not part of it."""
    write_mail(slack, subject="digits-r1 waits")
    write_mail(slack, subject="digits-r2 waits", message="See https://example.com/review?t=1&u=2.")
    page = slack.client.get("/mail").text
    assert page.index("digits-r2 waits") < page.index("digits-r1 waits")
    assert '<a href="https://example.com/review?t=1&amp;u=2" ' in page


def test_a_mail_that_is_still_written_is_left_for_later(slack: StandIn) -> None:
    """Half a line is no e-mail."""
    write_mail(slack, subject="whole")
    with (slack.settings.directory / "mail.jsonl").open("a") as file:
        file.write('{"to": "ada@exa')
    assert "whole" in slack.client.get("/mail").text


def test_nobody_is_somebody_else(slack: StandIn) -> None:
    """A user who is not in the workspace has no page."""
    assert slack.client.get("/?user=U0NOBODY").status_code == 404
