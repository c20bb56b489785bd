"""The e-mail notifier: sends what is due about a release, each mail once, and digests where there are many."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from slipway.approvals.policy import Policy
from slipway.errors import MailFailed, MailRejected
from slipway.models import Approver, Card, Release
from slipway.notifications.authors import NOBODY, Author
from slipway.notifications.email.digests import Digests
from slipway.notifications.email.due import DueEmail, DueEmails, Link, personal_link
from slipway.notifications.email.plain_text import quote
from slipway.notifications.email.writer import Email, EmailWriter, digest
from slipway.notifications.headline import headline
from slipway.notifications.stack_urls import StackUrls
from slipway.ports import Mail
from slipway.releases.code_diff import CodeDiff

REASON = 200  # characters of a release's reason in a digest

type Save = Callable[[Card], Card]
type Report = Callable[[str], None]


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
        due_emails = DueEmails(self.policy, self.copy_to, self.escalate_to, self.review_link, self.history_link)
        for due in due_emails.of(release, author):
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
        return personal_link(self.review_link if release.accepts_votes else self.history_link, reader, release)

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


def _standing(release: Release) -> str:
    """Return where a release stands, and why, in a sentence or two."""
    reason = f" {quote(release.reason, REASON)}" if release.reason else ""
    return f"{headline(release)}{reason}"
