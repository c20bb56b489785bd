"""Letters: first what is to be done, and then what is known."""

from __future__ import annotations

from dataclasses import dataclass

from slipway.approvals.policy import Policy
from slipway.models import Approval, Approver, Release, State
from slipway.notifications.email import facts
from slipway.notifications.email.plain import subject, time_of, wrapped
from slipway.notifications.places import Places
from slipway.releases.code_diff import Since

_ENDS = {
    State.REFUSED: ("was refused", "{} was refused; nothing was built."),
    State.FAILED: ("has failed", "{} has failed and is not released."),
    State.EXPIRED: ("has expired", "Nobody answered about {} in time; it is not released."),
    State.ROLLED_BACK: ("was rolled back", "{} is not live any more: production runs again what it ran before."),
}
ENDS = tuple(_ENDS)


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail; its subject is short and in ASCII."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes about the releases of one stack; `since` is what is new in the code of the one that is written about."""

    places: Places
    policy: Policy
    since: Since | None = None

    def question(self, release: Release, reader: Approver | None, link: str = "", reminder: str = "") -> Letter:
        """Ask a person, or tell somebody that others are asked; `link` is the reader's own, to the review page."""
        assert release.approval is not None
        waits = f"{'still ' if reminder else ''}waits for {'your' if reader else 'an'} answer"
        last = ": last hour" if reminder == "last hour" else ""
        opening = f"{release.id} {waits}, until {time_of(release.approval.expires)}."
        bar = self.policy.bar(release, reader) if reader else ""
        paragraphs = [opening, *([f"{bar} You may reject it."] if bar else []), *self._ways(release.approval, link)]
        return self._letter(release, waits + last, *paragraphs)

    def escalation(self, release: Release) -> Letter:
        """Tell somebody else that those who were asked have not answered."""
        assert release.approval is not None
        silent = ", ".join(person.email for person in self.policy.silent(release)) or "nobody who may approve it"
        opening = (
            f"{release.id} has waited for an answer since {time_of(release.approval.asked_at)}, and expires at "
            f"{time_of(release.approval.expires)}. Asked, and silent so far: {silent}."
        )
        return self._letter(release, "waits and nobody answers", opening, *self._ways(release.approval, ""))

    def end(self, release: Release, story: str = "") -> Letter:
        """Tell how a release ended; `story` is the reader's own link to all that happened."""
        short, opening = _ENDS[release.state]
        more = ["All that happened:", story] if story else []
        return self._letter(release, short, opening.format(release.id), *more)

    def _ways(self, approval: Approval, link: str) -> list[str]:
        """Tell how to answer: by the reader's own link if there is one, and where everybody can."""
        own = ["See what was tested, and approve or reject, here (the link is yours alone: do not pass it on):", link]
        everybody = f"nswer {'on the card in Slack, or ' if self.places.cards else ''}in the AWS console:"
        console = [approval.link] if approval.link else []
        return [*own, f"Or a{everybody}", *console] if link else [f"A{everybody}", *console]

    def _letter(self, release: Release, what: str, *paragraphs: str) -> Letter:
        known = facts.table(release, self.places, self.policy, self.since)
        return Letter(subject(release.id, what), "\n\n".join([*map(wrapped, paragraphs), known]) + "\n")
