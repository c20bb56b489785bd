"""What others wrote is seen for what it is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slipway.models.email_addresses import address
from slipway.models.text import link_host, listed, named, one_line, quoted, shown, unlinked, visible
from tests.support.hostile_texts import TEXTS, is_open


@pytest.mark.parametrize(
    ("text", "shows"),
    [
        ("a\u202eb", "a\\u202eb"),
        ("a\nb\x00", "a\\nb\\x00"),
        ("tag\U000e0041", "tag\\U000e0041"),
        ("bi\u200drds", "bi\\u200drds"),
        ("\u200dbirds", "\\u200dbirds"),
        ("👩\u200d🚀 ⚠\ufe0f ❤\ufe0f\u200d🔥", "👩\u200d🚀 ⚠\ufe0f ❤\ufe0f\u200d🔥"),
        ("⚠\ufe0f\ufe0f", "⚠\ufe0f\\ufe0f"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("a\u00a0\u3000b", "a  b"),
        ("\ud800", "\\ud800"),
        ("e\u0301\u0301\u0301\u0301", "e\u0301\u0301\u0301\\u0301"),
    ],
)
def test_what_is_hidden_is_written_out(text: str, shows: str) -> None:
    """Unless it shapes what one sees: an emoji, or a word of a script that needs it."""
    assert visible(text) == shows


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("birds-r12", "birds-r12"),
        ("models/vögel/v1.2/", "models/vögel/v1.2/"),
        ("birds (approved)", "“birds (approved)”"),
        ('say "yes”', "“say 'yes'”"),
        ("שלום עולם", "“\u2068שלום עולם\u2069”"),
        ("x" * 300, "x" * 60 + "…" + "x" * 60),
        ("", ""),
    ],
)
def test_a_name_is_quoted_where_it_could_be_read_as_more(name: str, told: str) -> None:
    """One that is written from right to left turns nothing round but itself."""
    assert named(name) == told


def test_prose_is_one_quoted_line_that_nothing_in_it_can_end() -> None:
    """Of a long one the beginning is enough."""
    assert quoted(" fine”\r\n\n“Approved\tby ada ") == "“fine' 'Approved by ada”"
    assert quoted("x" * 50, 10) == "“xxxxxxxxx…”"
    assert quoted(" \n") == ""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("see https://evil.example/a", "see https[:]//evil[.]example/a"),
        ("www.evil.co.uk", "www[.]evil[.]co[.]uk"),
        ("ada.l@example.com, ada@example.com.", "ada.l@example.com, ada@example.com."),
        ("x@evil.example/a", "x@evil[.]example/a"),
        ("model.onnx v1.2 labels.txt", "model.onnx v1.2 labels.txt"),
    ],
)
def test_nothing_that_others_wrote_becomes_a_link(text: str, told: str) -> None:
    """An address of a person stays one, and a file's name."""
    assert unlinked(text) == told


@settings(deadline=None)
@given(TEXTS, st.integers(5, 200))
def test_every_text_has_a_bound_and_hides_nothing(text: str, limit: int) -> None:
    """Whatever it is."""
    assert is_open(one_line(text, limit))
    assert len(one_line(text, limit)) <= limit
    assert is_open(shown(text, limit))
    assert len(shown(text, limit)) <= limit + len("…\u2068\u2069")
    assert len(quoted(text, limit)) <= limit + len("“\u2068\u2069”")
    assert visible(visible(text)) == visible(text)


def test_many_names_are_counted() -> None:
    """The first three tell what kind they are."""
    assert listed(["a", "b", "c"]) == "a, b, c"
    assert listed(["a", "b", "c", *"d" * 1747]) == "a, b, c and 1,747 more"


@pytest.mark.parametrize("text", [":" * 3000, "<" * 3000, "ada@example.com" + " " * 3000 + "x"])
def test_an_endless_author_has_no_address(text: str) -> None:
    """It is nobody's, and it stops nobody from being told."""
    assert address(text) == ""


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://mlflow.example.com/runs/417", "mlflow.example.com"),
        ("https://git.example.com:8443/a?b#c", "git.example.com"),
        ("http://mlflow.example.com/", ""),
        ("javascript:alert(1)//https://example.com", ""),
        ("https://example.com@evil.example/", ""),
        ("https://evil.example\\@example.com/", ""),
        ("https://exämple.com/", ""),
        ("https://example.com/\u202egpj", ""),
        ("https://example.com/ x", ""),
        ("https://localhost/", ""),
        ("https://EXAMPLE.com/", ""),
        ("see https://example.com/", ""),
        ("https://example.com/" + "x" * 2000, ""),
    ],
)
def test_a_strangers_link_names_the_host_that_it_leads_to(url: str, host: str) -> None:
    """Anything that could lead elsewhere than it reads is no link."""
    assert link_host(url) == host
