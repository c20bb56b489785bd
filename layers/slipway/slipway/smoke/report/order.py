"""The order of findings: what is worse comes first, and of equally bad ones what says more about a build."""

from __future__ import annotations

from collections.abc import Iterable

from slipway.models import Verdict
from slipway.smoke.evidence import Evidence, Finding, Kind

_VERDICTS = (Verdict.FAILED, Verdict.INCONCLUSIVE, Verdict.PASSED)
_KINDS: tuple[Kind, ...] = ("ready", "identity", "accuracy", "compare", "latency", "contract", "request")


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings: failed ones first, then inconclusive, then passed ones, and of each the `must` first."""
    return sorted(findings, key=_weight)


def _weight(finding: Finding) -> tuple[int, bool, int]:
    """Return the key by which findings are sorted, the worst first."""
    return _VERDICTS.index(finding.verdict), finding.severity == "should", _KINDS.index(finding.kind)


def not_passed(evidence: Evidence) -> list[Finding]:
    """Return the findings that did not pass, the worst first."""
    return [finding for finding in worst_first(evidence.findings) if finding.verdict is not Verdict.PASSED]


def blocking(evidence: Evidence) -> list[Finding]:
    """Return the findings that keep the suite from passing, the worst first."""
    return [finding for finding in not_passed(evidence) if finding.severity == "must"]
