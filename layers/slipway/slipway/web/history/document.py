"""The history as JSON: what the pages show, and nothing that answers a question."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from slipway.models import Answer, Json, Release, SmokeSummary
from slipway.web.history.figures import Figures, approval_wait, lead_time
from slipway.web.history.listing import Listing
from slipway.web.history.story import story


def listed(listing: Listing, figures: Figures) -> Json:
    """Write a page of the history down; `next` goes into `before` of the next request."""
    return {
        "releases": [release_document(release) for release in listing.releases],
        "next": listing.next,
        "figures": {
            "changes": figures.changes,
            "failed": figures.failed,
            "lead_seconds": _seconds(figures.lead),
            "approval_wait_seconds": _seconds(figures.wait),
            "weeks": [{"begins": _at(week.begins), "live": week.live, "failed": week.failed} for week in figures.weeks],
        },
    }


def release_document(release: Release) -> Json:
    """Write a release down; the token of its question stays in the ledger."""
    names = ("id", "model", "candidate", "prefix", "author", "commit", "commit_author", "commit_message")
    more = ("reason", "before", "forced", "back_to", "back_by", "attempt")
    return {name: getattr(release, name) for name in (*names, *more)} | {
        "state": release.state.value,
        "times": {state.value: _at(at) for state, at in release.times.items()},
        "uploaded_at": _at(release.uploaded_at),
        "expires": _at(release.approval.expires) if release.approval else None,
        "smoke": {target: _smoke(smoke) for target, smoke in release.smoke.items()},
        "votes": [_answer(vote) for vote in release.votes],
        "answer": _answer(release.answer) if release.answer else None,
        "lead_seconds": _seconds(lead_time(release)),
        "approval_wait_seconds": _seconds(approval_wait(release)),
    }


def told(release: Release) -> Json:
    """Write a release down with its story."""
    steps = [{"at": _at(step.at), "what": step.title, "detail": step.detail} for step in story(release)]
    return release_document(release) | {"story": steps}


def _smoke(smoke: SmokeSummary) -> Json:
    names = ("passed", "failed", "inconclusive", "seconds", "evidence", "version")
    figures = ("accuracy", "production_accuracy", "p95", "production_p95", "changed")
    return {"verdict": smoke.verdict.value} | {name: getattr(smoke, name) for name in (*names, *figures)}


def _answer(answer: Answer) -> Json:
    names = ("decision", "by", "source", "reason")
    return {name: getattr(answer, name) for name in names} | {"at": _at(answer.at)}


def _at(at: datetime | None) -> Any:
    return at and at.isoformat()


def _seconds(span: timedelta | None) -> float | None:
    return span.total_seconds() if span is not None else None
