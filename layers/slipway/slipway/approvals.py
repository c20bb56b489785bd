"""Who may answer, and when an answer counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from slipway.errors import AnswerRefused, NotFound
from slipway.models import Answer, Approval, Approver, Click, Decision, Release, State, Verdict
from slipway.ports import Ledger, Pipeline

DECISIONS: dict[str, Decision] = {"approve": "approved", "reject": "rejected"}


def approvers_of(parameter: str) -> dict[str, Approver]:
    """Read the `Approvers` parameter, `U0ADA=ada@example.com,U0GRACE=grace@example.com`, by Slack user id."""
    pairs = (entry.strip().partition("=") for entry in parameter.split(",") if entry.strip())
    return {slack_id.strip(): Approver(slack_id.strip(), email.strip()) for slack_id, _, email in pairs}


@dataclass(frozen=True, slots=True)
class Panel:
    """The people who decide; `own` lets the author of a candidate be one of them."""

    ledger: Ledger
    pipeline: Pipeline
    approvers: str
    own: bool

    def press(self, click: Click, now: datetime) -> Release | None:
        """Take a press of a button on a card as an answer; None if the button decides nothing."""
        if click.action not in DECISIONS:
            return None
        return self.answer(click.release, Answer(DECISIONS[click.action], click.user, now, "slack"))

    def answer(self, release_id: str, given: Answer) -> Release:
        """Give an answer to what stands now, or raise AnswerRefused with the reason and change nothing.

        CodePipeline is told first: the ledger never says "approved" before the pipeline has taken it.
        """
        try:
            release = self.ledger.release(release_id)
        except NotFound as error:
            raise AnswerRefused(f"There is no release {release_id}.") from error
        approval = _standing(release)
        _check_person(release, approvers_of(self.approvers).get(given.by), given, self.own)
        if given.decision == "approved":
            _check_evidence(release)
        self.pipeline.answer(approval.token, given)
        return self.ledger.change(release_id, lambda current: replace(current, answer=current.answer or given))


def _standing(release: Release) -> Approval:
    if release.answer:
        raise AnswerRefused(f"{release.id} was already {release.answer.decision} by <@{release.answer.by}>.")
    if release.state is not State.WAITING or release.approval is None:
        raise AnswerRefused(f"{release.id} is not waiting for an answer: it is {release.state}.")
    return release.approval


def _check_person(release: Release, approver: Approver | None, given: Answer, own: bool) -> None:
    if approver is None:
        raise AnswerRefused("You are not among the approvers of this stack (its parameter Approvers names them).")
    is_author = bool(release.author) and release.author.casefold() == approver.email.casefold()
    if given.decision == "approved" and is_author and not own:
        raise AnswerRefused(f"You uploaded {release.candidate} yourself: somebody else has to approve it.")


def _check_evidence(release: Release) -> None:
    smoke = release.smoke.get("staging")
    if smoke is None or smoke.verdict is not Verdict.PASSED:
        raise AnswerRefused(f"{release.id} has not passed its smoke test on staging.")


def remind(ledger: Ledger, now: datetime) -> Iterator[Release]:
    """Remind of every approval whose time is half over, once."""
    for release in list(ledger.unfinished()):
        if _reminder_due(release, now):
            yield ledger.change(release.id, lambda current: reminded(current, now))


def reminded(release: Release, now: datetime) -> Release:
    """Note the reminder, unless the release has moved on or somebody else has noted it."""
    return replace(release, reminded_at=now) if _reminder_due(release, now) else release


def _reminder_due(release: Release, now: datetime) -> bool:
    if release.state is not State.WAITING or release.approval is None or release.answer or release.reminded_at:
        return False
    return now >= half_time(release.approval)


def half_time(approval: Approval) -> datetime:
    """Give the middle of the time there is to answer."""
    open_for: timedelta = approval.expires - approval.asked_at
    return approval.asked_at + open_for / 2
