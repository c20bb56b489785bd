"""Evidence in a few words, for the ledger and for CodePipeline's console."""

from __future__ import annotations

from collections.abc import Iterator

from slipway.models import SmokeSummary, Verdict
from slipway.models.formatting import counted, milliseconds, percent
from slipway.models.text import shortened
from slipway.smoke.evidence import Evidence, Finding, key_of
from slipway.smoke.report import changes
from slipway.smoke.report.order import blocking, not_passed

LONGEST = 1000  # characters; CodePipeline takes 2048 of a summary


def summary(evidence: Evidence) -> SmokeSummary:
    """Return what of evidence the ledger keeps."""
    accuracy, latency, comparison = evidence.accuracy, evidence.latency, evidence.comparison
    return SmokeSummary(
        verdict=evidence.verdict,
        passed=evidence.count(Verdict.PASSED),
        failed=evidence.count(Verdict.FAILED),
        inconclusive=evidence.count(Verdict.INCONCLUSIVE),
        seconds=round(evidence.seconds, 3),
        evidence=key_of(evidence.release, evidence.target),
        accuracy=accuracy.score.share if accuracy else None,
        production_accuracy=accuracy.production.share if accuracy and accuracy.production else None,
        p95=latency.timing.p95 if latency else None,
        production_p95=latency.production.p95 if latency and latency.production else None,
        changed=comparison.changed if comparison else None,
        replayed=comparison.replay.compared if comparison and comparison.replay else None,
        replayed_changed=comparison.replay.changed if comparison and comparison.replay else None,
    )


def sentence(evidence: Evidence) -> str:
    """Return what was found in at most 1,000 characters: the first failures by name, or else the figures."""
    return shortened(" ".join([_found(evidence), *evidence.warnings]), LONGEST)


def _found(evidence: Evidence) -> str:
    """Return what was found, in sentences."""
    if evidence.verdict is not Verdict.PASSED:
        return f"Smoke test {evidence.verdict}: {_by_name(blocking(evidence)) or 'nothing was checked that must pass.'}"
    found = f"{counted(evidence.count(Verdict.PASSED), 'check')} passed."
    figures = ", ".join(_figures(evidence))
    told = f" Told only: {_by_name(rest)}" if (rest := not_passed(evidence)) else ""
    return found + (f" {figures[0].upper()}{figures[1:]}." if figures else "") + told


def _by_name(findings: list[Finding]) -> str:
    """Return the first three findings by name, and how many more there are."""
    first = " ".join(f"{finding.name}: {finding.sentence}" for finding in findings[:3])
    return f"{first} And {len(findings) - 3} more." if len(findings) > 3 else first


def _figures(evidence: Evidence) -> Iterator[str]:
    """Yield the figures, each beside production's."""
    if accuracy := evidence.accuracy:
        beside = f" (production {percent(accuracy.production.share)})" if accuracy.production else ""
        yield f"accuracy {percent(accuracy.score.share)}{beside}"
    if latency := evidence.latency:
        beside = f" (production {milliseconds(latency.production.p95)})" if latency.production else ""
        yield f"p95 {milliseconds(latency.timing.p95)}{beside}"
    if comparison := evidence.comparison:
        yield f"{comparison.changed:,} of {counted(comparison.cases, 'prediction')} changed"
        yield from changes.replayed(comparison)
