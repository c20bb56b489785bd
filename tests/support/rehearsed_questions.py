"""Releases of a rehearsal that people are asked about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.support.rehearsals import Result
from tests.support.rehearsed_answers import Item, Stack, button, until


@dataclass
class Asked:
    """A release that people were asked about, and what its button Approve carried then."""

    release: str
    value: str = ""

    def wait(self, played: Result, stack: Stack) -> Asked:
        """Wait until its card asks."""
        stack.until(self.release, "waiting")
        approve = until(lambda: button(card_of(played, self.release), "approve"), f"a button for {self.release}")
        assert approve
        self.value = approve["value"]
        return self


def card_of(played: Result, release: str) -> Item:
    return next(message for message in played.slack() if f" {release}: " in message["text"])


def unanswered(stack: Stack, release: str) -> tuple[str, list[Any], bool]:
    item = stack.release(release)
    return item["state"], item["approval"].get("votes", []), "decision" in item["approval"]


TIGHTER = "accuracy: {at_least: 0.91}"
"""A suite that asks for more than the service's own."""

NOTHING_YET: tuple[str, list[Any], bool] = ("waiting", [], False)
