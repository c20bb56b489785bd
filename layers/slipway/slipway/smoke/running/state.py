"""How far a run has come: plain enough to be stored as JSON, so that another invocation can continue it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from slipway.models import Json
from slipway.models.codec import decode, encode
from slipway.models.text import shown, visible
from slipway.smoke.evidence import Finding, Judgement, Kind
from slipway.smoke.measurements.golden_tally import GoldenTally
from slipway.smoke.measurements.replay_tally import ReplayTally
from slipway.smoke.measurements.tallies import GIVE_UP, LatencyTally
from slipway.smoke.suite.requests import Check

_NO_BREAK = "\u00a0"
_LONGEST = 2000  # characters of a sentence

type Step = Literal["ready", "requests", "malformed", "replay", "golden", "latency", "ended"]


@dataclass(slots=True)
class RunState:
    """A run on its way: `step` is what is done now, `position` how many of its requests are done.

    `job` is the pipeline's job that last continued it, `artifacts` the SHA-256 of what is tested, by name, and
    `version` the label that ran when the run began, where the suite's identity is that of the deployment.
    `production_ready` says whether production is asked, too; `production_unanswered` counts its last requests without
    an answer, `production_release` names the release there, and `not_compared` is the sentence that says why there is
    no comparison (any more). `malformed_failures` holds what was wrong with the answers to malformed requests,
    `malformed_unreachable` why there was no answer.
    """

    run_id: str  # first, so that the beginning of the JSON tells whose it is
    started_at: str
    job: str = ""
    artifacts: dict[str, str] = field(default_factory=dict)
    version: str = ""
    step: Step = "ready"
    position: int = 0
    findings: list[Finding] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    production_ready: bool = False
    production_unanswered: int = 0
    production_release: str = ""
    not_compared: str = ""
    malformed_failures: list[str] = field(default_factory=list)
    malformed_unreachable: list[str] = field(default_factory=list)
    replay: ReplayTally = field(default_factory=ReplayTally)
    golden: GoldenTally = field(default_factory=GoldenTally)
    latency: LatencyTally = field(default_factory=LatencyTally)

    @classmethod
    def new(cls, at: datetime) -> RunState:
        """Return the state of a run that begins now."""
        return cls(uuid.uuid4().hex, at.isoformat())

    @classmethod
    def from_json(cls, content: Json) -> RunState:
        """Read what `to_json` returned; raises KeyError, TypeError or ValueError for anything else."""
        state = decode(cls, content)
        if state.to_json() != content:  # a run cannot be continued with half of what another version knew of it
            raise ValueError("Another version of Slipway has saved this run.")
        return state

    def to_json(self) -> Json:
        """Return the state as JSON can hold it."""
        content: Json = encode(self)
        return content

    @property
    def started(self) -> datetime:
        """The time at which the run began."""
        return datetime.fromisoformat(self.started_at)

    @property
    def asks_production(self) -> bool:
        """Whether production is there and has not been given up."""
        return self.production_ready and self.production_unanswered < GIVE_UP

    def begin(self, step: Step) -> None:
        """Make a step the current one, at its first request."""
        self.step, self.position = step, 0

    def add_finding(self, kind: Kind, check: Check, judgement: Judgement, seconds: float, name: str = "") -> None:
        """Add what a check found, under its own name or `name`.

        Suites and services are written by strangers, and so are parts of names and sentences.
        """
        verdict, sentence = judgement
        finding = Finding(kind, shown(name or check.name), verdict, _bounded(sentence), seconds, check.severity)
        self.findings.append(finding)

    def skip_comparison(self, sentence: str, warning: str = "") -> None:
        """Store why production is not compared with (any more), and warn of it."""
        self.not_compared = sentence
        self.warnings.append(_bounded(warning or sentence))

    def count_production(self, unanswered: str) -> None:
        """Count an answer of production, or why there was none; after GIVE_UP without one it is asked no more."""
        if self.production_unanswered >= GIVE_UP:  # an answer to what was still on its way
            return
        self.production_unanswered = self.production_unanswered + 1 if unanswered else 0
        if self.production_unanswered == GIVE_UP:
            sentence = f"Production left {GIVE_UP} questions in a row without an answer: {unanswered}"
            self.skip_comparison(sentence, f"{sentence} It was not asked any more.")


def _bounded(sentence: str) -> str:
    """Return a sentence cut to 2,000 characters, with hidden characters made visible."""
    short = sentence if len(sentence) <= _LONGEST else f"{sentence[:_LONGEST]}…"
    return _NO_BREAK.join(map(visible, short.split(_NO_BREAK)))  # it keeps our figures whole, and hides nothing
