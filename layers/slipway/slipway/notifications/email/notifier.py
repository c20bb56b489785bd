"""The e-mail notifier: who is mailed about a release, and when; each person once per occasion."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from slipway.approvals.policy import Policy
from slipway.approvals.reminders import ESCALATION
from slipway.errors import MailFailed, MailRejected
from slipway.models import Approver, Card, Question, Release, State
from slipway.notifications.authors import NOBODY, Author
from slipway.notifications.email.digests import Digests
from slipway.notifications.email.plain_text import quote
from slipway.notifications.email.writer import ENDS, NEWS, Email, EmailWriter, digest
from slipway.notifications.headline import headline
from slipway.notifications.stack_urls import StackUrls
from slipway.ports import Mail
from slipway.releases.code_diff import CodeDiff

REASON = 200  # characters of a release's reason in a digest

type Link = Callable[[Approver, Release], str]
type Save = Callable[[Card], Card]
type Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class DueEmail:
    """An e-mail to write and send; `name` is the occasion and the address, under which the ledger knows it."""

    name: str
    to: str
    write: Callable[[EmailWriter], Email]
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class EmailNotifier:
    """Mails approvers what asks for them, and authors how their releases fare.

    `copy_to` gets a copy of what approvers get and of each end, `escalate_to` is told when nobody answers.

    `review_link` and `history_link` make a person's own links; without `slack` no mail mentions a card. `report` gets
    what SNS rejects for good: such a mail is sent without its facts, and given up if even that is rejected.
    """

    mail: Mail
    policy: Policy
    urls: StackUrls
    copy_to: str = ""
    escalate_to: Approver | None = None
    review_link: Link | None = None
    history_link: Link | None = None
    slack: bool = True
    report: Report = lambda _: None
    digests: Digests | None = None

    def send(
        self,
        release: Release,
        card: Card,
        save: Save,
        code_diff: CodeDiff | None = None,
        author: Author = NOBODY,
    ) -> None:
        """Send what is due, and `save` each mail before the next one is sent.

        Raises MailFailed if one was not taken, after all the others have been sent.
        """
        failed: MailFailed | None = None
        writer = EmailWriter(release, self.urls, self.policy, code_diff, self.slack, author_note=author.note)
        for due in self._due_emails(release, author):
            if due.name in card.mailed:
                continue
            try:
                if not self.digests or self.digests.admits(due.to, release.id, urgent=due.urgent):
                    self._send(due, writer)
            except MailFailed as error:
                failed = error
            else:
                card = save(replace(card, mailed=(*card.mailed, due.name)))
        if failed:
            raise failed

    def send_digests(self) -> Iterator[str]:
        """Send the digests that are due, and yield their addresses."""
        return self.digests.send_due(self._write_digest) if self.digests else iter(())

    def _write_digest(self, address: str, releases: list[Release]) -> Email:
        """Return the digest of an address, with the links of the approver whose it is."""
        reader = self.policy.find(address)
        return digest([(_standing(one), self._digest_link(reader, one)) for one in releases])

    def _digest_link(self, reader: Approver | None, release: Release) -> str:
        """Return a reader's link to a release: to answer as long as that is possible."""
        return _personal_link(self.review_link if release.accepts_votes else self.history_link, reader, release)

    def _send(self, due: DueEmail, writer: EmailWriter) -> None:
        """Send an e-mail, without its facts if SNS rejects them; one that SNS never takes is reported."""
        for attempt in (writer, replace(writer, facts=False)):
            email = due.write(attempt)
            try:
                self.mail.send(due.to, email.subject, email.text)
                break
            except MailRejected as error:
                what = "sent without its facts" if attempt is writer else "given up"
                self.report(f"{error}. The mail about {writer.release.id} is {what}.")

    def _due_emails(self, release: Release, author: Author) -> Iterator[DueEmail]:
        """Yield the e-mails that a release is due for: about how it ended, or about the question that is open."""
        if release.state in ENDS:
            yield from self._ending_emails(release, author)
        elif release.state is State.LIVE and release.bake.alarm:
            yield from self._alarm_emails(release)
        elif release.approval.question and release.accepts_votes:
            yield from self._question_emails(release, release.approval.question)
        if author.person and self._is_news(release, author.person):
            yield self._author_email(release, author.person)

    def _is_news(self, release: Release, author: Approver) -> bool:
        """Return whether the author is told where a release is; one who is asked about it is not told twice."""
        if release.state is State.WAITING:
            is_open = release.accepts_votes and release.approval.question is not None
            return is_open and author not in self._asked(release)
        return release.state in NEWS

    def _author_email(self, release: Release, author: Approver) -> DueEmail:
        """Return the e-mail that tells the author how a release fares."""
        link = self.history_link if author in self.policy.approvers else None  # a link is an approver's proof
        occasion = f"{release.state} {release.attempt} author"
        return _due_email(
            occasion, author.email, lambda writer: writer.news(_personal_link(link, author, writer.release))
        )

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
            yield _due_email(f"{release.state} {release.attempt}", address, partial(self._write_end, known))

    def _alarm_emails(self, release: Release) -> Iterator[DueEmail]:
        """Yield an e-mail about an alarm after a release went live to each approver, and to the copy's address."""
        for reader, address in self._readers(self.policy.approvers):
            yield _due_email(f"bake {release.bake.alarm}", address, partial(self._write_alarm, reader), urgent=True)

    def _write_alarm(self, reader: Approver | None, writer: EmailWriter) -> Email:
        """Return the e-mail about an alarm, with the reader's link to the release."""
        return writer.alarm(_personal_link(self.history_link, reader, writer.release))

    def _write_end(self, reader: Approver | None, writer: EmailWriter) -> Email:
        """Return the e-mail about how a release ended, with the reader's link to it."""
        return writer.end(_personal_link(self.history_link, reader, writer.release))

    def _question_emails(self, release: Release, question: Question) -> Iterator[DueEmail]:
        """Yield an e-mail, a reminder if one is due, to each who may still answer, and the escalation if it is due."""
        reminder = _reminder(release)
        for reader, address in self._readers(self._asked(release)):
            write = partial(self._write_question, question, reader, reminder)
            yield _due_email(f"{question.id} {reminder}".rstrip(), address, write, urgent=True)
        if ESCALATION in release.approval.reminders and self.escalate_to and self.escalate_to.email:
            name = f"{question.id} {ESCALATION}"
            yield _due_email(name, self.escalate_to.email, lambda writer: writer.escalation(question), urgent=True)

    def _write_question(self, question: Question, reader: Approver | None, reminder: str, writer: EmailWriter) -> Email:
        """Return the e-mail that asks a reader, with their link to the review page."""
        return writer.question(question, reader, _personal_link(self.review_link, reader, writer.release), reminder)

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


def _standing(release: Release) -> str:
    """Return where a release stands, and why, in a sentence or two."""
    reason = f" {quote(release.reason, REASON)}" if release.reason else ""
    return f"{headline(release)}{reason}"


def _reminder(release: Release) -> str:
    """Return the name of the last reminder that is due for those who were asked; empty if none is."""
    return next((name for name in reversed(release.approval.reminders) if name != ESCALATION), "")


def _due_email(occasion: str, to: str, write: Callable[[EmailWriter], Email], *, urgent: bool = False) -> DueEmail:
    """Return an e-mail that is due, whose name tells its occasion and reader, so that it is sent once."""
    return DueEmail(f"{occasion} {to.casefold()}", to, write, urgent)


def _personal_link(link: Link | None, reader: Approver | None, release: Release) -> str:
    """Return a reader's link; empty if the stack makes no links, or for the copy, which nobody in person reads."""
    return link(reader, release) if link and reader else ""
