"""The text of e-mails: first what to do, then the facts."""

from __future__ import annotations

from dataclasses import dataclass

from slipway.approvals.policy import Policy
from slipway.approvals.reminders import LAST_HOUR
from slipway.models import Approver, Question, Release, State
from slipway.notifications.email import plain_text
from slipway.notifications.email.plain_text import name, quote, sentence, subject, time, wrapped
from slipway.notifications.facts import Fact, Facts
from slipway.notifications.stack_urls import StackUrls
from slipway.releases.code_diff import CodeDiff

_INDENT = 13  # characters: the longest common label, its colon and a blank
_ENDS = {
    State.REFUSED: ("was refused", "{} was refused; nothing was built."),
    State.FAILED: ("has failed", "{} has failed and is not released."),
    State.EXPIRED: ("has expired", "Nobody answered about {} in time; it is not released."),
    State.ROLLED_BACK: ("was rolled back", "{} is not live any more: production runs again what it ran before."),
}
_NEWS = {
    State.WAITING: ("waits for approval", "{} is on staging and waits for the approvers."),
    State.LIVE: ("is live", "{} is live: production runs it."),
    State.REJECTED: ("was rejected", "{} was rejected and is not released."),
    State.SUPERSEDED: ("was superseded", "A newer release has taken the place of {}; it is not released."),
    State.STOPPED: ("was stopped", "{} was stopped in the pipeline and is not released."),
}
ENDS = tuple(_ENDS)
NEWS = tuple(_NEWS)  # what only the author is told


@dataclass(frozen=True, slots=True)
class Email:
    """An e-mail; its subject is ASCII of less than 100 characters."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class EmailWriter:
    """Writes the e-mails about one release; without `slack` no card is mentioned, without `facts` nothing is quoted."""

    release: Release
    urls: StackUrls
    policy: Policy
    code_diff: CodeDiff | None = None
    slack: bool = True
    facts: bool = True
    author_note: str = ""

    def question(self, approval: Question, reader: Approver | None, link: str = "", reminder: str = "") -> Email:
        """Return the e-mail that asks `reader`, with their `link` to the review page; None reads a copy."""
        waits = f"{'still ' if reminder else ''}waits for {'your' if reader else 'an'} answer"
        last = ": last hour" if reminder == LAST_HOUR else ""
        opening = f"{name(self.release.id)} {waits}, until {time(approval.expires)}."
        ineligible = self.policy.ineligibility(self.release, reader) if reader else ""
        reject_only = [f"{plain_text.sentence(ineligible)} You may reject it."] if ineligible else []
        return self._email(waits + last, opening, *reject_only, *self._how_to_answer(approval, link))

    def escalation(self, approval: Question) -> Email:
        """Return the e-mail that tells somebody else that those who were asked have not answered."""
        pending = self.policy.pending_approvers(self.release)
        silent = ", ".join(person.email for person in pending) or "nobody who may approve it"
        opening = (
            f"{name(self.release.id)} has waited for an answer since {time(approval.asked_at)}, and expires at "
            f"{time(approval.expires)}. Asked, and silent so far: {silent}."
        )
        return self._email("waits and nobody answers", opening, *self._how_to_answer(approval, ""))

    def end(self, history_link: str = "") -> Email:
        """Return the e-mail about how the release ended, with the reader's link to it."""
        what, opening = _ENDS[self.release.state]
        history = ["All that happened:", history_link] if history_link else []
        return self._email(what, opening.format(name(self.release.id)), *history)

    def news(self, history_link: str = "") -> Email:
        """Return the e-mail that tells the author how the release fares, with their link to it if they have one."""
        what, opening = _NEWS[self.release.state]
        decision = self.release.approval.decision
        rejected = self.release.state is State.REJECTED and decision is not None and decision.reason
        why = [f"Why: {quote(decision.reason)}"] if rejected and decision and self.facts else []
        history = ["All that happened:", history_link] if history_link else []
        return self._email(what, opening.format(name(self.release.id)), *why, *history)

    def alarm(self, history_link: str = "") -> Email:
        """Return the e-mail about an alarm that went off while the release bakes, with the reader's link to it."""
        history = ["All that happened:", history_link] if history_link else []
        opening = f"An alarm went off after {name(self.release.id)} went live. {sentence(self.release.reason)}"
        return self._email("set off an alarm", opening, *history)

    def _how_to_answer(self, approval: Question, link: str) -> list[str]:
        """Return the paragraphs about where one can answer: by the link, if there is one, in Slack, in the console."""
        own = ["See what was tested, and approve or reject, here (the link is yours alone: do not pass it on):", link]
        others = f"nswer {'on the card in Slack, or ' if self.slack else ''}in the AWS console:"
        console = [approval.link] if approval.link else []
        return [*own, f"Or a{others}", *console] if link else [f"A{others}", *console]

    def _email(self, what: str, *paragraphs: str) -> Email:
        """Return an e-mail with paragraphs and, if wanted, the facts of the release in a table below."""
        facts = Facts(self.release, self.urls, self.policy, plain_text, self.code_diff, self.author_note)
        environments = [Fact("Staging", (self.urls.staging,)), Fact("Production", (self.urls.production,))]
        known = [*facts.reason(), *facts.identity(), *facts.findings(), *environments]
        rows = ["\n".join(map(_row, known))] if self.facts else []
        text = "\n\n".join([*map(wrapped, paragraphs), *rows])
        return Email(subject(self.release.id, what), text + "\n")


def digest(lines: list[tuple[str, str]]) -> Email:
    """Return one e-mail about many releases: where each stands, and the reader's link to it, if there is one."""
    opening = "So much has happened within an hour that it comes in one mail; each release stands as follows."
    told = (f"{wrapped(sentence(stands), hanging=2)}\n  {link}".rstrip() for stands, link in lines)
    what = f"{len(lines)} release{'' if len(lines) == 1 else 's'} in one mail"
    return Email(f"Slipway: {what}", "\n\n".join([wrapped(opening), *told]) + "\n")


def _row(fact: Fact) -> str:
    """Return a fact as lines of the table: its label and, indented, its lines."""
    first, *others = fact.lines
    lines = [f"{fact.label + ':':<{_INDENT - 1}} {first}", *(" " * _INDENT + line for line in others)]
    # A no-break space keeps a number and its unit together on a card, but not every mail program shows it.
    return "\n".join(wrapped(line.replace("\u00a0", " "), hanging=_INDENT) for line in lines)
