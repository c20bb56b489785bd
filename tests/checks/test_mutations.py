"""Each plausible mistake is stopped here, by the check that is named for it."""

from __future__ import annotations

import pytest

from checks.mutations.__main__ import said
from checks.mutations.mistakes import MISTAKES, Mistake
from checks.mutations.subject import sound


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda one: one.what)
def test_a_mistake_is_stopped(mistake: Mistake) -> None:
    """And it is the mistake that stops: without it the check is content."""
    assert mistake.stopped_by.says(sound()) is None
    assert said(mistake)


def test_there_are_twenty_and_more() -> None:
    """None is there twice."""
    assert len({one.what for one in MISTAKES}) == len(MISTAKES) >= 20
