"""The names that attributes of a release's item had before items had a `format`: such items stay in the table."""

from __future__ import annotations

from typing import Any

from slipway.adapters.ledger.keys import Item

_FORMER_NAMES = {
    "before": "previous_release",
    "forced": "force_reason",
    "before_live": "previous_live",
    "log": "log_url",
    "back_to": "rollback.to",
    "back_by": "rollback.by",
    "commit": "commit.id",
    "commit_author": "commit.author",
    "commit_message": "commit.message",
    "repository": "commit.repository",
    "at_gate": "queueing.built_at",
    "behind": "queueing.blocked_by",
    "newer": "queueing.superseded_by",
    "approval": "approval.question",
    "votes": "approval.votes",
    "deciding": "approval.pending_decision",
    "decided_at": "approval.pending_since",
    "answer": "approval.decision",
    "reminders": "approval.reminders",
}


def with_todays_names(item: Item) -> Item:
    """Return an item of the first format with the names that it would have now."""
    renamed: Item = {}
    for name, value in item.items():
        *groups, last = _FORMER_NAMES.get(name, name).split(".")
        place = renamed
        for group in groups:
            place = place.setdefault(group, {})
        place[last] = _with_outcome(value) if name in ("deciding", "answer") else value
    if "votes" in item:
        renamed["approval"]["votes"] = [_with_outcome(vote) for vote in item["votes"]]
    return renamed


def _with_outcome(vote: dict[str, Any]) -> dict[str, Any]:
    """Return a vote with `outcome`, which was called `decision`."""
    return vote | {"outcome": vote["decision"]}
