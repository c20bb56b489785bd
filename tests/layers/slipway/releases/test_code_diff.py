"""What is new in the service's code is told as far as it is known, and no further."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from slipway.errors import ItemUnreadable
from slipway.models import Commit, Release, RollbackRequest, State
from slipway.releases.code_diff import MAX_RELEASES, CodeDiff, repository_at, since
from tests.support.fakes import NOW, FakeLedger
from tests.support.made_releases import WAITING, changed

AT = "https://github.com/example/birds"


def release(number: int, commit: str | Commit, **fields: Any) -> Release:
    commit = Commit(commit, repository=AT) if isinstance(commit, str) else commit
    return changed(WAITING, **({"id": f"birds-r{number}", "number": number, "commit": commit} | fields))


def ledger_of(*releases: Release, live: str = "birds-r9") -> FakeLedger:
    ledger = FakeLedger()
    ledger.releases = {one.id: one for one in releases}
    ledger.live_id = live
    return ledger


NINTH = release(9, "aaa", state=State.LIVE)


def test_the_same_commit_is_the_same_code() -> None:
    """As with most models: only they are new."""
    ours = release(10, "aaa")
    assert since(ledger_of(NINTH, ours), ours) == CodeDiff("birds-r9", same=True)


def test_another_commit_comes_with_those_of_the_releases_in_between() -> None:
    """The newest first, each once; what is live and the commit itself are none of them."""
    between = [
        release(10, "aaa"),
        release(11, Commit("bbb", "ada@example.com", "Read bigger pictures", AT)),
        release(12, "bbb"),
        release(14, "ccc"),
        release(15, ""),
    ]
    ours = release(16, "ddd")
    found = since(ledger_of(NINTH, *between, ours), ours)
    assert found
    assert [commit.id for commit in found.commits] == ["ccc", "bbb"]
    assert (found.base, found.comparison, found.more) == ("birds-r9", f"{AT}/compare/aaa...ddd", 0)


def test_many_commits_are_counted() -> None:
    """A card is no place for all of them, and a ledger is not read without an end."""
    between = [release(number, f"c{number}") for number in range(10, 10 + MAX_RELEASES + 20)]
    ours = release(10 + MAX_RELEASES + 20, "ddd")
    found = since(ledger_of(NINTH, *between, ours), ours)
    assert found
    assert (len(found.commits), found.more) == (3, MAX_RELEASES - 3)


def test_a_commit_that_one_went_back_to_is_not_new() -> None:
    """Neither in a list of those that came since, nor as what is released."""
    back = release(10, "old", rollback=RollbackRequest("birds-r3", "ada@example.com"))
    ours = release(11, "ddd")
    assert since(ledger_of(NINTH, back, ours), ours) == CodeDiff("birds-r9", comparison=f"{AT}/compare/aaa...ddd")
    assert since(ledger_of(NINTH, back), back) == CodeDiff("birds-r9", older=True, comparison=f"{AT}/compare/old...aaa")


def test_what_was_live_is_compared_with_what_it_took_the_place_of() -> None:
    """Its card goes on saying what it brought."""
    ours = release(10, "ddd", state=State.LIVE, times={State.LIVE: NOW}, previous_live="birds-r9")
    assert since(ledger_of(NINTH, ours, live="birds-r10"), ours) == CodeDiff(
        "birds-r9", comparison=f"{AT}/compare/aaa...ddd"
    )


@pytest.mark.parametrize(
    "ours",
    [
        release(10, ""),
        release(10, "ddd", state=State.REJECTED),
        release(10, "ddd", state=State.LIVE, times={State.LIVE: NOW}),
    ],
)
def test_where_there_is_nothing_to_compare_nothing_is_said(ours: Release) -> None:
    """No commit yet, nobody who decides any more, or the first one of all."""
    assert since(ledger_of(NINTH, ours), ours) is None
    assert since(ledger_of(ours, live=""), ours) is None


def test_another_model_s_numbers_are_not_compared() -> None:
    """They count something else."""
    ours, other = release(10, "ddd"), release(9, "aaa", id="fish-r9", model="fish")
    found = since(ledger_of(other, release(9, "bbb"), ours, live="fish-r9"), ours)
    assert found
    assert (found.base, found.commits) == ("fish-r9", ())


@pytest.mark.parametrize(
    ("repository", "page"),
    [
        ("https://github.com/a/b", "https://github.com/a/b/compare/aaa...ddd"),
        ("https://gitlab.com/a/b/c", "https://gitlab.com/a/b/c/-/compare/aaa...ddd"),
        ("https://bitbucket.org/a/b", "https://bitbucket.org/a/b/branches/compare/ddd%0Daaa#diff"),
        ("", ""),
    ],
)
def test_each_provider_has_its_own_comparison(repository: str, page: str) -> None:
    """And a company's own server none that we know."""
    live, ours = (
        replace(NINTH, commit=replace(NINTH.commit, repository=repository)),
        release(10, Commit("ddd", repository=repository)),
    )
    assert since(ledger_of(live, ours), ours) == CodeDiff("birds-r9", comparison=page)


def test_two_repositories_are_not_compared() -> None:
    """A stack may be given another one."""
    ours = release(10, Commit("ddd", repository="https://github.com/example/fish"))
    assert since(ledger_of(NINTH, ours), ours) == CodeDiff("birds-r9")


@pytest.mark.parametrize(
    ("provider", "name", "address"),
    [
        ("GitHub", "example/birds", AT),
        ("GitLab", "a/b/c.d", "https://gitlab.com/a/b/c.d"),
        ("GitHubEnterpriseServer", "example/birds", ""),
        ("", "example/birds", ""),
        ("GitHub", "", ""),
        ("GitHub", "example/birds|x> <", ""),
    ],
)
def test_a_repository_s_address_is_known_or_empty(provider: str, name: str, address: str) -> None:
    """Never guessed."""
    assert repository_at(provider, name) == address


@pytest.mark.parametrize("odd", ["birds-r9", "birds-r10"])
def test_a_release_that_cannot_be_read_keeps_no_question_back(odd: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is new in the code is told besides: without it, approvers must still be asked."""
    ledger, ours = ledger_of(NINTH, release(10, "ccc"), release(11, "ddd")), release(11, "ddd")
    known = ledger.release

    def read(release_id: str) -> Release:
        if release_id == odd:
            raise ItemUnreadable(odd)
        return known(release_id)

    monkeypatch.setattr(ledger, "release", read)
    monkeypatch.setattr(ledger, "live", lambda: read("birds-r9"))
    found = since(ledger, ours)
    assert found == (None if odd == "birds-r9" else CodeDiff("birds-r9", comparison=found.comparison if found else ""))


def test_a_commit_between_is_named_with_its_author() -> None:
    """So that an approver knows whom to ask."""
    between = release(10, Commit("bbb", "ada@example.com", "Read\n\nmore", AT))
    ours = release(11, "ddd")
    found = since(ledger_of(NINTH, between, ours), ours)
    assert found
    assert found.commits == (Commit("bbb", "ada@example.com", "Read\n\nmore", AT),)
