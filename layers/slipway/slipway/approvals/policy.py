"""The approval policy: who may approve what, and what the votes come to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from slipway.errors import AnswerRefused
from slipway.models import Approver, Decision, Release, Vote
from slipway.models.email_addresses import address, same_address, same_mailbox


@dataclass(frozen=True, slots=True)
class Policy:
    """The approvers, how many of them it takes, and whether authors may be among them.

    `uploader_proof` says what CloudTrail must have told before an approval counts: nothing (`claim`), who uploaded
    (`identity`), or that each who did is a person (`person`), and not a role that many may use.
    """

    approvers: tuple[Approver, ...]
    required: int = 1
    allow_self_approval: bool = False
    uploader_proof: str = "claim"

    @classmethod
    def parse(
        cls, approvers: str, required: int, *, allow_self_approval: bool = False, uploader_proof: str = "claim"
    ) -> Policy:
        """Return the policy with the people in `approvers`, like `U0ADA=ada@example.com,U0GRACE=grace@example.com`."""
        people = (parse_approver(entry) for entry in approvers.split(","))
        distinct = tuple(_distinct(person for person in people if person))
        return cls(distinct, required, allow_self_approval, uploader_proof)

    @property
    def misconfiguration(self) -> str:
        """Why nothing could ever be approved; empty if it can."""
        if self.required <= len(self.approvers):
            return ""
        named = f"the {len(self.approvers)} whom Approvers names (each person counts once)"
        return f"RequiredApprovals is {self.required}, more than {named}: lower it, or name more people."

    def find(self, name: str) -> Approver | None:
        """Return the approver with a Slack user id or an e-mail address; None for anybody else."""
        found = (one for one in self.approvers if name and (name == one.slack_id or same_address(name, one.email)))
        return next(found, None)

    def require(self, name: str) -> Approver:
        """Return the approver with a Slack user id or an e-mail address; raises AnswerRefused for anybody else."""
        person = self.find(name)
        if person is None:
            raise AnswerRefused("You are not among the approvers of this stack (its parameter Approvers names them).")
        return person

    def ineligibility(self, release: Release, person: Approver) -> str:
        """Return why a person's approval of a release does not count; empty if it does."""
        if self.allow_self_approval:
            return ""
        if any(same_mailbox(person.email, uploader) for uploader in release.uploaders):
            return f"CloudTrail says that you uploaded {release.candidate}: somebody else has to approve it."
        if unproved := self._unproved(release):
            return unproved
        if same_mailbox(person.email, release.author):
            return f"You uploaded {release.candidate} yourself: somebody else has to approve it."
        if same_mailbox(person.email, release.commit.author):
            return f"Commit {release.commit.id[:12]} is your own: somebody else has to approve it."
        return ""

    def _unproved(self, release: Release) -> str:
        """Return why the uploaders of a release are not proved as the policy demands; empty if they are."""
        if self.uploader_proof == "claim":
            return ""
        if not release.uploaders:
            return f"CloudTrail has not told yet who uploaded {release.candidate}, which takes minutes: try again then."
        # The ARN of a role's session may end like an address, as whoever assumed it wished.
        roles = [one for one in release.uploaders if one.startswith("arn:") or not address(one)]
        if self.uploader_proof != "identity" and roles:
            return f"{release.candidate} was uploaded by {roles[0]}, which is no person: have a person upload it."
        return ""

    def required_for(self, release: Release) -> int:
        """Return how many approvals a release takes: one more than `required` with a `commit_caveat`."""
        return self.required + bool(self.commit_caveat(release))

    def commit_caveat(self, release: Release) -> str:
        """Return why a release takes one approval more than others; empty if it does not.

        No API of AWS tells who pushed a commit, and its author is text that whoever made it chose.
        """
        lenient = self.uploader_proof in ("claim", "identity") or self.allow_self_approval
        if lenient or release.commit.was_live:
            return ""
        return "Nothing proves who pushed this code: it takes one approval more, so that one at least is another's."

    def approvals(self, release: Release) -> list[Vote]:
        """Return the approving votes that count: of people who are still approvers, and not on their own work."""
        people = [(vote, self.find(vote.by)) for vote in release.approval.votes if vote.outcome == "approved"]
        counted = {person: vote for vote, person in people if person and not self.ineligibility(release, person)}
        return list(counted.values())

    def decision(self, release: Release) -> Decision | None:
        """Return the decision by the votes: the first rejection, or what completes the quorum; None so far."""
        for vote in release.approval.votes:
            if vote.outcome == "rejected" and self.find(vote.by):
                return Decision.completed_by(vote)
        approvals = self.approvals(release)
        return Decision.completed_by(approvals[-1]) if len(approvals) >= self.required_for(release) else None

    def pending_approvers(self, release: Release) -> list[Approver]:
        """Return the approvers who may approve and have not voted."""
        voted = {address(vote.by) for vote in release.approval.votes}
        people = (one for one in self.approvers if address(one.email) not in voted)
        return [one for one in people if not self.ineligibility(release, one)]

    def shortage(self, release: Release) -> str:
        """Return why too few people may approve a release; empty if there are enough."""
        if not self.allow_self_approval and (unproved := self._unproved(release)):
            return unproved
        required = self.required_for(release)
        ineligible = [one.email for one in self.approvers if self.ineligibility(release, one)]
        if len(self.approvers) - len(ineligible) >= required:
            return ""
        needed = f"{required} approvals are needed" if required > 1 else "An approval is needed"
        few = f"{' and '.join(ineligible)} may not approve their own work, which leaves too few" if ineligible else ""
        return (
            f"{needed}, but {few or 'there are fewer approvers'}: answer in the AWS console, or "
            "deploy with more Approvers, fewer RequiredApprovals or AllowSelfApproval."
        )


def parse_approver(entry: str) -> Approver | None:
    """Return the approver in `U0ADA=ada@example.com`, or in one half of it alone; None for an empty entry."""
    slack_id, _, email = (part.strip() for part in entry.rpartition("="))
    if not slack_id and "@" not in email:
        slack_id, email = email, ""
    return Approver(slack_id, email) if slack_id or email else None


def _distinct(people: Iterable[Approver]) -> Iterator[Approver]:
    """Yield each person once: those named before, by address or by Slack user id, are left out."""
    known = set[str]()
    for person in people:
        names = {person.slack_id, address(person.email)} - {""}
        if not names & known:
            known |= names
            yield person
