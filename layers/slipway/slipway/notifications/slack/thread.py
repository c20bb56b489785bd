"""The messages in the card's thread, each posted once: questions, reminders, failures, repeated uploads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from slipway.approvals.policy import Policy
from slipway.approvals.reminders import ESCALATION, LAST_HOUR
from slipway.models import Approver, Question, Release, Repeat, State
from slipway.notifications.slack.mrkdwn import link, name, person, quote, sentence, time
from slipway.notifications.stack_urls import StackUrls

_MAX_NAME = 200  # characters


@dataclass(frozen=True, slots=True)
class Reply:
    """A message: the `name` by which the ledger knows that it was posted, and its text; empty if it is past."""

    name: str
    text: str


_NEWS = {
    State.LIVE: "is live.",
    State.REFUSED: "was refused",
    State.REJECTED: "was rejected",
    State.SUPERSEDED: "was superseded",
    State.EXPIRED: "has expired: nobody answered in time.",
    State.STOPPED: "was stopped",
}


def replies(
    release: Release,
    urls: StackUrls,
    policy: Policy,
    escalate_to: Approver | None,
    author: Approver | None = None,
) -> Iterator[Reply]:
    """Yield the replies that are due below the card so far, the oldest first; those posted already among them.

    With an `author`, who has a Slack user id, they are mentioned where the release waits, goes live or ends.
    """
    if release.approval.question and release.accepts_votes:
        yield Reply(release.approval.question.id, _question(release, release.approval.question, policy, author))
        yield from _reminders(release, release.approval.question, policy, escalate_to)
    if release.state in (State.FAILED, State.ROLLED_BACK):
        yield Reply(f"{release.state} {release.attempt} {release.reason}"[:_MAX_NAME], _failure(release, urls, author))
    if author and release.state in _NEWS and not release.bake.alarm:
        yield Reply(f"{release.state} {release.attempt} author", _news(release, author))
    if release.state is State.LIVE and release.bake.alarm:
        yield Reply(f"bake {release.bake.alarm}"[:_MAX_NAME], f"{name(release.id)}: {sentence(release.reason)}")
    for repeat in release.repeats[-1:]:
        yield Reply(f"{repeat.prefix} {repeat.at.isoformat()}", _repeat(release, repeat))


def _question(release: Release, approval: Question, policy: Policy, author: Approver | None) -> str:
    """Return the reply that mentions those who may answer, which an update of the card does not notify."""
    people = policy.pending_approvers(release)
    whose = "your" if people else "an"
    by = f" {person(author)} is its author." if author and author not in people else ""
    return f"{_mentions(people)}{name(release.id)} waits for {whose} answer{_until_expiry(approval)}{by}"


def _news(release: Release, author: Approver) -> str:
    """Return the reply that tells the author that a release is live, or how it ended and why."""
    decision = release.approval.decision
    reason = decision.reason if decision and release.state is State.REJECTED else release.reason
    what = _NEWS[release.state]
    # Why it was refused or superseded is a sentence of ours, the rest is others' words.
    write = sentence if release.state in (State.REFUSED, State.SUPERSEDED) else quote
    why = "" if what.endswith(".") else f": {write(reason)}" if reason else "."
    return f"{_mentions([author])}{name(release.id)} {what}{why}"


def _reminders(release: Release, approval: Question, policy: Policy, escalate_to: Approver | None) -> Iterator[Reply]:
    """Yield the reminders that are due; of several that came due at once only the last has a text."""
    reminders = [one for one in release.approval.reminders if one != ESCALATION]
    for reminder in reminders:
        last = "The last hour: " if reminder == LAST_HOUR else ""
        people = _mentions(policy.pending_approvers(release))
        text = f"{people}{last}{name(release.id)} still waits for an answer{_until_expiry(approval)}"
        yield Reply(f"{approval.id} {reminder}", text if reminder == reminders[-1] else "")
    if ESCALATION in release.approval.reminders:
        yield Reply(f"{approval.id} {ESCALATION}", _escalation(release, approval, policy, escalate_to))


def _escalation(release: Release, approval: Question, policy: Policy, escalate_to: Approver | None) -> str:
    """Return the reply that mentions whom it is escalated to, and names who has not answered."""
    mention = _mentions([escalate_to]) if escalate_to else ""
    pending = ", ".join(name(one.email) for one in policy.pending_approvers(release)) or "nobody"
    since = f"Nobody has decided about {name(release.id)} since {time(approval.asked_at)}{_until_expiry(approval)}"
    return f"{mention}{since} Not heard of: {pending}."


def _mentions(people: list[Approver]) -> str:
    """Return mentions of people, each with a space behind it."""
    return "".join(f"{person(one)} " for one in people)


def _until_expiry(approval: Question) -> str:
    """Return the end of a sentence: until when one can answer."""
    return f", until {time(approval.expires)}."


def _failure(release: Release, urls: StackUrls, author: Approver | None) -> str:
    """Return the reply about a failure: why, and where its log is."""
    log = urls.log(release)
    read = f" {link(log, 'Read the log')}." if log else ""
    what = "was rolled back" if release.state is State.ROLLED_BACK else "failed"
    why = f": {quote(release.reason)}" if release.reason else "."
    return f"{_mentions([author] if author else [])}{name(release.id)} {what}{why}{read}"


def _repeat(release: Release, repeat: Repeat) -> str:
    """Return the reply that an upload had the content of this release, and how it is released all the same."""
    return (
        f"{name(repeat.prefix)}, complete since {time(repeat.at)}, is the same content as {name(release.id)} "
        f"({release.state}): nothing was started. To release it again all the same, put a `_RELEASE` with "
        "`force: true` and a `reason` beside it."
    )
