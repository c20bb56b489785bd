"""Who is mailed about a release, and when: each person per occasion until SNS has taken it, and then no more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from slipway.approvals.policy import Policy
from slipway.errors import MailFailed
from slipway.models import Approver, Card, Release
from slipway.notifications.email.letters import ENDS, Letter, Writer
from slipway.notifications.places import Places
from slipway.ports import Mail
from slipway.releases.code_diff import Since

type Link = Callable[[Approver, Release], str]
type Keep = Callable[[Card], Card]

ESCALATION = "escalation"


@dataclass(frozen=True, slots=True)
class Post:
    """A mail that is due: `name` says to whom and on which occasion, so that it is sent once."""

    name: str
    to: str
    write: Callable[[], Letter]


def _kept(card: Card) -> Card:
    return card


@dataclass(frozen=True, slots=True)
class Mailings:
    """Mails the approvers; `copy_to` gets a copy of everything, `escalate_to` is told when nobody answers.

    `link` makes a person's own link to the review page, `story` one to all that happened.
    """

    mail: Mail
    policy: Policy
    places: Places
    copy_to: str = ""
    escalate_to: Approver | None = None
    link: Link | None = None
    story: Link | None = None

    def send(self, release: Release, card: Card, keep: Keep = _kept, since: Since | None = None) -> Card:
        """Send what is due; `keep` writes down each mail before the next one goes out.

        Raises MailFailed if one was not taken, when all the others have been sent.
        """
        failed: MailFailed | None = None
        for post in self._due(release, Writer(self.places, self.policy, since)):
            if post.name in card.mailed:
                continue
            try:
                letter = post.write()
                self.mail.send(post.to, letter.subject, letter.text)
            except MailFailed as error:
                failed = error
            else:
                card = keep(replace(card, mailed=(*card.mailed, post.name)))
        if failed:
            raise failed
        return card

    def _due(self, release: Release, writer: Writer) -> Iterator[Post]:
        if release.state in ENDS:
            yield from self._ended(release, writer)
        elif release.approval and release.asks:
            yield from self._asked(release, release.approval.question, writer)

    def _ended(self, release: Release, writer: Writer) -> Iterator[Post]:
        occasion = f"{release.state} {release.attempt}"
        yield from self._posts(
            occasion, self.policy.approvers, lambda reader: writer.end(release, _made(self.story, reader, release))
        )

    def _asked(self, release: Release, question: str, writer: Writer) -> Iterator[Post]:
        reminder = _reminder(release)
        yield from self._posts(
            f"{question} {reminder}".rstrip(),
            self._those_asked(release),
            lambda reader: writer.question(release, reader, _made(self.link, reader, release), reminder),
        )
        if ESCALATION in release.reminders and self.escalate_to and self.escalate_to.email:
            name = _name(f"{question} {ESCALATION}", self.escalate_to.email)
            yield Post(name, self.escalate_to.email, lambda: writer.escalation(release))

    def _those_asked(self, release: Release) -> tuple[Approver, ...]:
        """Ask those who may approve and have said nothing; if nobody may approve, everybody has to know."""
        return tuple(self.policy.silent(release)) or (() if release.votes else self.policy.approvers)

    def _posts(
        self, occasion: str, people: tuple[Approver, ...], write: Callable[[Approver | None], Letter]
    ) -> Iterator[Post]:
        for person in people:
            yield Post(_name(occasion, person.email), person.email, lambda reader=person: write(reader))  # type: ignore[misc]
        if self.copy_to and _name(occasion, self.copy_to) not in {_name(occasion, one.email) for one in people}:
            yield Post(_name(occasion, self.copy_to), self.copy_to, lambda: write(None))


def _reminder(release: Release) -> str:
    """Give the last reminder of those who were asked; of two that came due together, one is enough."""
    return next((name for name in reversed(release.reminders) if name != ESCALATION), "")


def _name(occasion: str, address: str) -> str:
    return f"{occasion} {address.casefold()}"


def _made(link: Link | None, reader: Approver | None, release: Release) -> str:
    return link(reader, release) if link and reader else ""
