"""A suite of smoke tests: what a service has to show before anybody is asked about it."""

from __future__ import annotations

from dataclasses import dataclass, field

from slipway.models import Json
from slipway.smoke.suite.requests import Check, Predict, Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready(Check):
    """The service answers `status` at `path` within `deadline` seconds; nothing else is asked before."""

    name: str = "ready"
    path: str = "/health"
    status: int = 200
    deadline: float = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity(Check):
    """The release under test is what answers, `answers` times in a row.

    With neither `expression` (JMESPath) nor `header`, the JSON at `path` must contain the whole passport; with one of
    them, what it finds must equal the passport's member `member`. `deployment` asks Elastic
    Beanstalk instead of the service: the version that was deployed runs, and the service answers. `absent` is a service
    that cannot tell: the evidence then says so.
    """

    name: str = "identity"
    path: str = "/version"
    expression: str = ""
    header: str = ""
    member: str = "release"
    answers: int = 3
    absent: bool = False
    deployment: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract(Check):
    """Every answer to a golden input satisfies `schema`; each malformed request gets a 4xx, never a 5xx."""

    name: str = "contract"
    schema: Json | None = None
    malformed: tuple[Request, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Accuracy(Check):
    """At least the share `at_least` of the golden set is right, at most `below_production` less than in production.

    `slices` maps slices of the golden set to the share of each that must be right.
    """

    name: str = "accuracy"
    at_least: float | None = None
    below_production: float | None = None
    slices: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency(Check):
    """Percentiles of the time to the last byte in milliseconds: `requests` golden inputs, `concurrency` at a time."""

    name: str = "latency"
    p50: float | None = None
    p95: float | None = None
    p99: float | None = None
    concurrency: int = 1
    requests: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Compare(Check):
    """The same golden inputs to production: at least the share `agreement` of the predictions stays what it is."""

    name: str = "compare"
    agreement: float = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """All checks of a model's service; those that are None are not made.

    `golden` is the folder of the golden set beside the suite; `concurrency` is how many of it are asked at a time.
    """

    ready: Ready = Ready()
    identity: Identity = Identity()
    predict: Predict = field(default_factory=Predict)
    requests: tuple[Request, ...] = ()
    contract: Contract | None = None
    accuracy: Accuracy | None = None
    latency: Latency | None = None
    compare: Compare | None = None
    golden: str = "golden"
    concurrency: int = 4
