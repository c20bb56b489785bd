"""`slipway rollback` starts going back for the person whose link it is."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from slipway.models import State
from tests.layers.slipway.cli.conftest import Command
from tests.support.made_site import ADA, World

type Said = pytest.CaptureFixture[str]


@pytest.fixture
def link(world: World, site: str) -> str:
    """Ada's; digits-r12 is live, and digits-r9 was before it."""
    release = world.ledger.release("digits-r12")
    live = {**release.times, State.LIVE: world.now}
    world.keep(replace(release, state=State.LIVE, times=live))
    world.keep(replace(release, id="digits-r9", number=9, state=State.RETIRED, times=live))
    world.ledger.live_id = "digits-r12"
    return f"{site}/history?t={world.history_token()}"


def test_it_is_started_as_on_the_page(world: World, link: str, command: Command, capsys: Said) -> None:
    """From what is live, by the person of the link, with the reason."""
    assert command("rollback", "digits-r9", link, "--reason", "Sevens are wrong", "--yes", "--json") == 0
    assert world.back.asked == [(ADA.email, "digits-r12", "digits-r9", "Sevens are wrong")]
    assert json.loads(capsys.readouterr().out)["state"] == "received"


def test_what_is_live_is_nothing_to_go_back_to(world: World, link: str, command: Command, capsys: Said) -> None:
    """Nothing is asked of the pages then."""
    assert command("rollback", "digits-r12", link, "--reason", "Why not", "--yes") == 1
    assert "digits-r12 is live: one goes back only to what was live before." in capsys.readouterr().err
    assert world.back.asked == []


def test_a_refusal_is_told(world: World, link: str, command: Command, capsys: Said) -> None:
    """In the words of the rules."""
    world.back.refuses = "digits-r12 is not live any more."
    assert command("rollback", "digits-r9", link, "--reason", "Sevens are wrong", "--yes") == 1
    assert "digits-r12 is not live any more." in capsys.readouterr().err


def test_a_link_to_a_review_is_none_to_the_history(world: World, site: str, command: Command, capsys: Said) -> None:
    """Each proves one thing."""
    assert command("rollback", "digits-r9", f"{site}/review?t=x", "--reason", "Because", "--yes") == 1
    assert "This is no link to the history" in capsys.readouterr().err
