"""What is known of a release, as a table of names and words."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from slipway.approvals.policy import Policy
from slipway.models import Commit, Release, SmokeSummary
from slipway.models.formatting import milliseconds, percent
from slipway.notifications.email.plain import quoted, wrapped
from slipway.notifications.places import Places
from slipway.releases.code_diff import Since

_LABEL = 13


def table(release: Release, places: Places, policy: Policy, since: Since | None = None) -> str:
    """Write down all that is known, a line each."""
    known = _facts(release, places, policy, since)
    return "\n".join(wrapped(f"{name + ':':<{_LABEL}}{value}", hanging=_LABEL) for name, value in known if value)


def _facts(release: Release, places: Places, policy: Policy, since: Since | None) -> Iterator[tuple[str, str]]:
    yield "Why", quoted(release.reason)
    yield "Model", quoted(release.model)
    yield "Candidate", quoted(release.candidate)
    yield "Author", quoted(release.author) or "unknown"
    yield "Upload", quoted(release.prefix)
    yield "Commit", _pushed(release.built_from)
    if since:
        yield "Code", _code(since)
        yield "Compare", since.comparison
    yield "Again", _again(release)
    for target in sorted(release.smoke, reverse=True):
        yield from _smoke(target, release.smoke[target])
    yield "Votes", _votes(release, policy)
    yield "Staging", places.staging
    yield "Production", places.production


def _pushed(commit: Commit) -> str:
    if not commit.id:
        return ""
    author = f" by {quoted(commit.author)}" if commit.author else ""
    first_line = quoted(commit.message.partition("\n")[0])
    return f"{commit.id[:12]}{author}" + (f": {first_line}" if first_line else "")


def _code(since: Since) -> str:
    if since.same or since.older:
        return f"{'the same as' if since.same else 'older than'} that of {since.base}"
    more = [f"and {since.more} more"] if since.more else []
    before = "; ".join([*map(_pushed, since.commits), *more])
    return f"this commit is new since {since.base}" + (f", and before it: {before}" if before else "")


def _again(release: Release) -> str:
    return f"the same content as {release.before}. {quoted(release.forced)}".rstrip() if release.before else ""


def _smoke(target: str, smoke: SmokeSummary) -> Iterator[tuple[str, str]]:
    unknown = f", {smoke.inconclusive} inconclusive" if smoke.inconclusive else ""
    counts = f"{smoke.passed} passed, {smoke.failed} failed{unknown}"
    yield "Smoke test", f"{smoke.verdict} on {target}: {counts} in {smoke.seconds:.1f} s"
    yield "Accuracy", _beside(smoke.accuracy, smoke.production_accuracy, percent)
    yield "p95", _beside(smoke.p95, smoke.production_p95, milliseconds)
    if smoke.changed is not None:
        yield "Changed", f"{smoke.changed} prediction{'' if smoke.changed == 1 else 's'} unlike production's"


def _beside(own: float | None, production: float | None, say: Callable[[float], str]) -> str:
    if own is None:
        return ""
    told = say(own) + ("" if production is None else f" (production: {say(production)})")
    return told.replace("\u00a0", " ")  # mails are wrapped at blanks


def _votes(release: Release, policy: Policy) -> str:
    if policy.required == 1 or not release.approval:
        return ""
    given = policy.approvals(release)
    by = f": {', '.join(vote.by for vote in given)}" if given else ""
    return f"{len(given)} of {policy.required} approvals{by}"
