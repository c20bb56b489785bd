"""Taking answers: from the right people, about what was tested, once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from slipway.approvals.policy import Policy
from slipway.approvals.submit_decision import Carrier, is_stuck
from slipway.errors import AnswerRefused, NotFound
from slipway.models import Answer, Approver, Ballot, Release, State, Verdict
from slipway.models.addresses import same
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
        if _said(release, given) and release.approval and release.approval.question == ballot.question:
            return self.resume(release, now)
        self._check(release, ballot, person, now)
        return self._carry_out(self.ledger.change(release.id, lambda current: self._voted(current, ballot, given)))

    def resume(self, release: Release, now: datetime) -> Release:
        """Go on without another vote: with a decision whose carrier died, or with votes that have come to suffice."""
        try:
            return self._resumed(release, now) if release.deciding else self._recounted(release, now)
        except AnswerRefused:  # it was taken the first time, somebody was faster, or staging has moved on
            return self.ledger.release(release.id)

    def _resumed(self, release: Release, now: datetime) -> Release:
        """Carry a decision out, or ask again if whoever made it may not any more and CodePipeline has not heard it."""
        if not is_stuck(release, now):
            return release
        if self._stands(release) or self.pipeline.answered(release.execution_id):
            return self._carry_out(release)
        asked = self.ledger.change(release.id, lambda current: _asked_again(current, release.deciding))
        return self._recounted(asked, now)

    def _stands(self, release: Release) -> bool:
        decision = release.deciding
        return decision is not None and (decision.source == "slipway" or decision == self.policy.decision(release))

    def _recounted(self, release: Release, now: datetime) -> Release:
        """Count what was said once more: a deployment may have changed whose votes count, and how many it takes."""
        asked, decision = release.approval, self.policy.decision(release)
        if asked is None or not release.asks or now >= asked.expires:
            return release
        if release.reason or (decision and decision.decision == "approved"):
            self._check_tested(release)
        return self._carry_out(
            self.ledger.change(release.id, lambda current: self._decided(current, asked.question, now))
        )

    def _carry_out(self, release: Release) -> Release:
        return Carrier(self.ledger, self.pipeline).carry_out(release)

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
        trouble = "" if running == smoke.version else _moved_on(running)
        if trouble != release.reason:
            self.ledger.change(release.id, lambda current: _noted(current, trouble))
        if trouble:
            raise AnswerRefused(f"{release.id} was not approved: {trouble}")

    def _voted(self, current: Release, ballot: Ballot, given: Answer) -> Release:
        """Add a vote to what stands at the moment of writing; who changes their mind replaces their own."""
        others = tuple(vote for vote in current.votes if not same(vote.by, given.by))
        return self._decided(replace(current, votes=(*others, given)), ballot.question, given.at)

    def _decided(self, current: Release, question: str, now: datetime) -> Release:
        _check_standing(current, question)
        decision = self.policy.decision(current)
        # Votes that come to suffice by a deployment are older than the decision that they make.
        return replace(current, deciding=decision, decided_at=now if decision else current.decided_at)


def _said(release: Release, given: Answer) -> bool:
    """Tell whether a person has said this already, so that a message that is delivered twice is one vote."""
    return any(same(vote.by, given.by) and vote.decision == given.decision for vote in release.votes)


def _asked_again(current: Release, decision: Answer | None) -> Release:
    return replace(current, deciding=None) if current.deciding == decision else current


def _noted(current: Release, trouble: str) -> Release:
    return replace(current, reason=trouble) if current.asks else current


def _check_standing(release: Release, question: str) -> None:
    given = release.answer or release.deciding
    if given and given.source == "slipway":
        raise AnswerRefused(f"{release.id} is not waiting for an answer any more: {given.reason}")
    if release.answer:
        raise AnswerRefused(f"{release.id} was already {release.answer.decision} by {release.answer.by}.")
    if release.state is not State.WAITING or release.approval is None:
        raise AnswerRefused(f"{release.id} is not waiting for an answer: it is {release.state}.")
    if release.approval.question != question:
        raise AnswerRefused(f"{release.id} was asked about again since: answer the newest question about it.")
    if release.approval.closed:
        raise AnswerRefused(f"The question about {release.id} has been answered elsewhere or has expired.")
    if release.deciding:
        raise AnswerRefused(f"{release.id} is just being {release.deciding.decision} by {release.deciding.by}.")


def _moved_on(running: str) -> str:
    now = f"runs {running or 'nothing'}"
    return f"staging {now}, not the build that was tested. Retry the stage Staging, or upload it again."
