"""How the code of a release differs from what is live, as far as it is known without the repository's history."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from slipway.errors import ItemUnreadable, NotFound
from slipway.models import Commit, Release, State
from slipway.ports import Ledger

MAX_COMMITS = 3  # shown
MAX_RELEASES = 50  # looked at: each is one read of the ledger
_PROVIDERS = {"GitHub": "https://github.com/", "GitLab": "https://gitlab.com/", "Bitbucket": "https://bitbucket.org/"}
_COMPARISONS = {
    "https://github.com/": "{repository}/compare/{old}...{new}",
    "https://gitlab.com/": "{repository}/-/compare/{old}...{new}",
    "https://bitbucket.org/": "{repository}/branches/compare/{new}%0D{old}#diff",
}


@dataclass(frozen=True, slots=True)
class CodeDiff:
    """The code of a release compared with that of another release, `base`: the `same`, newer, or `older`.

    `comparison` is the URL of a page that shows the difference, empty if there is none. `commits` are those of the
    releases in between, newest first; `more` counts those left out.
    """

    base: str
    same: bool = False
    older: bool = False
    comparison: str = ""
    commits: tuple[Commit, ...] = ()
    more: int = 0


def repository_at(provider: str, name: str) -> str:
    """Return the URL of a repository; empty for a provider whose host is not known, such as a self-managed server."""
    host = _PROVIDERS.get(provider, "")
    return host + name if host and re.fullmatch(r"[\w.-]+(/[\w.-]+)+", name) else ""


def since(ledger: Ledger, release: Release) -> CodeDiff | None:
    """Return how an unfinished release differs from the live one, or one that was live from the one live before it.

    Returns None if there is nothing to compare with, or a commit is not known.
    """
    base = _compared_release(ledger, release)
    if base is None or not (base.commit.id and release.commit.id):
        return None
    if base.commit.id == release.commit.id:
        return CodeDiff(base.id, same=True)
    if release.rollback.to:
        return CodeDiff(base.id, older=True, comparison=_comparison_url(release, base))
    found = tuple({commit.id: commit for commit in _commits_between(ledger, base, release)}.values())
    more = max(0, len(found) - MAX_COMMITS)
    return CodeDiff(base.id, comparison=_comparison_url(base, release), commits=found[:MAX_COMMITS], more=more)


def _compared_release(ledger: Ledger, release: Release) -> Release | None:
    """Return the release that another is compared with: the one live now, or the one live before it; None without."""
    with suppress(NotFound, ItemUnreadable):
        if State.LIVE in release.times:
            return ledger.release(release.previous_live) if release.previous_live else None
        return None if release.state.ended else ledger.live()
    return None


def _comparison_url(old: Release, new: Release) -> str:
    """Return the URL of the page that compares two commits; empty if their repository is not known, or not the same."""
    if old.commit.repository != new.commit.repository:
        return ""
    form = next((form for host, form in _COMPARISONS.items() if new.commit.repository.startswith(host)), "")
    return form.format(repository=new.commit.repository, old=old.commit.id, new=new.commit.id)


def _commits_between(ledger: Ledger, base: Release, release: Release) -> Iterator[Commit]:
    """Yield the commits of the releases in between, newest first: each push of code opened one."""
    if base.model != release.model:
        return
    for number in range(release.number - 1, base.number, -1)[:MAX_RELEASES]:
        with suppress(NotFound, ItemUnreadable):  # a detail of the card must not delay the question
            other = ledger.release(f"{release.model}-r{number}")
            if other.commit.id not in ("", base.commit.id, release.commit.id) and not other.rollback.to:
                yield other.commit
