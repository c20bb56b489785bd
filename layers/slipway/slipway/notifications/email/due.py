"""Who is mailed about a release, and when; each person once per occasion."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from slipway.approvals.policy import Policy
from slipway.approvals.reminders import ESCALATION
from slipway.models import Approver, Question, Release, State
from slipway.notifications.authors import Author
from slipway.notifications.email.writer import ENDS, NEWS, Email, EmailWriter

type Link = Callable[[Approver, Release], str]


@dataclass(frozen=True, slots=True)
class DueEmail:
    """An e-mail to write and send; `name` is the occasion and the address, under which the ledger knows it."""

    name: str
    to: str
    write: Callable[[EmailWriter], Email]
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class DueEmails:
    """The e-mails that releases are due for; the fields are those of EmailNotifier."""

    policy: Policy
    copy_to: str
    escalate_to: Approver | None
    review_link: Link | None
    history_link: Link | None

    def of(self, release: Release, author: Author) -> Iterator[DueEmail]:
        """Yield the e-mails that a release is due for: about how it ended, or about the question that is open."""
        if release.state in ENDS:
            yield from self._ending_emails(release, author)
        elif release.state is State.LIVE and release.bake.alarm:
            for reader, address in self._readers(self.policy.approvers):
                alarm = f"bake {release.bake.alarm}"
                yield _due(alarm, address, reader, self.history_link, EmailWriter.alarm, urgent=True)
        elif release.approval.question and release.accepts_votes:
            yield from self._question_emails(release, release.approval.question)
        if author.person and self._is_news(release, author.person):
            known = author.person in self.policy.approvers
            link = self.history_link if known else None  # a link is an approver's proof
            occasion = f"{release.state} {release.attempt} author"
            yield _due(occasion, author.person.email, author.person, link, EmailWriter.news)

    def _is_news(self, release: Release, author: Approver) -> bool:
        """Return whether the author is told where a release is; one who is asked about it is not told twice."""
        if release.state is State.WAITING:
            is_open = release.accepts_votes and release.approval.question is not None
            return is_open and author not in self._asked(release)
        return release.state in NEWS

    def _ending_emails(self, release: Release, author: Author) -> Iterator[DueEmail]:
        """Yield an e-mail about how a release ended to each whom it concerns, and to the copy's address.

        These are the author and, once they were asked about it, the approvers. Of a release that ends before, the
        approvers hear only if nobody else does.
        """
        asked = release.approval.question is not None
        heard = author.reached or bool(self.copy_to)
        people = [*(self.policy.approvers if asked or not heard else ()), *filter(None, [author.person])]
        for reader, address in self._readers(people):
            known = reader if reader in self.policy.approvers else None
            yield _due(f"{release.state} {release.attempt}", address, known, self.history_link, EmailWriter.end)

    def _question_emails(self, release: Release, question: Question) -> Iterator[DueEmail]:
        """Yield an e-mail, a reminder if one is due, to each who may still answer, and the escalation if it is due."""
        # The last one that is due for those who were asked.
        reminder = next((name for name in reversed(release.approval.reminders) if name != ESCALATION), "")

        def asking(reader: Approver | None) -> Callable[[EmailWriter, str], Email]:
            return lambda writer, link: writer.question(question, reader, link, reminder)

        for reader, address in self._readers(self._asked(release)):
            occasion = f"{question.id} {reminder}".rstrip()
            yield _due(occasion, address, reader, self.review_link, asking(reader), urgent=True)
        if ESCALATION in release.approval.reminders and self.escalate_to and self.escalate_to.email:
            occasion, address = f"{question.id} {ESCALATION}", self.escalate_to.email
            yield _due(occasion, address, None, None, lambda writer, _: writer.escalation(question), urgent=True)

    def _asked(self, release: Release) -> Iterable[Approver]:
        """Return the approvers who may still approve; all, if nobody may and nobody has voted."""
        return self.policy.pending_approvers(release) or (() if release.approval.votes else self.policy.approvers)

    def _readers(self, people: Iterable[Approver]) -> Iterator[tuple[Approver | None, str]]:
        """Yield each person once, with their address, and None with the copy's address, unless it is one of theirs."""
        known = set[str]()
        for person in people:
            if person.email.casefold() not in known:
                known.add(person.email.casefold())
                yield person, person.email
        if self.copy_to and self.copy_to.casefold() not in known:
            yield None, self.copy_to


def _due(
    occasion: str,
    to: str,
    reader: Approver | None,
    link: Link | None,
    write: Callable[[EmailWriter, str], Email],
    *,
    urgent: bool = False,
) -> DueEmail:
    """Return an e-mail that is due, whose name tells its occasion and address, so that it is sent once.

    `write` is given the reader's own link.
    """

    def with_link(writer: EmailWriter) -> Email:
        return write(writer, personal_link(link, reader, writer.release))

    return DueEmail(f"{occasion} {to.casefold()}", to, with_link, urgent)


def personal_link(link: Link | None, reader: Approver | None, release: Release) -> str:
    """Return a reader's link; empty if the stack makes no links, or for the copy, which nobody in person reads."""
    return link(reader, release) if link and reader else ""
