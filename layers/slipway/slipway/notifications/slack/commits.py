"""What is new in the service's code, beside that of what is live."""

from __future__ import annotations

from slipway.models import Commit
from slipway.notifications.slack.markup import code, link, listed, name
from slipway.releases.code_diff import Since


def lines(since: Since | None) -> str:
    """Tell as much as is known; nothing where there is nothing to compare with."""
    if since is None:
        return ""
    if since.same:
        return f"*Code:* the same as {name(since.base)}."
    if since.older:
        return _compared(f"*Code:* older than that of {name(since.base)}", since)
    head = f"*Code since {name(since.base)}:* this commit{', and before it' if since.commits else ''}"
    more = [f"and {since.more} more"] if since.more else []
    return listed([_compared(head, since), *map(pushed, since.commits), *more])


def _compared(told: str, since: Since) -> str:
    return f"{told} · {link(since.comparison, 'compare')}" if since.comparison else told


def pushed(commit: Commit) -> str:
    """Name a commit, whose it is, and the first line of what they wrote."""
    author = f" by {name(commit.author)}" if commit.author else ""
    words = name(commit.message.strip().partition("\n")[0])
    return f"{code(commit.id[:12])}{author}" + (f": {words}" if words else "")
