"""The history as JSON: what the pages show, without the tokens of questions."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from slipway.models import Json, Release, Vote
from slipway.web.history.metrics import DeliveryMetrics, approval_wait, lead_time
from slipway.web.history.paging import Listing
from slipway.web.history.timeline import timeline

_RELEASE = ("id", "model", "candidate", "prefix", "author", "uploaders", "reason", "attempt")
_SMOKE = ("verdict", "passed", "failed", "inconclusive", "seconds", "evidence", "version")
_MEASURED = ("accuracy", "production_accuracy", "p95", "production_p95", "changed", "loosened")


def serialize_listing(listing: Listing, metrics: DeliveryMetrics) -> Json:
    """Return a page of the list as JSON; its `next` is the parameter `before` of the next page."""
    return {
        "releases": [serialize_release(release) for release in listing.releases],
        "next": listing.next,
        "figures": {
            "changes": metrics.changes,
            "failed": metrics.failed,
            "lead_seconds": _seconds(metrics.lead_time),
            "approval_wait_seconds": _seconds(metrics.approval_wait),
            "weeks": [{"begins": _at(week.begins), "live": week.live, "failed": week.failed} for week in metrics.weeks],
        },
    }


def serialize_release(release: Release) -> Json:
    """Return a release as JSON, without the token of its question."""
    return _fields(release, *_RELEASE) | {
        "card": asdict(release.model_card),
        "commit": release.commit.id,
        "commit_author": release.commit.author,
        "commit_message": release.commit.message,
        "before": release.previous_release,
        "forced": release.force_reason,
        "replaces": release.replaces.model,
        "back_to": release.rollback.to,
        "back_by": release.rollback.by,
        "state": release.state,
        "times": {state: _at(at) for state, at in release.times.items()},
        "uploaded_at": _at(release.uploaded_at),
        "expires": _at(release.approval.question.expires) if release.approval.question else None,
        "smoke": {target: _fields(smoke, *_SMOKE, *_MEASURED) for target, smoke in release.smoke.items()},
        "votes": [_vote(vote) for vote in release.approval.votes],
        "answer": _vote(release.approval.decision) if release.approval.decision else None,
        "lead_seconds": _seconds(lead_time(release)),
        "approval_wait_seconds": _seconds(approval_wait(release)),
    }


def serialize_timeline(release: Release) -> Json:
    """Return a release as JSON, with its timeline."""
    steps = [{"at": _at(step.at), "what": step.title, "detail": step.detail} for step in timeline(release)]
    return serialize_release(release) | {"story": steps}


def _vote(vote: Vote) -> Json:
    """Return a vote, or a decision, as JSON."""
    return {"decision": vote.outcome} | _fields(vote, "by", "source", "reason", "override") | {"at": _at(vote.at)}


def _fields(record: Any, *names: str) -> Json:
    """Return some fields of a dataclass, by their names."""
    return {name: getattr(record, name) for name in names}


def _at(at: datetime | None) -> str | None:
    """Return a time in ISO 8601; None for None."""
    return at.isoformat() if at else None


def _seconds(span: timedelta | None) -> float | None:
    """Return a span in seconds; None for None."""
    return span.total_seconds() if span is not None else None
