"""Where the question about a release stands for one approver."""

from __future__ import annotations

from dataclasses import dataclass

from slipway.approvals.policy import Policy
from slipway.models import Approver, Release, State, Vote
from slipway.models.email_addresses import same_address

NOT_PASSED = "Its smoke test on staging has not passed, so it cannot be approved here."


@dataclass(frozen=True, slots=True)
class ReviewStatus:
    """Where a question stands for one person.

    `settled` says why it takes no vote any more (empty while it does), `ineligibility` why the person's approval would
    not count; `vote` is their last one; `missing` counts the approvals that it still takes, `caveat` says why
    it takes one more than others, `shortage` why there can never be enough, and `pending` names who may still vote.
    """

    settled: str
    ineligibility: str
    vote: Vote | None
    required: int
    missing: int
    caveat: str
    shortage: str
    pending: list[Approver]

    @property
    def open(self) -> bool:
        """Whether the question still takes the person's vote."""
        return not self.settled

    @property
    def can_approve(self) -> bool:
        """Whether the person may still approve, and has not."""
        return not self.ineligibility and not (self.vote and self.vote.outcome == "approved")


def review_status(policy: Policy, release: Release, question: str, person: Approver) -> ReviewStatus:
    """Return where a question stands for a person: whether it is open, and whether they may approve."""
    return ReviewStatus(
        settled=_settled(release, question),
        ineligibility=policy.ineligibility(release, person) or (NOT_PASSED if release.failed_on_staging else ""),
        vote=next((vote for vote in release.approval.votes if same_address(vote.by, person.email)), None),
        required=policy.required_for(release),
        missing=max(0, policy.required_for(release) - len(policy.approvals(release))),
        caveat=policy.commit_caveat(release),
        shortage=policy.shortage(release),
        pending=policy.pending_approvers(release),
    )


def _settled(release: Release, question: str) -> str:
    """Return why a question takes no votes any more; empty while it does."""
    approval = release.approval
    if approval.question is None or approval.question.id != question:
        return f"{release.id} was tested and asked about again since: open the newest link to it."
    if approval.decision and approval.decision.source == "slipway":
        return "Withdrawn."
    if approval.decision:
        return f"{approval.decision.outcome.capitalize()} by {approval.decision.by}."
    if approval.pending_decision:
        return f"Just being {approval.pending_decision.outcome} by {approval.pending_decision.by}."
    return "" if release.state is State.WAITING else f"It is {release.state.replace('_', ' ')}: no answer is needed."
