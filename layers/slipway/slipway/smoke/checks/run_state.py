"""How far a run has come: plain enough to be written down, so that another invocation can go on from it."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal

from slipway.models import Json, Verdict
from slipway.smoke.evidence import Finding

GIVE_UP = 20  # questions in a row without an answer: the rest would get none either

type Step = Literal["ready", "requests", "malformed", "golden", "latency", "ended"]


@dataclass(slots=True)
class GoldenTally:
    """What the golden set has shown so far; nothing in it grows with the number of cases.

    `unanswered` cases got no answer, `late` ones none in time, `silent` ones are those since the last answer.
    `blank` answers had no prediction, the last one as `blankness` says. `mute` inputs were answered by production with
    nothing that could be compared, or not at all. `classes` counts cases, right ones, and right ones in production.
    `confusion` has expected and predicted labels in one key.
    """

    asked: int = 0
    seconds: float = 0
    silent: int = 0
    cases: int = 0
    right: int = 0
    unanswered: int = 0
    late: int = 0
    reason: str = ""
    blank: int = 0
    blankness: str = ""
    production_cases: int = 0
    production_right: int = 0
    classes: dict[str, list[int]] = field(default_factory=dict)
    confusion: dict[str, int] = field(default_factory=dict)
    broken: int = 0
    breaches: list[str] = field(default_factory=list)
    mute: int = 0
    compared: int = 0
    agreed: int = 0
    changes: list[Json] = field(default_factory=list)
    pictures: int = 0


@dataclass(slots=True)
class LatencyTally:
    """The times so far; `bad` answers were no 2xx.

    `lost` requests got no answer, `late` ones none in time, `silent` ones are those since the last answer.
    """

    asked: int = 0
    seconds: float = 0
    silent: int = 0
    bad: int = 0
    lost: int = 0
    late: int = 0
    reason: str = ""
    attempt: int = 1
    target: dict[str, int] = field(default_factory=dict)
    production: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class State:
    """A run on its way: `step` is what comes next, `at` how much of it is done.

    `job` is the pipeline's job that it was last done for. `beside` is whether production is asked, too, which left the
    last `hush` questions unanswered; `production` is the release there, `no_production` the sentence that says why
    there is none to compare with. `malformed` holds what was wrong with the answers to malformed requests, `lost` why
    there were none.
    """

    run: str
    started_at: str
    job: str = ""
    step: Step = "ready"
    at: int = 0
    findings: list[Json] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    beside: bool = False
    hush: int = 0
    production: str = ""
    no_production: str = ""
    malformed: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    golden: GoldenTally = field(default_factory=GoldenTally)
    latency: LatencyTally = field(default_factory=LatencyTally)

    @property
    def started(self) -> datetime:
        """When the run began."""
        return datetime.fromisoformat(self.started_at)

    def found(self, finding: Finding) -> None:
        """Keep what a check found."""
        self.findings.append(asdict(finding))

    @property
    def asks_production(self) -> bool:
        """Whether production is there, and not given up."""
        return self.beside and self.hush < GIVE_UP

    def heard(self, silence: str) -> None:
        """Count how long production has been silent; what does not answer at all is asked no more."""
        if self.hush >= GIVE_UP:  # an answer to what was still on its way
            return
        self.hush = self.hush + 1 if silence else 0
        if self.hush == GIVE_UP:
            self.no_production = f"Production left {GIVE_UP} questions in a row without an answer: {silence}"
            self.warnings.append(f"{self.no_production} It was not asked any more.")

    def go_on(self, step: Step) -> None:
        """Begin with the next step."""
        self.step, self.at = step, 0


def begin(at: datetime) -> State:
    """Make the state of a run that has not begun."""
    return State(uuid.uuid4().hex, at.isoformat())


def written(state: State) -> Json:
    """Write a run down."""
    return asdict(state)


def read(content: Json) -> State:
    """Read a run that was written down."""
    tallies: dict[str, Any] = {
        "golden": GoldenTally(**content["golden"]),
        "latency": LatencyTally(**content["latency"]),
    }
    return State(**content | tallies)


def findings(state: State) -> tuple[Finding, ...]:
    """Give what the checks have found so far."""
    return tuple(Finding(**found | {"verdict": Verdict(found["verdict"])}) for found in state.findings)
