"""Who is told about a release as its author."""

from __future__ import annotations

from dataclasses import replace

import pytest

from slipway.models import Approver
from slipway.notifications.authors import NOBODY, Authors
from tests.support.made_releases import WAITING

KAY = Approver("", "kay@example.com")


@pytest.mark.parametrize("author", ["", "Kay", "<!channel>"])
def test_without_an_address_nobody_is_the_author(author: str) -> None:
    """A card may name none, and an older release may hold anything."""
    assert Authors((KAY,), lambda _: True).of(replace(WAITING, author=author)) is NOBODY


@pytest.mark.parametrize(
    ("confirmed", "reached", "note"),
    [
        (True, True, "told by e-mail"),
        (None, True, "told by e-mail"),
        (False, False, "gets no e-mail: the subscription is not confirmed"),
    ],
)
def test_whether_an_author_is_reached_is_known(confirmed: bool | None, reached: bool, note: str) -> None:
    """By the subscription; where SNS does not tell, mails are sent all the same."""
    author = Authors((KAY,), lambda _: confirmed).of(replace(WAITING, author="Kay@Example.com"))
    assert (author.person, author.reached, author.note) == (KAY, reached, note)


def test_whom_no_parameter_names_is_not_told() -> None:
    """An uploader may write any address into a card; its owner is neither mailed nor mentioned."""
    author = Authors((KAY,), lambda _: True).of(replace(WAITING, author="boss@example.com"))
    assert (author.person, author.reached) == (None, False)
    assert author.note == "is not told: not among the stack's Authors"
