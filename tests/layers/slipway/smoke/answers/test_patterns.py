"""A regular expression of a suite may be any; looking for it is stopped when it takes too long."""

from __future__ import annotations

import time

import pytest

from slipway.errors import SuiteInvalid
from slipway.smoke.answers import time_limit
from slipway.smoke.suite.formats import regular_expression
from slipway.smoke.suite.schemas import found, miss

LONGEST = 128 * 1024


@pytest.mark.parametrize(("pattern", "why"), [("(", "is no regular expression"), ("a" * 501, "longer than 500")])
def test_patterns_that_are_none_are_refused(pattern: str, why: str) -> None:
    """With the reason, so that they can be mended."""
    assert why in regular_expression(pattern)


@pytest.mark.parametrize(
    "pattern", [r"^v\d+\.\d+$", r"(\d{1,3}\.){3}\d{1,3}", r"-?\d+(?:\.\d*)?", "a|b", "(?>a+b)*", "[a-z]++", "^7$", ""]
)
def test_usual_patterns_are_taken(pattern: str) -> None:
    """As they are."""
    assert regular_expression(pattern) == ""


@pytest.mark.parametrize(
    "pattern",
    [
        "a+b",
        "a+a+b",
        "(a+)+b",
        "(a|ab)*c",
        "(?:a?){30}b",
        "(?=a*b)",
        "[^b]*b",
        r"(a)\1+b",
        "(?:(?:(?=a*)){1000}){1000}b",
    ],
)
def test_a_catastrophic_pattern_is_stopped(monkeypatch: pytest.MonkeyPatch, pattern: str) -> None:
    """`re` looks for signals while it matches, soon enough in the longest text that it is given."""
    monkeypatch.setattr(time_limit, "SECONDS", 0.2)
    began = time.process_time()
    with pytest.raises(SuiteInvalid, match="took more than"), time_limit.cpu_time_limit():
        found(pattern, "a" * LONGEST)
    assert time.process_time() - began < 3


def test_a_pattern_of_a_schema_is_stopped_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Services answer what they like."""
    monkeypatch.setattr(time_limit, "SECONDS", 0.2)
    with pytest.raises(SuiteInvalid, match="took more than"), time_limit.cpu_time_limit():
        miss({"pattern": "a*a*a*a*a*a*b"}, "a" * 5000)


def test_a_pattern_is_found_anywhere_but_in_no_endless_text() -> None:
    """A text that is too long is no match, because nobody looks."""
    assert found(r"v\d+", "release v12 of today") is True
    assert found("ab", "x" * 100_000 + "ab") is True
    assert found("ab", "x" * LONGEST + "ab") is False
