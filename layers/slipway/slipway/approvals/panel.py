"""Taking answers: from the right people, about what was tested, once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from slipway.approvals.carrier import Carrier
from slipway.approvals.policy import Policy
from slipway.errors import AnswerRefused, NotFound
from slipway.models import Answer, Approver, Ballot, Release, State, Verdict
from slipway.ports import Environments, Ledger, Pipeline


@dataclass(frozen=True, slots=True)
class Panel:
    """The people who decide, and what their decision is checked against and told to."""

    ledger: Ledger
    pipeline: Pipeline
    environments: Environments
    policy: Policy

    def vote(self, ballot: Ballot, now: datetime) -> Release:
        """Take a person's vote, and carry out the decision that it completes.

        Raises AnswerRefused with the reason, for the person, if the vote does not count; then nothing has changed.
        The same ballot twice is one vote.
        """
        person, release = self._person(ballot), self._release(ballot.release)
        given = Answer(ballot.decision, person.email, now, ballot.source, ballot.reason)
        carrier = Carrier(self.ledger, self.pipeline)
        if _said(release, given) and release.approval and release.approval.question == ballot.question:
            return carrier.resume(release, now)
        self._check(release, ballot, person, now)
        return carrier.carry_out(self.ledger.change(release.id, lambda current: self._voted(current, ballot, given)))

    def _person(self, ballot: Ballot) -> Approver:
        return self.policy.approver(ballot.person)

    def _release(self, release_id: str) -> Release:
        try:
            return self.ledger.release(release_id)
        except NotFound as error:
            raise AnswerRefused(f"There is no release {release_id}.") from error

    def _check(self, release: Release, ballot: Ballot, person: Approver, now: datetime) -> None:
        _check_standing(release, ballot.question)
        if release.approval and now >= release.approval.expires:
            raise AnswerRefused(f"The time to answer about {release.id} is over.")
        if ballot.decision == "rejected":
            return
        if bar := self.policy.bar(release, person):
            raise AnswerRefused(bar)
        self._check_tested(release)

    def _check_tested(self, release: Release) -> None:
        """Refuse to approve what was not tested, or what is no longer where it was tested."""
        smoke = release.smoke.get("staging")
        if smoke is None or smoke.verdict is not Verdict.PASSED:
            raise AnswerRefused(f"{release.id} has not passed its smoke test on staging.")
        running = self.environments.running("staging") if smoke.version else smoke.version
        if running != smoke.version:
            self.ledger.change(release.id, lambda current: replace(current, reason=_moved_on(running)))
            raise AnswerRefused(f"{release.id} was not approved: {_moved_on(running)}")

    def _voted(self, current: Release, ballot: Ballot, given: Answer) -> Release:
        """Add a vote to what stands at the moment of writing; who changes their mind replaces their own."""
        _check_standing(current, ballot.question)
        others = tuple(vote for vote in current.votes if vote.by != given.by)
        voted = replace(current, votes=(*others, given))
        return replace(voted, deciding=self.policy.decision(voted))


def _said(release: Release, given: Answer) -> bool:
    """Tell whether a person has said this already, so that a message that is delivered twice is one vote."""
    return any((vote.by, vote.decision) == (given.by, given.decision) for vote in release.votes)


def _check_standing(release: Release, question: str) -> None:
    given = release.answer or release.deciding
    if given and given.source == "slipway":
        raise AnswerRefused(f"{release.id} is not waiting for an answer any more: {given.reason}")
    if release.answer:
        raise AnswerRefused(f"{release.id} was already {release.answer.decision} by {release.answer.by}.")
    if release.state is not State.WAITING or release.approval is None:
        raise AnswerRefused(f"{release.id} is not waiting for an answer: it is {release.state}.")
    if release.approval.question != question:
        raise AnswerRefused(f"{release.id} was tested and asked about again since: answer on its card as it is now.")
    if release.approval.closed:
        raise AnswerRefused(f"The question about {release.id} has been answered elsewhere or has expired.")
    if release.deciding:
        raise AnswerRefused(f"{release.id} is just being {release.deciding.decision} by {release.deciding.by}.")


def _moved_on(running: str) -> str:
    now = f"runs {running or 'nothing'}"
    return f"staging {now}, not the build that was tested. Retry the stage Staging, or upload it again."
