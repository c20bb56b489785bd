"""The card says where a release stands, within what Slack takes."""

from dataclasses import replace
from datetime import timedelta

import pytest
from fakes import NOW

from slipway import cards
from slipway.models import Answer, Approval, Json, Release, SmokeSummary, State, Verdict

PLACES = cards.Places("http://staging.example.com", "http://production.example.com")
SMOKE = SmokeSummary(Verdict.PASSED, 12, 0, 0, 1.5, "evidence/birds-r12/staging.json")
WAITING = Release(
    "birds-r12",
    "birds",
    12,
    "birds-7f3c1e9a2b4d",
    State.WAITING,
    {State.RECEIVED: NOW, State.WAITING: NOW},
    author="linus@example.com",
    smoke={"staging": SMOKE},
    approval=Approval("token", NOW, NOW + timedelta(days=3), "https://console.example.com"),
)


def buttons(release: Release) -> list[Json]:
    blocks = cards.blocks_of(release, PLACES)
    return [element for block in blocks if block["type"] == "actions" for element in block["elements"]]


def text(release: Release) -> str:
    return str(cards.blocks_of(release, PLACES))


def test_a_waiting_release_can_be_answered_on_its_card() -> None:
    """Both buttons name the release and the question; approving asks again before it decides."""
    assert WAITING.approval is not None
    assert [(one["action_id"], one["value"]) for one in buttons(WAITING)] == [
        ("approve", f"birds-r12 {WAITING.approval.question}"),
        ("reject", f"birds-r12 {WAITING.approval.question}"),
    ]
    approve, reject = buttons(WAITING)
    assert "birds-7f3c1e9a2b4d" in approve["confirm"]["text"]["text"]
    assert "confirm" not in reject


@pytest.mark.parametrize("state", [state for state in State if state is not State.WAITING])
def test_no_other_state_has_buttons(state: State) -> None:
    """What cannot be answered does not look as if it could."""
    assert buttons(replace(WAITING, state=state)) == []


def test_an_answered_release_has_no_buttons_any_more() -> None:
    """The first answer takes them away, before the pipeline moves on."""
    answered = replace(WAITING, answer=Answer("approved", "ada@example.com", NOW, "slack"))
    assert buttons(answered) == []
    assert "*Approved* by ada@example.com" in text(answered)


def test_the_smoke_test_is_counted() -> None:
    """The approver sees the evidence in a line."""
    assert "passed: 12 passed, 0 failed in 1.5 s" in text(WAITING)


def test_markup_in_names_is_shown_not_obeyed() -> None:
    """An upload cannot write links or mentions into the channel."""
    shown = text(replace(WAITING, author="<!channel> & <http://evil.example|click>"))
    assert "<!channel>" not in shown
    assert "&lt;!channel&gt; &amp; &lt;http://evil.example|click&gt;" in shown


def test_long_texts_stay_within_slacks_limits() -> None:
    """A reason of any length makes a card that Slack takes."""
    long = replace(WAITING, state=State.FAILED, reason="x" * 10_000, prefix="p" * 3000, author="a" * 3000)
    blocks = cards.blocks_of(long, PLACES)
    assert len(blocks) <= 50
    assert all(len(block["text"]["text"]) <= 3000 for block in blocks if "text" in block)
    assert all(len(field["text"]) <= 2000 for block in blocks for field in block.get("fields", []))


def test_the_way_is_told_in_time_spans() -> None:
    """When it began, and how long each step took."""
    times = {
        State.RECEIVED: NOW,
        State.BUILDING: NOW + timedelta(seconds=8),
        State.WAITING: NOW + timedelta(minutes=3),
        State.RELEASING: NOW + timedelta(hours=27),
    }
    context = cards.blocks_of(replace(WAITING, times=times), PLACES)[-1]["elements"][0]["text"]
    assert context.startswith("received <!date^")
    assert context.endswith("→ building +8 s → waiting +2 min → releasing +26 h 57 min")


@pytest.mark.parametrize("state", list(State))
def test_every_state_has_a_sentence(state: State) -> None:
    """No state reaches the channel without words."""
    assert cards.headline(replace(WAITING, state=state)).endswith((".", "!"))


def test_a_release_by_force_says_why_and_what_it_was_before() -> None:
    """Also to those who did not ask for it."""
    forced = replace(WAITING, before="birds-r3", forced="the <label> was wrong")
    assert "*Released again*, the same content as birds-r3: the &lt;label&gt; was wrong" in text(forced)
    assert "Released again" not in text(WAITING)
