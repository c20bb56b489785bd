"""The requests of a suite: how each is sent, and what its answer must be."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from slipway.models import Json

type Severity = Literal["must", "should"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What all checks have: a failed `must` fails the suite, a failed `should` is only told.

    `attempts` counts the first one; only a check that says so is tried again.
    """

    name: str
    severity: Severity = "must"
    attempts: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Predict:
    """How the service is asked about one input, and where its answer says what it is.

    An input that is a file is sent as a data URL in the JSON member `field_name`, as the multipart field of that name,
    or `raw` as the body; an input that is JSON is sent as it is. `answer` and `confidence` are JMESPath expressions;
    `timeout` is in seconds.
    """

    method: str = "POST"
    path: str = "/predict"
    send: Literal["json", "multipart", "raw"] = "json"
    field_name: str = "image"
    headers: dict[str, str] = field(default_factory=dict)
    answer: str = "prediction.winning_class"
    confidence: str = "prediction.confidence"
    timeout: float = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Matcher:
    """What a value must be; exactly one of these is set (`equals` is wrapped, because null is a value)."""

    equals: tuple[object] | None = None
    one_of: tuple[object, ...] | None = None
    about: tuple[float, float] | None = None  # a number, and by how much it may differ
    matches: str | None = None  # a regular expression, found anywhere in the text
    at_least: float | None = None
    at_most: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What an answer must be: its status is one of `statuses`, and everything else that is given holds too.

    `json` maps JMESPath expressions, `headers` header names in lower case; `schema` is a JSON Schema of the body.
    """

    statuses: tuple[int, ...] = (200,)
    json: dict[str, Matcher] = field(default_factory=dict)
    headers: dict[str, Matcher] = field(default_factory=dict)
    text: Matcher | None = None
    schema: Json | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a multipart form: the text of a field, or a file of the suite."""

    name: str
    text: str = ""
    file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request(Check):
    """One request and the answer it must get; at most one of the bodies is set.

    `input` is a file that is sent as `Predict` says; `json_body` is wrapped, because null is a value.
    """

    method: str = "POST"
    path: str = "/predict"
    query: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    input: str = ""
    json_body: tuple[object] | None = None
    raw: str | None = None
    form: tuple[Part, ...] = ()
    expect: Expectation = Expectation()
    timeout: float = 10
