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


@pytest.mark.parametrize("name", ["ada+models@example.com", "Ada <ADA+@example.com>"])
def test_nobody_approves_what_their_plus_address_made(name: str) -> None:
    """It costs nobody anything to believe that it is its owner's, and it is free to invent."""
    policy = Policy.parse(TWO, 1)
    for mine in (
        changed(WAITING, author=name, votes=(YES,)),
        changed(WAITING, uploaders=(name,), votes=(YES,)),
        changed(WAITING, commit=replace(WAITING.commit, author=name), votes=(YES,)),
    ):
        assert policy.approvals(mine) == []
    assert policy.approvals(changed(WAITING, author="ada+x@example.org", votes=(YES,))) == [YES]


def test_an_address_that_begins_with_a_plus_is_its_owner_s() -> None:
    """Without what is behind the plus nothing of it would be left."""
    policy, mine = Policy.parse("U0ADA=+ada@example.com", 1), replace(YES, by="+ada@example.com")
    assert policy.approvals(changed(WAITING, author="+ada@example.com", votes=(mine,))) == []


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


@pytest.mark.parametrize(
    ("proof", "was_live", "own", "takes"),
    [
        ("person", False, False, 2),
        ("a typing error", False, False, 2),
        ("person", True, False, 1),
        ("person", False, True, 1),
        ("identity", False, False, 1),
        ("claim", False, False, 1),
    ],
)
def test_code_that_nobody_can_be_proved_to_have_pushed_takes_one_approval_more(
    proof: str, was_live: bool, own: bool, takes: int
) -> None:
    """Where persons are demanded: whoever pushed it and named another as its author cannot approve it alone."""
    policy = Policy.parse(TWO, 1, allow_self_approval=own, uploader_proof=proof)
    commit = replace(WAITING.commit, author="emmy@example.com", was_live=was_live)
    release = changed(WAITING, author="", uploaders=("emmy@example.com",), commit=commit, votes=(YES,))
    assert policy.required_for(release) == takes
    assert (policy.decision(release) is not None) == (takes == 1)
    both = changed(release, votes=(YES, replace(YES, by="grace@example.com")))
    assert policy.decision(both) is not None


def test_a_claimed_author_is_excluded_besides() -> None:
    """Naming somebody else as the author leaves too few, and so decides nothing."""
    policy = Policy.parse(TWO, 1, uploader_proof="person")
    commit = replace(WAITING.commit, author="grace@example.com")
    release = changed(WAITING, author="", uploaders=("emmy@example.com",), commit=commit, votes=(YES,))
    assert policy.decision(release) is None
    assert "grace@example.com may not approve their own work" in policy.shortage(release)


def test_too_few_approvers_are_told_without_names() -> None:
    """Nobody of them is barred: there is one approver less than new code takes."""
    policy = Policy.parse("U0ADA=ada@example.com", 1, uploader_proof="person")
    release = replace(WAITING, author="", uploaders=("emmy@example.com",), commit=replace(WAITING.commit, author=""))
    assert policy.shortage(release).startswith("2 approvals are needed, but there are fewer approvers: ")


def test_a_missing_proof_is_not_called_somebody_s_own_work() -> None:
    """It is told as what it is."""
    policy = Policy.parse(TWO, 1, uploader_proof="identity")
    assert policy.shortage(replace(WAITING, uploaders=())).startswith("CloudTrail has not told yet")


def test_nobody_is_not_an_approver() -> None:
    """An approver without a Slack user id, or without an address, is not whoever has none either."""
    policy = Policy.parse("ada@example.com,U0GRACE", 1)
    assert policy.find("") is None
    assert [policy.find(name) for name in ("ADA@example.com", "U0GRACE")] == list(policy.approvers)
