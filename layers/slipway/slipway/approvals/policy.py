"""Who may answer, and what their votes come to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from slipway.errors import AnswerRefused
from slipway.models import Answer, Approver, Release
from slipway.models.addresses import address, same


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
        return cls(tuple(_once(person for person in people if person)), required, own)

    @property
    def flaw(self) -> str:
        """Say why nothing could ever be approved; nothing if it can."""
        if self.required <= len(self.approvers):
            return ""
        named = f"the {len(self.approvers)} whom Approvers names (each person counts once)"
        return f"RequiredApprovals is {self.required}, more than {named}: lower it, or name more people."

    def person(self, name: str) -> Approver | None:
        """Find an approver by Slack user id or by e-mail address."""
        return next((one for one in self.approvers if name and (name == one.slack_id or same(name, one.email))), None)

    def approver(self, name: str) -> Approver:
        """Find an approver, or raise AnswerRefused."""
        person = self.person(name)
        if person is None:
            raise AnswerRefused("You are not among the approvers of this stack (its parameter Approvers names them).")
        return person

    def bar(self, release: Release, person: Approver) -> str:
        """Say why a person's approval does not count; nothing if it does."""
        if self.own:
            return ""
        if same(person.email, release.author):
            return f"You uploaded {release.candidate} yourself: somebody else has to approve it."
        if same(person.email, release.commit_author):
            return f"Commit {release.commit[:12]} is your own: somebody else has to approve it."
        return ""

    def approvals(self, release: Release) -> list[Answer]:
        """Give the votes for a release that count: of people who may still vote, and not on their own work."""
        people = [(vote, self.person(vote.by)) for vote in release.votes if vote.decision == "approved"]
        counted = {person: vote for vote, person in people if person and not self.bar(release, person)}
        return list(counted.values())

    def decision(self, release: Release) -> Answer | None:
        """Give the answer that the votes make: one rejection ends it, an approval takes a quorum."""
        for vote in release.votes:
            if vote.decision == "rejected" and self.person(vote.by):
                return vote
        approvals = self.approvals(release)
        return approvals[-1] if len(approvals) >= self.required else None

    def silent(self, release: Release) -> list[Approver]:
        """Give the approvers who could still say something and have not."""
        said = {address(vote.by) for vote in release.votes}
        return [one for one in self.approvers if address(one.email) not in said and not self.bar(release, one)]

    def shortage(self, release: Release) -> str:
        """Say why a release waits for more people than may approve it; nothing if there are enough."""
        barred = [one.email for one in self.approvers if self.bar(release, one)]
        if len(self.approvers) - len(barred) >= self.required:
            return ""
        needed = f"{self.required} approvals are needed" if self.required > 1 else "An approval is needed"
        return (
            f"{needed}, but {' and '.join(barred)} may not approve their own work, which leaves too few: answer in the "
            "AWS console, or deploy with more Approvers, fewer RequiredApprovals or AllowSelfApproval."
        )


def person_of(entry: str) -> Approver | None:
    """Read `U0ADA=ada@example.com`; where one of the two is enough, either may stand alone."""
    slack_id, _, email = (part.strip() for part in entry.rpartition("="))
    if not slack_id and "@" not in email:
        slack_id, email = email, ""
    return Approver(slack_id, email) if slack_id or email else None


def _once(people: Iterable[Approver]) -> Iterator[Approver]:
    """Leave out whoever is named again, by address or by Slack user id: a person has one vote."""
    known = set[str]()
    for person in people:
        names = {person.slack_id, address(person.email)} - {""}
        if not names & known:
            known |= names
            yield person
