"""Suites are data that their author writes."""

import pytest

from slipway.errors import SuiteInvalid
from slipway.smoke import suite

FILES = {"golden/7.png": b"\x89PNG"}


def parse(text: str) -> suite.Suite:
    return suite.parse(text.encode(), FILES.__getitem__)


def test_an_empty_suite_has_useful_defaults() -> None:
    """Ready and identity are asked in any case."""
    assert parse("") == suite.Suite((), "/health", 120, "/version")


def test_a_golden_picture_is_sent_as_a_data_url() -> None:
    """The suite names the file, the service gets its content."""
    request = parse("requests: [{name: a, image: golden/7.png, expect: {json: {p: '7'}}}]").requests[0]
    assert request.json == {"image": "data:image/png;base64,iVBORw=="}
    assert (request.method, request.path, request.status, request.expect_json) == ("POST", "/predict", 200, {"p": "7"})


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("requests: [", "cannot be understood"),
        ("[1, 2]", "cannot be understood"),
        ("ready: {deadline: soon}", "cannot be understood"),
        ("requests: [{path: /}]", "has no name"),
        ("requests: [{name: a, path: '@127.0.0.1:9001/x'}]", "must begin with '/'"),
        ("ready: {path: .evil.example/x}", "must begin with '/'"),
        ("identity: {path: [1]}", "must begin with '/'"),
        ("requests: [{name: a, method: TRACE}]", "must be one of"),
        ("[" * 20_000, "cannot be understood"),
        ("requests: [{name: a, image: golden/8.png}]", "golden/8.png, which is not there"),
    ],
)
def test_mistakes_are_explained(text: str, why: str) -> None:
    """One sentence instead of a traceback."""
    with pytest.raises(SuiteInvalid, match=why):
        parse(text)
