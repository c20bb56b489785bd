"""What an answer must be, and the sentence that says that it is not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from slipway.errors import SuiteInvalid
from slipway.models import HttpAnswer, Json
from slipway.smoke.answers.body import json_text, search
from slipway.smoke.answers.mismatches import mismatch, mismatches
from slipway.smoke.running.request_builder import address
from slipway.smoke.suite.requests import Expectation, Matcher
from slipway.smoke.suite.schemas import miss as schema_miss


@pytest.mark.parametrize(
    ("matcher", "value", "wanted"),
    [
        (Matcher(equals=("7",)), "7", ""),
        (Matcher(equals=("7",)), 7, 'x is 7, not "7".'),
        (Matcher(equals=(None,)), None, ""),
        (Matcher(equals=(1,)), True, "x is true, not 1."),
        (Matcher(equals=(1,)), 1.0, ""),
        (Matcher(equals=({"a": [1]},)), {"a": [True]}, 'x is {"a": [true]}, not {"a": [1]}.'),
        (Matcher(one_of=("a", "b")), "b", ""),
        (Matcher(one_of=("a", "b")), "c", 'x is "c", not one of "a", "b".'),
        (Matcher(about=(0.9, 0.05)), 0.95, ""),
        (Matcher(about=(0.9, 0.05)), 0.96, "x is 0.96, not within 0.05 of 0.9."),
        (Matcher(about=(0.9, 0.05)), "0.9", 'x is "0.9", not within 0.05 of 0.9.'),
        (Matcher(matches="^w.en"), "wren", ""),
        (Matcher(matches="^w.en"), "robin", 'x is "robin", not like ^w.en.'),
        (Matcher(matches="7"), 7, "x is 7, not like 7."),
        (Matcher(at_least=1, at_most=2), 3, "x is 3, not at most 2."),
        (Matcher(at_least=1), None, "x is null, not at least 1."),
    ],
)
def test_matchers(matcher: Matcher, value: object, wanted: str) -> None:
    """Each says what it found and what it wanted."""
    assert mismatch("x", matcher, value) == wanted


def test_long_values_are_cut() -> None:
    """A sentence stays a sentence."""
    assert len(mismatch("x", Matcher(equals=("a",)), "b" * 10_000)) < 200


@pytest.mark.parametrize(
    ("expression", "found"),
    [("a.b", 1), ("a.c", None), ("a.b.c", None), ("list[0]", 5), ("length(list)", 2), ("length(a.b)", None)],
)
def test_expressions(expression: str, found: object) -> None:
    """What is not there is null, and so is what a function cannot work on."""
    assert search(expression, {"a": {"b": 1}, "list": [5, 6]}) == found


def answer(body: Any = None, **headers: str) -> HttpAnswer:
    return HttpAnswer(200, headers, json.dumps(body).encode(), 0.1)


def test_headers_and_text_are_compared() -> None:
    """A header that is missing is null."""
    expected = Expectation(headers={"x-model": Matcher(equals=("birds",))}, text=Matcher(matches="wren"))
    assert mismatches(expected, answer("wren", **{"x-model": "birds"})) == []
    assert mismatches(expected, answer("robin")) == [
        'The header x-model is null, not "birds".',
        'The body is "\\"robin\\"", not like wren.',
    ]


@pytest.mark.parametrize(
    ("schema", "value", "said"),
    [
        ({"type": "object"}, {}, ""),
        ({"properties": {"a": {"maximum": 1}}}, {"a": 2}, "$.a: 2 is greater than the maximum of 1."),
        ({"$ref": "http://127.0.0.1:9/schema.json"}, {}, "refers to 'http://127.0.0.1:9/schema.json', which is not in"),
        ({"$ref": "file:///etc/passwd"}, {}, "which is not in it."),
        ({"$ref": "#"}, {}, "refers to itself without an end."),
        ({"$ref": "#/a", "a": 5}, {}, "refers to a part of itself that is no schema."),
        ({"$ref": "#/a", "a": ["type"]}, {}, "refers to a part of itself that is no schema."),
        ({"$ref": "#/a", "a": {"properties": 7}}, {}, "refers to a part of itself that is no schema."),
        ({"$ref": "#/a", "a": {"pattern": "("}}, "robin", "refers to a part of itself that is no schema."),
        ({"pattern": "^w"}, "robin", "does not match"),
    ],
)
def test_schemas_never_leave_themselves(schema: Json, value: object, said: str) -> None:
    """Nothing is fetched, and what refers to itself ends."""
    found = schema_miss(schema, value)
    assert (said in found) if said else (found == "")


def test_a_hostile_answer_is_shown_harmlessly() -> None:
    """Its characters cannot turn the sentence around."""
    assert json_text("\u202eevil") == r'"\u202eevil"'


def test_a_long_place_is_cut() -> None:
    """A service may call its members what it likes."""
    assert len(schema_miss({"additionalProperties": {"type": "null"}}, {"a" * 5000: 1})) < 300


@pytest.mark.parametrize("path", ["@evil.example/x", ".evil.example/x", ":9/x", "x", "\\@evil.example"])
def test_no_path_leads_to_another_host(path: str) -> None:
    """A suite is written by strangers."""
    with pytest.raises(SuiteInvalid, match="must begin with '/'"):
        address("http://staging.example", path)


@pytest.mark.parametrize("path", ["//evil.example/x", "/\\evil.example", "/@evil.example/x"])
def test_odd_paths_stay_on_the_host(path: str) -> None:
    """They are odd, and no more."""
    assert address("http://staging.example/", path) == f"http://staging.example{path}"
