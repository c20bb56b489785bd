"""What is known of a release, as labelled lines: the same facts for the Slack card and for e-mails."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from slipway.approvals.policy import Policy
from slipway.models import ModelCard, Release, State, Vote
from slipway.models.approvals import OVERRIDING
from slipway.models.formatting import size
from slipway.models.text import link_host
from slipway.notifications.code_lines import code_lines, commit_line
from slipway.notifications.markup import Markup
from slipway.notifications.smoke_lines import smoke_lines
from slipway.notifications.stack_urls import StackUrls
from slipway.releases.code_diff import CodeDiff

VOTE_REASON = 300  # characters: a release may have twenty votes
MAX_UPLOADERS = 3
_PIPELINE_ENDS = (State.FAILED, State.ROLLED_BACK, State.STOPPED)
WARNING = "⚠️ Warning"
REPLACES = "⚠️ This is another model than the live one, and takes the place of"
_SOURCES = {"console": " in the AWS console", "page": " on the review page"}


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and one or more lines about it."""

    label: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts about one release in one markup."""

    release: Release
    urls: StackUrls
    policy: Policy
    markup: Markup
    code_diff: CodeDiff | None = None
    author_note: str = ""  # whether e-mails reach the author

    def identity(self) -> Iterator[Fact]:
        """Yield the facts that say which release it is: model, uploader, size, commit."""
        release, name = self.release, self.markup.name
        yield Fact("Model", (name(release.model),))
        yield Fact("Candidate", (self.markup.code(release.candidate),))
        # Nobody has proved who wrote card.yaml.
        author = f"says it is by {name(release.author)}" if release.author else "nobody named as author"
        yield Fact("Author", (f"{author} ({self.author_note})" if self.author_note else author,))
        if release.uploaders:
            yield Fact("Uploaded by", (f"{_first_names(list(map(name, release.uploaders)))} (CloudTrail)",))
        yield Fact("Upload", (name(release.prefix) if release.prefix else "unknown",))
        if release.commit.id:
            yield Fact("Commit", (commit_line(release.commit, self.markup),))
        if release.bytes:
            yield Fact("Size", (size(release.bytes),))

    def findings(self) -> Iterator[Fact]:
        """Yield the facts to decide on: origin, code, smoke tests, the queue for staging, votes."""
        for warning in self.release.warnings:
            yield Fact(WARNING, (self.markup.sentence(warning),))
        yield from self._origin()
        if told := tuple(self._model_card(self.release.model_card)):
            yield Fact("Its author says", told)
        if self.code_diff:
            yield Fact("Code", tuple(code_lines(self.code_diff, self.markup)))
        for target, smoke in sorted(self.release.smoke.items(), reverse=True):  # staging first
            yield Fact("Smoke test", tuple(smoke_lines(target, smoke, self.urls, self.markup)))
        next_release = self.release.queueing.superseded_by
        if next_release and self.release.state is State.WAITING and not self.release.approval.pending_decision:
            yield Fact("Next", (f"{self.markup.name(next_release)} waits behind this one.",))
        yield from self._votes()

    def reason(self) -> Iterator[Fact]:
        """Yield the reason of where the release is, with a link to a failure's log; nothing without either."""
        log = self.urls.log(self.release) if self.release.state is State.FAILED else ""
        # What ended a release in the pipeline is an action's own summary; other reasons are sentences of ours.
        write = self.markup.quote if self.release.state in _PIPELINE_ENDS else self.markup.sentence
        parts = [write(self.release.reason), self.markup.link(log, "Read the log") if log else ""]
        if any(parts):
            yield Fact("Why", (" ".join(part for part in parts if part),))

    def _origin(self) -> Iterator[Fact]:
        """Yield the fact that the release goes back to another, or has known content; nothing for new content."""
        release, name = self.release, self.markup.name
        if release.replaces.model:
            reason = f": {self.markup.quote(release.replaces.reason)}" if release.replaces.reason else "."
            yield Fact("Replaces", (f"{REPLACES} {name(release.replaces.model)} in production{reason}",))
        why = f": {self.markup.quote(release.force_reason)}" if release.force_reason else "."
        if release.taken_back_by:
            back = f"{name(release.replaced_version)}, asked by {self._who(release.taken_back_by)}{why}"
            yield Fact("Back to", (back,))
        elif release.rollback.to:
            yield Fact("Back to", (f"{name(release.rollback.to)}, asked by {self._who(release.rollback.by)}{why}",))
        elif release.previous_release:
            yield Fact("Released again", (f"the same content as {name(release.previous_release)}{why}",))

    def _model_card(self, card: ModelCard) -> Iterator[str]:
        """Yield lines with what the card says of the model: notes, metrics, and where it comes from."""
        if card.notes:
            yield self.markup.quote(card.notes)
        if card.metrics:
            yield " · ".join(f"{self.markup.name(name)} {value}" for name, value in card.metrics.items())
        for name, place in card.lineage.items():
            host, what = link_host(place), name.replace("_", " ")
            # The host is shown: whoever follows a stranger's link must see where it leads.
            yield self.markup.link(place, f"{what} on {host}") if host else f"{what}: {self.markup.quote(place)}"

    def _votes(self) -> Iterator[Fact]:
        """Yield the fact that the release was withdrawn, or who decided, or how many votes there are."""
        decision = self.release.approval.decision or self.release.approval.pending_decision
        if decision and decision.source == "slipway":
            yield Fact("Withdrawn", (self.markup.sentence(decision.reason),))
        elif decision:
            label = decision.outcome if self.release.approval.decision else f"being {decision.outcome}"
            yield Fact(f"{label.capitalize()} by", (self._vote(decision),))
        elif self.release.state is State.WAITING and (lines := tuple(self._count())):
            yield Fact("Votes", lines)

    def _count(self) -> Iterator[str]:
        """Yield lines: how many of the needed approvals are given, and by whom; why more are needed, or too few may."""
        given = self.policy.approvals(self.release)
        required = self.policy.required_for(self.release)
        if required > 1 or given:
            yield f"{len(given)} of {required} approvals"
        if caveat := self.policy.commit_caveat(self.release):
            yield self.markup.sentence(caveat)
        yield from (self._vote(vote, VOTE_REASON) for vote in given)
        if shortage := self.policy.shortage(self.release):
            yield self.markup.sentence(shortage)

    def _vote(self, vote: Vote, *limit: int) -> str:
        """Return who voted, where, when and why."""
        why = f": {self.markup.quote(vote.reason, *limit)}" if vote.reason else ""
        where = _SOURCES.get(vote.source, "") + (OVERRIDING if vote.override else "")
        return f"{self._who(vote.by)}{where}, {self.markup.time(vote.at)}{why}"

    def _who(self, by: str) -> str:
        """Return how a person is named: an approver as Markup.person, anybody else by name."""
        person = self.policy.find(by)
        return self.markup.person(person) if person else self.markup.name(by)


def _first_names(names: list[str]) -> str:
    """Return the first few names, and how many more there are."""
    more = f" and {len(names) - MAX_UPLOADERS} more" if len(names) > MAX_UPLOADERS else ""
    return ", ".join(names[:MAX_UPLOADERS]) + more
