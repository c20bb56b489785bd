"""The lines on the code of a release: its commit, and how it differs from another release's."""

from __future__ import annotations

from collections.abc import Iterator

from slipway.models import Commit
from slipway.notifications.markup import Markup
from slipway.releases.code_diff import CodeDiff

COMMIT_TITLE = 200  # characters


def code_lines(code_diff: CodeDiff, markup: Markup) -> Iterator[str]:
    """Yield lines on how the code differs from that of another release, with its newest commits."""
    base = markup.name(code_diff.base)
    compare = f" · {markup.link(code_diff.comparison, 'compare')}" if code_diff.comparison else ""
    if code_diff.same or code_diff.older:
        yield f"{'the same as' if code_diff.same else 'older than'} that of {base}{compare}"
        return
    yield f"this commit is new since {base}{', and before it' if code_diff.commits else ''}{compare}"
    yield from (commit_line(commit, markup) for commit in code_diff.commits)
    if code_diff.more:
        yield f"and {code_diff.more} more"


def commit_line(commit: Commit, markup: Markup) -> str:
    """Return a commit on a line: its id, its author as the commit says, and its title."""
    # Whoever made the commit wrote its author, too.
    author = f", says it is by {markup.name(commit.author)}" if commit.author else ", names no author"
    title = markup.quote(commit.message.strip().partition("\n")[0], COMMIT_TITLE)
    return f"{markup.code(commit.id[:12])}{author}" + (f": {title}" if title else "")
