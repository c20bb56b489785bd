"""Each person counts once, however they are spelled, and nobody waits for a quorum that cannot be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from slipway.approvals.policy import Policy
from slipway.models import Decision, Vote
from tests.support.fakes import NOW
from tests.support.made_releases import WAITING, changed

TWO = "U0ADA=ada@example.com,U0GRACE=grace@example.com"
YES = Vote("approved", "ada@example.com", NOW, "slack")


def test_who_shares_a_name_only_with_an_entry_left_out_is_an_approver() -> None:
    """A slip in one entry must not take another person's vote away."""
    named = Policy.parse("U1=ada@example.com,U1=grace@example.com,U2=grace@example.com", 1).approvers
    assert [one.email for one in named] == ["ada@example.com", "grace@example.com"]


@pytest.mark.parametrize("again", ["U0ADA=ada@example.com", "U1ADA=ADA@Example.com", "U0ADA=ada@home.example"])
def test_whoever_is_named_twice_is_one_approver(again: str) -> None:
    """By address, in any spelling, or by Slack user id; the first entry counts."""
    assert Policy.parse(f"{TWO}, {again}", 2) == Policy.parse(TWO, 2)


def test_a_plus_address_is_another_address() -> None:
    """Nobody but its mail server knows whose it is."""
    assert len(Policy.parse(f"{TWO},U0ADA2=ada+2@example.com", 1).approvers) == 3


def test_votes_in_two_spellings_are_one() -> None:
    """The parameter may have been spelled anew between them."""
    twice = changed(WAITING, votes=(YES, replace(YES, by="ADA@Example.com")))
    assert len(Policy.parse(TWO, 2).approvals(twice)) == 1


def test_a_rejection_of_somebody_who_has_left_does_not_count() -> None:
    """No more than their approval does."""
    left = changed(WAITING, votes=(Vote("rejected", "emmy@example.com", NOW, "slack", "no"), YES))
    assert Policy.parse(TWO, 1).decision(left) == Decision.completed_by(YES)


@pytest.mark.parametrize("author", ["Ada Lovelace <ADA@example.com>", " ada@example.com ", "ada@example.com (Ada)"])
def test_an_author_is_known_by_the_address(author: str) -> None:
    """Whatever stands around it."""
    policy = Policy.parse(TWO, 1)
    assert policy.approvals(changed(WAITING, author=author, votes=(YES,))) == []
    assert policy.approvals(changed(WAITING, commit=replace(WAITING.commit, author=author), votes=(YES,))) == []


def test_a_quorum_of_more_people_than_there_are_is_told() -> None:
    """Whoever is named twice is one."""
    assert Policy.parse(TWO, 2).misconfiguration == ""
    flaw = Policy.parse(f"{TWO},U0ADA=ADA@example.com", 3).misconfiguration
    assert flaw.startswith("RequiredApprovals is 3, more than the 2 whom")


def test_a_release_that_too_few_may_approve_says_so() -> None:
    """Because one of the approvers is its author: nobody shall wait for them."""
    policy = Policy.parse(TWO, 2)
    assert policy.shortage(replace(WAITING, author="", commit=replace(WAITING.commit, author=""))) == ""
    said = policy.shortage(replace(WAITING, author="ada@example.com"))
    assert said.startswith("2 approvals are needed, but ada@example.com may not approve their own work")
    assert replace(policy, allow_self_approval=True).shortage(replace(WAITING, author="ada@example.com")) == ""


def test_nobody_is_not_an_approver() -> None:
    """An approver without a Slack user id, or without an address, is not whoever has none either."""
    policy = Policy.parse("ada@example.com,U0GRACE", 1)
    assert policy.find("") is None
    assert [policy.find(name) for name in ("ADA@example.com", "U0GRACE")] == list(policy.approvers)
