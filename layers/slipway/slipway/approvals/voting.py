"""Voting: a ballot is checked against what stands now, and the decision that it completes is submitted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from slipway.approvals.policy import Policy
from slipway.approvals.submit_decision import is_stuck, submit_decision
from slipway.errors import AnswerRefused, EvidenceUnreadable, NotFound
from slipway.models import Answer, Approver, Ballot, Release, State, Verdict
from slipway.models.addresses import same
from slipway.models.text import one_line
from slipway.ports import Environments, Ledger, Pipeline
from slipway.smoke.evidence_store import EvidenceStore


@dataclass(frozen=True, slots=True)
class Voting:
    """Takes votes under a policy, and submits decisions to the pipeline."""

    ledger: Ledger
    pipeline: Pipeline
    environments: Environments
    policy: Policy
    evidence: EvidenceStore

    def vote(self, ballot: Ballot, now: datetime) -> Release:
        """Record a person's vote, and submit the decision that it completes.

        Raises AnswerRefused with the reason, for the person, if the vote does not count; then nothing has changed.
        The same ballot twice is one vote.
        """
        person, release = self.policy.require(ballot.person), known_release(self.ledger, ballot.release)
        vote = Answer(ballot.decision, person.email, now, ballot.source, one_line(ballot.reason))
        if _has_voted(release, vote) and release.approval and release.approval.question == ballot.question:
            return self.resume(release, now)
        self._check(release, ballot, person, now)
        return self._submit(self.ledger.change(release.id, lambda current: self._voted(current, ballot, vote)))

    def resume(self, release: Release, now: datetime) -> Release:
        """Continue without another vote: a decision that is stuck, or votes that a changed policy makes sufficient."""
        try:
            return self._resume_decision(release, now) if release.deciding else self._recount(release, now)
        except AnswerRefused:  # it was taken the first time, somebody was faster, or staging has moved on
            return self.ledger.release(release.id)

    def _resume_decision(self, release: Release, now: datetime) -> Release:
        """Submit a stuck decision, or drop it if the policy does not allow it any more and CodePipeline has none."""
        if not is_stuck(release, now):
            return release
        if self._is_valid(release) or self.pipeline.answered(release.execution_id):
            return self._submit(release)
        undecided = self.ledger.change(release.id, lambda current: _undecided(current, release.deciding))
        return self._recount(undecided, now)

    def _is_valid(self, release: Release) -> bool:
        decision = release.deciding
        return decision is not None and (decision.source == "slipway" or decision == self.policy.decision(release))

    def _recount(self, release: Release, now: datetime) -> Release:
        """Count the votes again: a deployment may have changed whose votes count, and how many it takes."""
        approval, decision = release.approval, self.policy.decision(release)
        if approval is None or not release.asks or now >= approval.expires:
            return release
        if release.reason or (decision and decision.decision == "approved"):
            self._check_tested(release)
        return self._submit(
            self.ledger.change(release.id, lambda current: self._decided(current, approval.question, now))
        )

    def _submit(self, release: Release) -> Release:
        return submit_decision(self.ledger, self.pipeline, release)

    def _check(self, release: Release, ballot: Ballot, person: Approver, now: datetime) -> None:
        _check_open(release, ballot.question)
        if release.approval and now >= release.approval.expires:
            raise AnswerRefused(f"The time to answer about {release.id} is over.")
        if ballot.decision == "rejected":
            return
        if ineligible := self.policy.ineligibility(release, person):
            raise AnswerRefused(ineligible)
        self._check_tested(release)
        if loosened(release) and not ballot.acknowledged:
            raise AnswerRefused(
                f"The uploader's suite loosens the suite of record of {release.id}: tick on the review page that you "
                "have seen what it takes away, and approve there."
            )

    def _check_tested(self, release: Release) -> None:
        """Raise AnswerRefused unless staging still runs what passed the smoke test, and its evidence is unchanged."""
        smoke = release.smoke.get("staging")
        if smoke is None or smoke.verdict is not Verdict.PASSED:
            raise AnswerRefused(f"{release.id} has not passed its smoke test on staging.")
        try:
            self.evidence.verify(smoke)
        except EvidenceUnreadable as error:
            raise AnswerRefused(f"{release.id} was not approved. {error}") from error
        running = self.environments.running("staging") if smoke.version else smoke.version
        reason = "" if running == smoke.version else _moved_on(running)
        if reason != release.reason:
            self.ledger.change(release.id, lambda current: replace(current, reason=reason) if current.asks else current)
        if reason:
            raise AnswerRefused(f"{release.id} was not approved: {reason}")

    def _voted(self, current: Release, ballot: Ballot, vote: Answer) -> Release:
        """Add a vote to what stands at the moment of writing; it replaces the same person's earlier one."""
        others = tuple(other for other in current.votes if not same(other.by, vote.by))
        return self._decided(replace(current, votes=(*others, vote)), ballot.question, vote.at)

    def _decided(self, current: Release, question: str, now: datetime) -> Release:
        _check_open(current, question)
        decision = self.policy.decision(current)
        # Votes that suffice only since a deployment are older than the decision that they make.
        return replace(current, deciding=decision, decided_at=now if decision else current.decided_at)


def known_release(ledger: Ledger, release_id: str) -> Release:
    """Return a release that a person named, or raise AnswerRefused."""
    try:
        return ledger.release(release_id)
    except NotFound as error:
        raise AnswerRefused(f"There is no release {release_id}.") from error


def _has_voted(release: Release, vote: Answer) -> bool:
    """Return whether a person has voted like this already: a message may be delivered twice."""
    return any(same(other.by, vote.by) and other.decision == vote.decision for other in release.votes)


def _undecided(current: Release, decision: Answer | None) -> Release:
    return replace(current, deciding=None) if current.deciding == decision else current


def loosened(release: Release) -> tuple[str, ...]:
    """Return what the uploader's suite took from the suite of record on staging."""
    smoke = release.smoke.get("staging")
    return smoke.loosened if smoke else ()


def _check_open(release: Release, question: str) -> None:
    decision = release.answer or release.deciding
    if decision and decision.source == "slipway":
        raise AnswerRefused(f"{release.id} is not waiting for an answer any more: {decision.reason}")
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
