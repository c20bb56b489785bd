"""A personal link opens what it was made for, for its person and its time; nothing else opens anything."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import URLSafeSerializer

from slipway.errors import NotAuthentic
from slipway.models import Approver, Question, Release, State
from slipway.web.personal_links import HISTORY, Link, PersonalLinks
from tests.support.fakes import NOW
from tests.support.made_releases import changed

ADA = Approver("U0ADA", "ada@example.com")
LINK = Link("review", "ada@example.com", NOW + timedelta(days=1), "birds-r12", "0123456789ab")
RELEASE = Release("birds-r12", "birds", 12, "birds-7f3c", State.WAITING, {State.RECEIVED: NOW})


def links(*secrets: str, home: str = "https://slipway.example.com/") -> PersonalLinks:
    return PersonalLinks(lambda: secrets or ("secret",), home)


def opens(token: str, by: PersonalLinks | None = None) -> bool:
    try:
        (by or links()).open(token, "review", NOW)
    except NotAuthentic:
        return False
    return True


TOKEN = links().token(LINK)


@given(st.text(), st.text(), st.text(alphabet="0123456789abcdef", max_size=12))
def test_a_link_says_what_was_written_into_it(person: str, release: str, question: str) -> None:
    """Whatever letters a model's name has."""
    link = replace(LINK, person=person, release=release, question=question)
    if len(links().token(link)) <= 1000:
        assert links().open(links().token(link), "review", NOW) == link


def test_a_link_fits_into_a_mail_and_an_address() -> None:
    """It needs no encoding, and is not long."""
    assert len(TOKEN) < 130
    assert set(TOKEN) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


def test_a_review_expires_with_its_question() -> None:
    """To the second."""
    asked = changed(RELEASE, question=Question("token", NOW, NOW + timedelta(minutes=5)))
    url = links().review(ADA, asked)
    token = url.removeprefix("https://slipway.example.com/review?t=")
    assert links().open(token, "review", NOW + timedelta(minutes=4, seconds=59)).question == asked.approval.question.id  # type: ignore[union-attr]
    with pytest.raises(NotAuthentic, match="expired"):
        links().open(token, "review", NOW + timedelta(minutes=5))


def test_without_a_question_the_story_is_what_there_is() -> None:
    """A link never leads nowhere."""
    url = links().review(ADA, RELEASE)
    token = url.removeprefix("https://slipway.example.com/history/birds-r12?t=")
    assert links().open(token, "history", NOW + HISTORY - timedelta(seconds=1)).person == "ada@example.com"


def test_a_link_to_a_release_outlives_the_last_of_it_by_a_week() -> None:
    """Not the upload, which may be weeks ago."""
    ended = replace(RELEASE, times={State.RECEIVED: NOW - timedelta(days=30), State.FAILED: NOW})
    token = links().release(ADA, ended).partition("t=")[2]
    assert links().open(token, "history", NOW + HISTORY - timedelta(seconds=1)).person == "ada@example.com"
    with pytest.raises(NotAuthentic, match="expired"):
        links().open(token, "history", NOW + HISTORY)


def test_a_link_is_good_for_one_purpose() -> None:
    """Who may look back may not decide."""
    token = links().history(ADA, NOW).partition("t=")[2]
    assert links().open(token, "history", NOW)
    assert not opens(token)


def test_a_rotated_secret_still_opens_and_no_longer_signs() -> None:
    """Links in mails outlive a rotation; the second one ends them."""
    assert opens(TOKEN, links("new", "secret"))
    assert not opens(TOKEN, links("newer", "new"))
    assert opens(links("new", "secret").token(LINK), links("new"))


def test_an_empty_secret_signs_nothing() -> None:
    """A secret that is missing is no secret that everybody knows."""
    algorithm = {"key_derivation": "hmac", "digest_method": hashlib.sha256}
    fields = (LINK.person, int(LINK.expires.timestamp()), LINK.release, LINK.question)
    signers = [URLSafeSerializer(key, salt="review", signer_kwargs=algorithm) for key in ("secret", "")]
    forged = [signer.dumps(fields) for signer in signers]
    assert [opens(token, links("secret")) for token in forged] == [True, False]
    assert not opens(forged[1], links(""))
    assert not opens(forged[1], links("secret", ""))


@pytest.mark.parametrize("place", range(len(TOKEN)))
def test_another_letter_anywhere_closes_a_link(place: int) -> None:
    """Also one that would be decoded to the same bytes."""
    for letter in "Aa0_=":
        if letter != TOKEN[place]:
            assert not opens(TOKEN[:place] + letter + TOKEN[place + 1 :])


@pytest.mark.parametrize("length", range(len(TOKEN)))
def test_a_part_of_a_link_opens_nothing(length: int) -> None:
    """Neither its beginning nor its end."""
    assert not opens(TOKEN[:length])
    assert not opens(TOKEN[len(TOKEN) - length :])


@pytest.mark.parametrize(
    "changed",
    [
        TOKEN + "A",
        TOKEN + "=",
        TOKEN + "==",
        TOKEN + "\n",
        " " + TOKEN,
        TOKEN.upper(),
        TOKEN.swapcase(),
        TOKEN[::-1],
        TOKEN * 2,
        TOKEN * 20,
        base64.b64encode(TOKEN.encode()).decode(),
        TOKEN + "\ud800",
        "\udcff" * 40,
        "☃" * 60,
        "\0" * 60,
    ],
)
def test_a_link_has_one_way_to_be_written(changed: str) -> None:
    """Encoded again, padded, or in letters that are none."""
    assert not opens(changed)


@pytest.mark.parametrize("member", ["person", "release", "question", "purpose", "expires"])
def test_the_signature_of_one_link_opens_no_other(member: str) -> None:
    """Another's link, another release's, another question's."""
    changed: dict[str, Any] = {member: NOW + timedelta(days=9) if member == "expires" else f"other-{member}"}
    other = replace(LINK, **changed)
    assert not opens(TOKEN[:-43] + links().token(other)[-43:])


@given(st.text())
def test_what_was_not_made_here_opens_nothing(token: str) -> None:
    """Whatever it is."""
    assert not opens(token)
