"""What is said below a card, each thing once: questions, reminders, failures, uploads that started nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from slipway.approvals.policy import Policy
from slipway.models import Approval, Approver, Release, Repeat, State
from slipway.notifications.places import Places
from slipway.notifications.slack.markup import SECTION, cut, escape, link, moment, name
from slipway.notifications.slack.people import mention, mentions


@dataclass(frozen=True, slots=True)
class Reply:
    """A message of the thread: the name under which it is remembered, and its text; without one it is past."""

    name: str
    text: str


def replies(release: Release, places: Places, policy: Policy, escalate_to: Approver | None) -> Iterator[Reply]:
    """Give all that there is to say now, the oldest first."""
    if release.approval and release.asks:
        yield _asked(release, release.approval, policy)
        yield from _reminders(release, release.approval, policy, escalate_to)
    if release.state in (State.FAILED, State.ROLLED_BACK):
        yield Reply(f"{release.state} {release.attempt} {release.reason}"[:NAMED], _failed(release, places))
    for repeat in release.repeats[-1:]:
        yield Reply(f"{repeat.prefix} {repeat.at.isoformat()}", repeated(release, repeat))


def _asked(release: Release, approval: Approval, policy: Policy) -> Reply:
    """Call those who may answer: a card that changes calls nobody."""
    people = policy.silent(release)
    whose = "your" if people else "an"
    told = f"{mentions(people)} {name(release.id)} waits for {whose} answer{_until(approval)}"
    return Reply(approval.question, told.strip())


def _reminders(release: Release, approval: Approval, policy: Policy, escalate_to: Approver | None) -> Iterator[Reply]:
    """Remind those who are silent; of several reminders that are due at once only the last is said."""
    reminders = [one for one in release.reminders if one != "escalation"]
    for reminder in reminders:
        said = _reminder(release, approval, reminder, policy) if reminder == reminders[-1] else ""
        yield Reply(f"{approval.question} {reminder}", said)
    if "escalation" in release.reminders:
        yield Reply(f"{approval.question} escalation", _escalation(release, approval, policy, escalate_to))


def _reminder(release: Release, approval: Approval, reminder: str, policy: Policy) -> str:
    last = "The last hour: " if reminder == "last hour" else ""
    who = mentions(policy.silent(release))
    return f"{who} {last}{name(release.id)} still waits for an answer{_until(approval)}".strip()


def _escalation(release: Release, approval: Approval, policy: Policy, escalate_to: Approver | None) -> str:
    called = f"{mention(escalate_to)} " if escalate_to else ""
    silent = ", ".join(name(one.email) for one in policy.silent(release)) or "nobody"
    told = f"Nobody has decided about {name(release.id)} since {moment(approval.asked_at)}{_until(approval)}"
    return f"{called}{told} Not heard of: {silent}."


def _until(approval: Approval) -> str:
    return f", until {moment(approval.expires)}."


def _failed(release: Release, places: Places) -> str:
    log = places.log(release)
    read = f" {link(log, 'Read the log')}." if log else ""
    happened = "was rolled back" if release.state is State.ROLLED_BACK else "failed"
    why = f": {escape(release.reason)}" if release.reason else "."
    return cut(f"{name(release.id)} {happened}{why}", SECTION) + read


def repeated(release: Release, repeat: Repeat) -> str:
    """Say that a known content was uploaded again."""
    return (
        f"{name(repeat.prefix)}, complete since {moment(repeat.at)}, is the same content as {name(release.id)} "
        f"({release.state}): nothing was started. To release it again all the same, put a `_RELEASE` with "
        "`force: true` and a `reason` beside it."
    )


NAMED = 200
