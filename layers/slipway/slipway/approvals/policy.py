"""Who may answer, and what their votes come to."""

from __future__ import annotations

from dataclasses import dataclass

from slipway.models import Answer, Approver, Release


@dataclass(frozen=True, slots=True)
class Policy:
    """The people who decide, how many of them it takes, and whether authors may be among them."""

    approvers: tuple[Approver, ...]
    required: int = 1
    own: bool = False

    @classmethod
    def read(cls, approvers: str, required: int, *, own: bool) -> Policy:
        """Read the parameter `Approvers`, `U0ADA=ada@example.com,U0GRACE=grace@example.com`."""
        people = (person_of(entry) for entry in approvers.split(","))
        return cls(tuple(person for person in people if person), required, own)

    def person(self, name: str) -> Approver | None:
        """Find an approver by Slack user id or by e-mail address."""
        return next((one for one in self.approvers if name and (name == one.slack_id or _same(name, one.email))), None)

    def bar(self, release: Release, person: Approver) -> str:
        """Say why a person's approval does not count; nothing if it does."""
        if self.own:
            return ""
        if _same(person.email, release.author):
            return f"You uploaded {release.candidate} yourself: somebody else has to approve it."
        if _same(person.email, release.commit_author):
            return f"Commit {release.commit[:12]} is your own: somebody else has to approve it."
        return ""

    def approvals(self, release: Release) -> list[Answer]:
        """Give the votes for a release that count: of people who may still vote, and not on their own work."""
        people = [(vote, self.person(vote.by)) for vote in release.votes if vote.decision == "approved"]
        return [vote for vote, person in people if person and not self.bar(release, person)]

    def decision(self, release: Release) -> Answer | None:
        """Give the answer that the votes make: one rejection ends it, an approval takes a quorum."""
        if rejection := next((vote for vote in release.votes if vote.decision == "rejected"), None):
            return rejection
        approvals = self.approvals(release)
        return approvals[-1] if len(approvals) >= self.required else None

    def silent(self, release: Release) -> list[Approver]:
        """Give the approvers who could still say something and have not."""
        said = {vote.by.casefold() for vote in release.votes}
        return [one for one in self.approvers if one.email.casefold() not in said and not self.bar(release, one)]


def person_of(entry: str) -> Approver | None:
    """Read `U0ADA=ada@example.com`; where one of the two is enough, either may stand alone."""
    slack_id, _, email = (part.strip() for part in entry.rpartition("="))
    if not slack_id and "@" not in email:
        slack_id, email = email, ""
    return Approver(slack_id, email) if slack_id or email else None


def _same(one: str, other: str) -> bool:
    return bool(one) and one.casefold() == other.casefold()
