"""`slipway approve` and `slipway reject` give the vote of the person whose link it is."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import pytest

from tests.layers.slipway.cli.conftest import Command
from tests.support import made_evidence
from tests.support.made_site import ADA, LINUS, World

type Said = pytest.CaptureFixture[str]


def test_an_approval_by_the_link_of_the_mail_counts(world: World, site: str, command: Command, capsys: Said) -> None:
    """As the person whom the link names; what is approved is told first."""
    assert command("approve", f"{site}/review?t={world.token()}", "--yes", "--reason", "Fine") == 0
    (vote,) = world.ledger.release("digits-r12").approval.votes
    assert (vote.by, vote.outcome, vote.reason) == (ADA.email, "approved", "Fine")
    said = capsys.readouterr()
    assert "digits-r12 by linus@example.com, passed: 8 checks passed, 0 failed" in said.err
    assert said.out == "digits-r12: your vote counts; it takes 1 more.\n"


def test_a_rejection_ends_it(world: World, site: str, command: Command, capsys: Said) -> None:
    """With its reason, as a program reads it."""
    arguments = ("--yes", "--reason", "Sevens are wrong", "--json")
    assert command("reject", f"{site}/review?t={world.token()}", *arguments) == 0
    assert "Rejected by ada@example.com" in json.loads(capsys.readouterr().out)["settled"]


def test_the_policy_is_the_pages(world: World, site: str, command: Command, capsys: Said) -> None:
    """An author does not approve their own."""
    assert command("approve", f"{site}/review?t={world.token(LINUS)}", "--yes") == 1
    assert world.ledger.release("digits-r12").approval.votes == ()
    assert "linus@example.com" in capsys.readouterr().err


def test_what_is_loosened_has_to_be_seen(world: World, site: str, command: Command, capsys: Said) -> None:
    """As by the tick on the page."""
    release = world.waits(made_evidence.passed())
    smoke = {"staging": replace(release.smoke["staging"], loosened=("`accuracy` is switched off",))}
    world.ledger.change("digits-r12", lambda one: replace(one, smoke=smoke))
    link = f"{site}/review?t={world.token()}"
    assert command("approve", link, "--yes") == 1
    assert "Loosened: `accuracy` is switched off" in capsys.readouterr().err
    assert command("approve", link, "--yes", "--seen") == 0


@pytest.mark.parametrize(
    ("link", "sentence"),
    [
        ("{site}/review?t=forged", "The link is not valid any more, or you are no approver"),
        ("{site}/history?t=other", "This is no link to a review: take the one in your newest mail"),
        ("http://127.0.0.1:9/review?t=x", "127.0.0.1:9 does not answer as Slipway does"),
    ],
)
def test_what_is_no_link_is_told(site: str, command: Command, capsys: Said, link: str, sentence: str) -> None:
    """In a sentence, at once."""
    assert command("approve", link.format(site=site), "--yes") == 1
    assert sentence in capsys.readouterr().err


def test_nothing_is_voted_before_it_is_confirmed(
    world: World, site: str, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without --yes, somebody has to say yes."""
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    assert command("approve", f"{site}/review?t={world.token()}") == 1
    assert world.ledger.release("digits-r12").approval.votes == ()
