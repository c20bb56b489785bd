"""No regular expression of a suite takes long, whatever it is run on."""

from __future__ import annotations

import time

import pytest

from slipway.smoke.suite.patterns import found, problem, reach


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("(a+)+$", "repeats a repetition"),
        ("(a|ab)*c", "repeats a repetition or a choice"),
        ("(a?){30}", "repeats a repetition"),
        ("(?:(?=a+)b)*", "repeats a repetition"),
        ("(?:(?:(?:^){9}){9}){9}", "repeats what may be empty"),
        (r"(?:(?:\b){9}+){9}+", "repeats what may be empty"),
        (r"(a)\1", "refers back"),
        ("(", "is no regular expression"),
        ("a" * 501, "is longer than"),
    ],
)
def test_patterns_that_could_take_forever_are_refused(pattern: str, why: str) -> None:
    """With the reason, so that they can be written in another way."""
    assert why in problem(pattern)


@pytest.mark.parametrize(
    "pattern", [r"^v\d+\.\d+$", r"(\d{1,3}\.){3}\d{1,3}", r"-?\d+(?:\.\d*)?", "a|b", "(?>a+b)*", "[a-z]++", "^7$", ""]
)
def test_usual_patterns_are_taken(pattern: str) -> None:
    """They end soon on texts that are not too long for them."""
    assert problem(pattern) == ""


@pytest.mark.parametrize(
    "pattern", ["a+b", "a+a+b", "a?a?a?a?a?a?b", "a++b", "(?:a+a+b)++", "(?>a+)*b", "(aa|a)(aa|a)b"]
)
def test_a_pattern_ends_soon_on_the_longest_text_it_may_see(pattern: str) -> None:
    """The more ways there are through a text, the shorter it must be."""
    began = time.process_time()
    assert found(pattern, "a" * reach(pattern)) is False
    assert time.process_time() - began < 2


def test_a_pattern_is_found_anywhere_but_not_beyond_its_reach() -> None:
    """A text that is too long is no match, because nobody looks."""
    assert found(r"v\d+", "release v12 of today") is True
    assert found("a.*b", "a" + "x" * reach("a.*b") + "b") is False
    assert found("ab", "x" * 100_000 + "ab") is True
