"""Modals: opened with a trigger, submitted, answered."""

import json
from typing import Any

import pytest

from tests.support.slack_stage import CARD, MODAL, Application, StandIn


@pytest.fixture
def trigger(slack: StandIn, application: Application) -> str:
    """The trigger_id of a press by Ada."""
    slack.press(slack.post(blocks=CARD))
    return str(application.received[0].payload["trigger_id"])


@pytest.fixture
def view(slack: StandIn, trigger: str) -> dict[str, Any]:
    """A modal that is open for Ada."""
    view: dict[str, Any] = slack.call("views.open", trigger_id=trigger, view=MODAL)["view"]
    return view


def submit(slack: StandIn, view: dict[str, Any], **answers: Any) -> dict[str, Any]:
    """Submit a modal as the page does."""
    answer: dict[str, Any] = slack.client.post(f"/views/{view['id']}/submit", json=answers).json()
    return answer


def test_a_trigger_opens_one_modal(slack: StandIn, trigger: str) -> None:
    """It is for the user who pressed, and used up then."""
    assert slack.call("views.open", trigger_id=trigger, view=MODAL)["ok"]
    assert slack.call("views.open", trigger_id=trigger, view=MODAL)["error"] == "exchanged_trigger_id"
    assert [view["user"] for view in slack.state()["views"]] == ["U0ADA"]


def test_a_trigger_expires_after_three_seconds(slack: StandIn, trigger: str) -> None:
    """Whoever starts cold has to hurry."""
    slack.clock.ahead += 3
    assert slack.call("views.open", trigger_id=trigger, view=MODAL)["error"] == "expired_trigger_id"


def test_a_made_up_trigger_opens_nothing(slack: StandIn) -> None:
    """Only a press gives one."""
    assert slack.call("views.open", trigger_id="1.2.3", view=MODAL)["error"] == "invalid_trigger_id"


def test_a_submission_tells_what_was_entered(slack: StandIn, application: Application, view: dict[str, Any]) -> None:
    """Block, action and value, as Slack nests them; an empty answer closes the modal."""
    assert submit(slack, view, reason="too slow")["ok"]
    payload = application.received[1].payload
    assert payload["type"] == "view_submission"
    assert payload["view"]["private_metadata"] == "digits-r2"
    typed = {"type": "plain_text_input", "value": "too slow"}
    assert payload["view"]["state"]["values"] == {"reason": {"text": typed}}
    assert slack.state()["views"] == []


def test_slack_itself_asks_for_what_is_required(slack: StandIn, application: Application, view: dict[str, Any]) -> None:
    """The application is not bothered with it."""
    assert submit(slack, view, reason="")["errors"].keys() == {"reason"}
    assert len(application.received) == 1


def test_errors_of_the_application_are_shown(slack: StandIn, application: Application, view: dict[str, Any]) -> None:
    """The modal stays open."""
    errors = {"reason": "Say more."}
    application.answer = json.dumps({"response_action": "errors", "errors": errors}).encode()
    answer = submit(slack, view, reason="no")
    assert (answer["ok"], answer["errors"]) == (False, errors)
    assert len(slack.state()["views"]) == 1


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"nowhere": "Say more."}},
        {"response_action": "dance"},
        {"response_action": "update", "view": {"type": "modal"}},
        "no object",
    ],
)
def test_an_answer_that_makes_no_sense_is_trouble(
    slack: StandIn, application: Application, view: dict[str, Any], answer: object
) -> None:
    """It is recorded, and the modal stays open."""
    application.answer = json.dumps(answer).encode()
    assert submit(slack, view, reason="no")["error"] == "bad_answer"
    assert slack.state()["interactions"][-1]["error"] == "bad_answer"
    assert len(slack.state()["views"]) == 1


@pytest.mark.parametrize(("action", "titles"), [("update", ["Sure?"]), ("push", ["Reject digits-r2", "Sure?"])])
def test_a_modal_may_follow_a_modal(
    slack: StandIn, application: Application, view: dict[str, Any], action: str, titles: list[str]
) -> None:
    """In its place, or on top of it."""
    following = MODAL | {"title": {"type": "plain_text", "text": "Sure?"}}
    application.answer = json.dumps({"response_action": action, "view": following}).encode()
    assert submit(slack, view, reason="no")["ok"]
    assert [view["view"]["title"]["text"] for view in slack.state()["views"]] == titles


def test_closing_is_told_to_those_who_asked(slack: StandIn, application: Application, trigger: str) -> None:
    """notify_on_close brings a view_closed."""
    view = slack.call("views.open", trigger_id=trigger, view=MODAL | {"notify_on_close": True})["view"]
    assert slack.client.post(f"/views/{view['id']}/close", json={}).json()["ok"]
    assert application.received[1].payload["type"] == "view_closed"
    assert slack.state()["views"] == []


def test_choices_are_sent_as_options(slack: StandIn, application: Application, trigger: str) -> None:
    """A select sends its option, checkboxes a list of them."""
    options = [{"text": {"type": "plain_text", "text": name.title()}, "value": name} for name in ("slow", "wrong")]
    label = {"type": "plain_text", "text": "Why?"}
    blocks = [
        {
            "type": "input",
            "block_id": kind,
            "label": label,
            "element": {"type": kind, "action_id": "chosen", "options": options},
        }
        for kind in ("static_select", "checkboxes")
    ]
    view = slack.call("views.open", trigger_id=trigger, view=MODAL | {"blocks": blocks})["view"]
    submit(slack, view, static_select="wrong", checkboxes=["slow", "wrong"])
    values = application.received[1].payload["view"]["state"]["values"]
    assert values["static_select"]["chosen"]["selected_option"]["value"] == "wrong"
    assert values["checkboxes"]["chosen"]["selected_options"] == options
