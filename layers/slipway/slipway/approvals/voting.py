"""Voting: a ballot is checked against what stands now, and the decision that it completes is submitted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from slipway.approvals.policy import Policy
from slipway.approvals.submit_decision import is_stuck, submit_decision
from slipway.approvals.validity import has_voted, known_release, loosened, require_open
from slipway.errors import AnswerRefused, EvidenceUnreadable
from slipway.models import Approver, Ballot, Decision, Release, Verdict, Vote
from slipway.models.email_addresses import same_address
from slipway.models.text import one_line
from slipway.ports import Environments, Ledger, Pipeline
from slipway.releases.calendar import ALWAYS_OPEN, ReleaseCalendar
from slipway.smoke.evidence_store import EvidenceStore


@dataclass(frozen=True, slots=True)
class Voting:
    """Takes votes under a policy, and submits decisions to the pipeline."""

    ledger: Ledger
    pipeline: Pipeline
    environments: Environments
    policy: Policy
    evidence: EvidenceStore
    calendar: ReleaseCalendar = ALWAYS_OPEN

    def vote(self, ballot: Ballot, now: datetime) -> Release:
        """Record a person's vote, submit the decision that it completes, if any, and return the release.

        Raises AnswerRefused with the reason, for the person, if the vote does not count; then nothing has changed.
        The same ballot twice is one vote.
        """
        person, release = self.policy.require(ballot.person), known_release(self.ledger, ballot.release)
        override = ballot.override and ballot.outcome == "approved" and bool(self.calendar.closed(now))
        vote = Vote(ballot.outcome, person.email, now, ballot.source, one_line(ballot.reason), override)
        asked = release.approval.question
        if has_voted(release, vote) and asked and asked.id == ballot.question:
            return self.resume(release, now)
        self._require_valid(release, ballot, person, now)
        self._require_production_open(release, vote, now)
        return self._submit(self.ledger.change(release.id, lambda current: self._voted(current, ballot, vote)))

    def resume(self, release: Release, now: datetime) -> Release:
        """Submit a stuck decision, or what the votes decide under a changed policy, and return the release."""
        try:
            if release.approval.pending_decision:
                return self._resume_decision(release, now)
            return self._recount(release, now)
        except AnswerRefused:  # it was taken the first time, somebody was faster, or staging has moved on
            return self.ledger.release(release.id)

    def _resume_decision(self, release: Release, now: datetime) -> Release:
        """Submit a stuck decision, or drop it if the policy forbids it now; return the release."""
        if not is_stuck(release, now):
            return release
        if self._is_valid(release, now) or self.pipeline.answered(release.execution_id):
            return self._submit(release)
        invalid = release.approval.pending_decision
        undecided = self.ledger.change(release.id, lambda current: _undecided(current, invalid))
        return self._recount(undecided, now)

    def _is_valid(self, release: Release, now: datetime) -> bool:
        """Return whether the pending decision still is what the votes come to, or is Slipway's own."""
        decision = release.approval.pending_decision
        if decision is None or decision.source == "slipway":
            return decision is not None
        if decision != self.policy.decision(release) or self._refusal(release, decision, now):
            return False
        return decision.outcome == "rejected" or self._is_tested(release)

    def _recount(self, release: Release, now: datetime) -> Release:
        """Count the votes by today's policy, submit what they decide, if anything, and return the release."""
        question, decision = release.approval.question, self.policy.decision(release)
        if question is None or not release.accepts_votes or now >= question.expires:
            return release
        if release.reason or (decision and decision.outcome == "approved"):
            self._require_tested(release)
        if decision and self._refusal(release, decision, now):
            return release  # the sweep looks again, and submits it when production opens
        return self._submit(self.ledger.change(release.id, lambda current: self._decided(current, question.id, now)))

    def _submit(self, release: Release) -> Release:
        """Send the pending decision to CodePipeline, and return the release; raises AnswerRefused."""
        return submit_decision(self.ledger, self.pipeline, release)

    def _require_valid(self, release: Release, ballot: Ballot, person: Approver, now: datetime) -> None:
        """Raise AnswerRefused unless a ballot counts: its question is open and, to approve, its person eligible."""
        require_open(release, ballot.question)
        if release.approval.question and now >= release.approval.question.expires:
            raise AnswerRefused(f"The time to answer about {release.id} is over.")
        if ballot.outcome == "rejected":
            return
        if ineligible := self.policy.ineligibility(release, person):
            raise AnswerRefused(ineligible)
        self._require_tested(release)
        if loosened(release) and not ballot.acknowledged:
            raise AnswerRefused(
                f"The uploader's suite loosens the suite of record of {release.id}: tick on the review page that you "
                "have seen what it takes away, and approve there."
            )

    def _require_production_open(self, release: Release, vote: Vote, now: datetime) -> None:
        """Raise AnswerRefused if a vote approves while production is closed, or overrides that for no reason."""
        if refusal := self._refusal(release, vote, now):
            how = "If it cannot wait, tick on the review page that it goes to production all the same, and say why."
            raise AnswerRefused(f"{release.id} was not approved. {refusal} {how}")
        if vote.override and not vote.reason:
            raise AnswerRefused(f"Say in a sentence why {release.id} cannot wait until production opens.")

    def _refusal(self, release: Release, vote: Vote, now: datetime) -> str:
        """Return why production is closed to an approval; empty if it is open, and for a rejection."""
        return self.calendar.refusal(release, vote, now) if vote.outcome == "approved" else ""

    def _is_tested(self, release: Release) -> bool:
        """Return whether staging still runs what passed, and its evidence is unchanged: the vote was a while ago."""
        try:
            self._require_tested(release)
        except AnswerRefused:
            return False
        return True

    def _require_tested(self, release: Release) -> None:
        """Raise AnswerRefused unless staging still runs what passed the smoke test, and its evidence is unchanged."""
        smoke = release.smoke.get("staging")
        if smoke is None or smoke.verdict is not Verdict.PASSED:
            raise AnswerRefused(f"{release.id} has not passed its smoke test on staging.")
        try:
            self.evidence.verify(smoke)
        except EvidenceUnreadable as error:
            raise AnswerRefused(f"{release.id} was not approved. {error}") from error
        running = self.environments.running("staging") if smoke.version else smoke.version
        retry = "Retry the stage Staging, or upload it again."
        changed = f"staging runs {running or 'nothing'}, not the build that was tested. {retry}"
        reason = "" if running == smoke.version else changed
        if reason != release.reason:  # once it is decided, its reason is another one
            self.ledger.change(release.id, lambda now: replace(now, reason=reason) if now.accepts_votes else now)
        if reason:
            raise AnswerRefused(f"{release.id} was not approved: {reason}")

    def _voted(self, current: Release, ballot: Ballot, vote: Vote) -> Release:
        """Return a release with a vote, in the place of the person's earlier one, and with what the votes decide."""
        others = tuple(other for other in current.approval.votes if not same_address(other.by, vote.by))
        voted = replace(current, approval=replace(current.approval, votes=(*others, vote)))
        return self._decided(voted, ballot.question, vote.at)

    def _decided(self, current: Release, question: str, now: datetime) -> Release:
        """Return a release with what its votes decide, pending; raises AnswerRefused if its question is closed."""
        require_open(current, question)
        decision = self.policy.decision(current)
        # Votes that suffice only since a deployment are older than the decision that they make.
        since = now if decision else current.approval.pending_since
        return replace(current, approval=replace(current.approval, pending_decision=decision, pending_since=since))


def _undecided(current: Release, decision: Decision | None) -> Release:
    """Return a release without its pending decision, if that still is `decision`."""
    if current.approval.pending_decision != decision:
        return current
    return replace(current, approval=replace(current.approval, pending_decision=None))
