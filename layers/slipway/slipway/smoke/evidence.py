"""What a suite leaves: findings, and the figures that an approver looks at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from slipway.models import Verdict
from slipway.smoke.figures import AccuracyFigures, Comparison, LatencyFigures

type Kind = Literal["ready", "identity", "request", "contract", "accuracy", "latency", "compare"]
type Judgement = tuple[Verdict, str]  # and the sentence that says why


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found, in one sentence; `seconds` it took; a `should` that failed does not fail the suite."""

    kind: Kind
    name: str
    verdict: Verdict
    sentence: str
    seconds: float
    severity: Literal["must", "should"] = "must"


@dataclass(frozen=True, slots=True)
class Evidence:
    """The report that a suite leaves of one release on one target.

    `warnings` are sentences that an approver must not miss, such as a service that cannot tell which release it is.
    `production` is the release that it was compared with, and `production_url` where; empty without one.
    """

    release: str
    target: str
    url: str
    findings: tuple[Finding, ...]
    started_at: datetime
    seconds: float
    candidate: str = ""
    commit: str = ""
    production: str = ""
    production_url: str = ""
    warnings: tuple[str, ...] = ()
    accuracy: AccuracyFigures | None = None
    latency: LatencyFigures | None = None
    comparison: Comparison | None = None

    def count(self, verdict: Verdict) -> int:
        """Return how many checks ended with this verdict."""
        return sum(finding.verdict is verdict for finding in self.findings)

    @property
    def verdict(self) -> Verdict:
        """Failed if a `must` failed; inconclusive if a `must`, or everything, could not be judged; else passed."""
        musts = [finding.verdict for finding in self.findings if finding.severity == "must"]
        if Verdict.FAILED in musts:
            return Verdict.FAILED
        if Verdict.INCONCLUSIVE in musts or not musts:
            return Verdict.INCONCLUSIVE
        return Verdict.PASSED


def key_of(release: str, target: str, suffix: str = ".json") -> str:
    """Return the key of evidence in the model bucket: `evidence/birds-r12/staging.json`."""
    return f"evidence/{release}/{target}{suffix}"
