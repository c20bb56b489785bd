"""An expression finds something in the answer, or is refused."""

from __future__ import annotations

import pytest

from slipway.smoke.suite.expressions import problem


@pytest.mark.parametrize(
    "expression",
    [
        "'digits'",
        "`7`",
        '`{"a": 1}`.a',
        "@ && 'digits'",
        "status && 'digits'",
        "status || 'digits'",
        "a | 'digits'",
        "a[*] | `1`",
        "map(&'x', a)",
        "not_null(a, 'digits')",
        "not_null('digits', a)",
        "type(@)",
        "to_string(@)",
        "length(@)",
        "`[1, 2]`[0]",
        "'a' == 'a'",
        "to_string('digits')",
        "(a && b) && 'digits'",
        "(a == b) && 'digits' || c",
    ],
)
def test_what_finds_the_same_whatever_is_answered_is_refused(expression: str) -> None:
    """It would prove any identity, and any prediction right."""
    assert "finds the same" in problem(expression)


@pytest.mark.parametrize(
    "expression",
    ["@", "a.b", "[0]", "a[?b > `0.5`].c | [0]", "a == 'b'", "max_by(a, &b).c", "starts_with(a, 'v')", "a[0:2] | [1]"],
)
def test_what_depends_on_the_answer_is_taken(expression: str) -> None:
    """A literal may be compared with."""
    assert problem(expression) == ""
