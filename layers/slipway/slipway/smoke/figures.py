"""The figures that an approver looks at: accuracy, latency, and what changes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Score:
    """How many of so many cases were right; `low` and `high` bound the true share (Wilson, 95 %)."""

    right: int
    cases: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """The share that was right, 0 to 1; 0 without cases."""
        return self.right / self.cases if self.cases else 0.0


@dataclass(frozen=True, slots=True)
class ClassScore:
    """One class of the golden set: its cases, how many were right, and how many in production (None without one)."""

    label: str
    cases: int
    right: int
    production: int | None = None


@dataclass(frozen=True, slots=True)
class SliceScore:
    """One slice of the golden set, as ClassScore; `at_least` is the share that the suite asks for."""

    name: str
    cases: int
    right: int
    production: int | None = None
    at_least: float | None = None


@dataclass(frozen=True, slots=True)
class AccuracyFigures:
    """The golden set's outcome; `confusion` counts (expected, predicted) pairs."""

    score: Score
    production: Score | None
    classes: tuple[ClassScore, ...]
    confusion: dict[tuple[str, str], int]
    at_least: float | None = None
    below_production: float | None = None
    slices: tuple[SliceScore, ...] = ()


@dataclass(frozen=True, slots=True)
class Timing:
    """Times to the last byte in milliseconds; `histogram` has (upper bound, count), rising, without empty buckets."""

    requests: int
    p50: float
    p95: float
    p99: float
    histogram: tuple[tuple[float, int], ...]


@dataclass(frozen=True, slots=True)
class LatencyFigures:
    """How fast the build under test is beside production; `budgets` maps p50, p95, p99 to milliseconds."""

    timing: Timing
    production: Timing | None
    concurrency: int
    budgets: dict[str, float]


@dataclass(frozen=True, slots=True)
class Change:
    """A golden input that the build under test answers otherwise than production; `expected` is empty if nobody knows.

    `picture` is a data URL, empty if the input is no picture or too large.
    """

    case: str
    expected: str
    before: str
    after: str
    before_confidence: float | None
    after_confidence: float | None
    picture: str = ""


@dataclass(frozen=True, slots=True)
class ReplayFigures:
    """Sampled requests to both: `compared` are those that production predicts something for."""

    found: int
    asked: int
    compared: int
    agreed: int

    @property
    def changed(self) -> int:
        """How many get another prediction than in production, or none."""
        return self.compared - self.agreed


@dataclass(frozen=True, slots=True)
class Comparison:
    """The same inputs to both; `changes` holds the first ones, `changed` counts all.

    `replay` is None where no requests are sampled.
    """

    cases: int
    agreed: int
    changed: int
    changes: tuple[Change, ...]
    agreement: float = 0
    replay: ReplayFigures | None = None
