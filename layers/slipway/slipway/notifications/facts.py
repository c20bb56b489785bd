"""What is known of a release, as labelled lines: the same facts for the Slack card and for e-mails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from slipway.approvals.policy import Policy
from slipway.models import Approver, Commit, ModelCard, Release, SmokeSummary, State, Verdict, Vote
from slipway.models.approvals import OVERRIDING
from slipway.models.formatting import milliseconds, percent
from slipway.models.text import link_host
from slipway.notifications.stack_urls import StackUrls
from slipway.releases.code_diff import CodeDiff

VOTE_REASON, COMMIT_TITLE = 300, 200  # characters: a release may have twenty votes
MAX_UPLOADERS = 3
_PIPELINE_ENDS = (State.FAILED, State.ROLLED_BACK, State.STOPPED)
WARNING = "⚠️ Warning"
LOOSENED = "⚠️ The uploader's suite loosens the suite of record:"
REPLACES = "⚠️ This is another model than the live one, and takes the place of"
_VERDICTS = {Verdict.PASSED: "✅", Verdict.FAILED: "❌", Verdict.INCONCLUSIVE: "❔"}
_SOURCES = {"console": " in the AWS console", "page": " on the review page"}
_UNITS = ((1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "KB"))


class Markup(Protocol):
    """How a medium writes the parts of a fact; the modules `slack.mrkdwn` and `email.plain_text` are such."""

    def name(self, words: str) -> str:
        """Return a name that somebody else chose."""

    def code(self, words: str) -> str:
        """Return an identifier."""

    def sentence(self, words: str, limit: int = ...) -> str:
        """Return a sentence of ours that has others' words in it, cut to `limit` characters."""

    def quote(self, words: str, limit: int = ...) -> str:
        """Return others' prose in quotation marks, cut to `limit` characters; empty if there is none."""

    def link(self, url: str, label: str) -> str:
        """Return a label as a link; as text if there is no URL."""

    def time(self, at: datetime) -> str:
        """Return a time."""

    def person(self, person: Approver) -> str:
        """Return how an approver is named, or mentioned."""


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

    def identity(self) -> Iterator[Fact]:
        """Yield the facts that say which release it is: model, uploader, size, commit."""
        release, name = self.release, self.markup.name
        yield Fact("Model", (name(release.model),))
        yield Fact("Candidate", (self.markup.code(release.candidate),))
        # Nobody has proved who wrote card.yaml.
        author = f"says it is by {name(release.author)}" if release.author else "nobody named as author"
        yield Fact("Author", (author,))
        if release.uploaders:
            yield Fact("Uploaded by", (f"{_first_names(list(map(name, release.uploaders)))} (CloudTrail)",))
        yield Fact("Upload", (name(release.prefix) if release.prefix else "unknown",))
        if release.commit.id:
            yield Fact("Commit", (self._commit(release.commit),))
        if release.bytes:
            yield Fact("Size", (_size(release.bytes),))

    def findings(self) -> Iterator[Fact]:
        """Yield the facts to decide on: origin, code, smoke tests, the queue for staging, votes."""
        for warning in self.release.warnings:
            yield Fact(WARNING, (self.markup.sentence(warning),))
        yield from self._origin()
        if told := tuple(self._model_card(self.release.model_card)):
            yield Fact("Its author says", told)
        if self.code_diff:
            yield Fact("Code", tuple(self._code(self.code_diff)))
        for target, smoke in sorted(self.release.smoke.items(), reverse=True):  # staging first
            yield Fact("Smoke test", tuple(self._smoke(target, smoke)))
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

    def _code(self, code_diff: CodeDiff) -> Iterator[str]:
        """Yield lines on how the code differs from that of another release, with its newest commits."""
        base = self.markup.name(code_diff.base)
        compare = f" · {self.markup.link(code_diff.comparison, 'compare')}" if code_diff.comparison else ""
        if code_diff.same or code_diff.older:
            yield f"{'the same as' if code_diff.same else 'older than'} that of {base}{compare}"
            return
        yield f"this commit is new since {base}{', and before it' if code_diff.commits else ''}{compare}"
        yield from map(self._commit, code_diff.commits)
        if code_diff.more:
            yield f"and {code_diff.more} more"

    def _commit(self, commit: Commit) -> str:
        """Return a commit on a line: its id, its author as the commit says, and its title."""
        # Whoever made the commit wrote its author, too.
        author = f", says it is by {self.markup.name(commit.author)}" if commit.author else ", names no author"
        title = self.markup.quote(commit.message.strip().partition("\n")[0], COMMIT_TITLE)
        return f"{self.markup.code(commit.id[:12])}{author}" + (f": {title}" if title else "")

    def _smoke(self, target: str, smoke: SmokeSummary) -> Iterator[str]:
        """Yield lines on a smoke test: verdict and counts, figures, and what the uploader's suite loosened."""
        unknown = f", {smoke.inconclusive} inconclusive" if smoke.inconclusive else ""
        counts = f"{smoke.passed} passed, {smoke.failed} failed{unknown} in {smoke.seconds:.1f} s"
        evidence = self.urls.evidence(smoke)
        link = f" · {self.markup.link(evidence, 'evidence')}" if evidence else ""
        yield f"{_VERDICTS[smoke.verdict]} {smoke.verdict} on {self.markup.name(target)}: {counts}{link}"
        if figures := " · ".join(_figures(smoke)):
            yield figures
        for sentence in smoke.loosened:
            yield f"{LOOSENED} {self.markup.quote(sentence)}"

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


def _size(weight: int) -> str:
    """Return a size in bytes in the unit that fits: `1.5 MB`."""
    unit, symbol = next((one for one in _UNITS if weight >= one[0]), (1, "bytes"))
    return f"{weight / unit:.1f} {symbol}" if unit > 1 else f"{weight} bytes"


def _figures(smoke: SmokeSummary) -> Iterator[str]:
    """Yield the figures that were measured, each beside production's."""
    if smoke.accuracy is not None:
        yield f"accuracy {percent(smoke.accuracy)}{_beside_production(smoke.production_accuracy, percent)}"
    if smoke.p95 is not None:
        yield f"p95 {milliseconds(smoke.p95)}{_beside_production(smoke.production_p95, milliseconds)}"
    if smoke.changed is not None:
        yield f"{smoke.changed or 'no'} changed prediction{'' if smoke.changed == 1 else 's'}"


def _beside_production(production: float | None, unit: Callable[[float], str]) -> str:
    """Return production's figure in parentheses; empty if it was not measured."""
    return "" if production is None else f" (production {unit(production)})"
