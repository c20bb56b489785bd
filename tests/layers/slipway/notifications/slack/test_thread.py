"""Below the card stands what somebody has to notice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from slipway.approvals.policy import Policy, parse_approver
from slipway.models import Approver, Bake, Decision, Release, State, Vote
from slipway.notifications.slack.thread import replies
from tests.support.fakes import NOW
from tests.support.made_releases import ONE, TWO, URLS, WAITING, changed

YES = Vote("approved", "ada@example.com", NOW, "slack")
APPROVED = Decision.completed_by(YES)


def said(release: Release, policy: Policy = TWO, to: Approver | None = None) -> list[str]:
    return [reply.text for reply in replies(release, URLS, policy, to)]


def test_those_who_may_answer_are_called() -> None:
    """A card that changes calls nobody; the author is not asked about an own model."""
    (asked,) = said(WAITING)
    assert asked.startswith("<@U0ADA> <@U0GRACE> birds-r12 waits for your answer, until <!date^")
    assert said(replace(WAITING, author="grace@example.com"))[0].startswith("<@U0ADA> birds-r12 waits")


def test_only_the_silent_are_reminded() -> None:
    """Who has voted has done their part."""
    reminded = said(changed(WAITING, votes=(YES,), reminders=("half time",)))[-1]
    assert reminded.startswith("<@U0GRACE> birds-r12 still waits for an answer, until <!date^")


def test_only_the_last_of_several_reminders_is_said() -> None:
    """Slack was down meanwhile: the first is past, and remembered as if it had been said."""
    told = said(changed(WAITING, reminders=("half time", "last hour")))
    assert told[1] == ""
    assert told[2].startswith("<@U0ADA> <@U0GRACE> The last hour: birds-r12 still waits")


@pytest.mark.parametrize(
    ("to", "called"),
    [
        ("U0BOSS=boss@example.com", "<@U0BOSS> Nobody"),
        ("S0ONCALL", "<!subteam^S0ONCALL> Nobody"),
        ("boss@example.com", "boss@example.com Nobody"),
        ("", "Nobody"),
    ],
)
def test_others_are_told_when_nobody_decides(to: str, called: str) -> None:
    """A person or a group, by Slack id or by address, and whom one has not heard of."""
    told = said(changed(WAITING, votes=(YES,), reminders=("escalation",)), to=parse_approver(to))[-1]
    assert told.startswith(f"{called} has decided about birds-r12 since <!date^")
    assert told.endswith("Not heard of: grace@example.com.")


def test_where_nobody_may_answer_nobody_is_called() -> None:
    """All approvers are authors: the console is what is left."""
    (asked,) = said(
        replace(WAITING, author="ada@example.com", commit=replace(WAITING.commit, author="grace@example.com"))
    )
    assert asked.startswith("birds-r12 waits for an answer, until")


@pytest.mark.parametrize(
    "decided", [{"pending_decision": APPROVED}, {"decision": APPROVED}, {"state": State.RELEASING}]
)
def test_nobody_is_called_about_what_is_decided(decided: dict[str, object]) -> None:
    """Not even by a reminder that was due before."""
    assert said(changed(WAITING, **decided, reminders=("half time",))) == []


def test_a_failure_comes_with_its_log() -> None:
    """Once for each attempt, and again when its reason is known."""
    failed = replace(WAITING, state=State.FAILED, reason="Build: <no> space.", log_url="https://logs.example.com/1")
    told = said(failed, ONE)
    assert told == ["birds-r12 failed: “Build: &lt;no&gt; space.” <https://logs.example.com/1|Read the log>."]
    names = {next(replies(one, URLS, ONE, None)).name for one in (failed, replace(failed, attempt=2))}
    assert len(names) == 2


def test_a_rollback_is_told() -> None:
    """Without a reason it says no more than it knows."""
    assert said(replace(WAITING, state=State.ROLLED_BACK), ONE) == ["birds-r12 was rolled back."]


def test_an_alarm_after_going_live_is_said() -> None:
    """An update of the card calls nobody."""
    rang = replace(WAITING, state=State.LIVE, bake=Bake("errors", NOW), reason="The alarm errors went off.")
    assert said(rang) == ["birds-r12: The alarm errors went off."]


KAY = Approver("U0KAY", "kay@example.com")


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"state": State.LIVE}, "<@U0KAY> birds-r12 is live."),
        ({"state": State.REFUSED, "reason": "a.onnx is empty."}, "<@U0KAY> birds-r12 was refused: a[.]onnx is empty."),
        ({"state": State.EXPIRED}, "<@U0KAY> birds-r12 has expired: nobody answered in time."),
        ({"state": State.FAILED, "reason": "no"}, "<@U0KAY> birds-r12 failed: “no”"),
        (
            {"state": State.REJECTED, "decision": replace(APPROVED, outcome="rejected", reason="<!channel> too slow")},
            "<@U0KAY> birds-r12 was rejected: “&lt;!channel&gt; too slow”",
        ),
    ],
)
def test_the_author_is_mentioned(fields: dict[str, object], told: str) -> None:
    """Where it goes live or ends, with the reason; whom nobody knows is not told of there."""
    release = changed(WAITING, **fields)
    [reply] = list(replies(release, URLS, TWO, None, KAY))
    assert reply.text.replace("a.onnx", "a[.]onnx") == told
    assert KAY.slack_id not in "".join(said(release))


def test_the_author_is_mentioned_where_others_are_asked() -> None:
    """Once: an author who is asked, too, is not called twice."""
    [asked] = [one.text for one in replies(WAITING, URLS, TWO, None, KAY)]
    assert asked.endswith(" <@U0KAY> is its author.")
    [own] = [one.text for one in replies(WAITING, URLS, TWO, None, Approver("U0ADA", "ada@example.com"))]
    assert own.count("<@U0ADA>") == 1
