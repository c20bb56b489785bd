"""Evidence as the JSON document that is kept of it."""

from __future__ import annotations

from slipway.models import Evidence, Json, SmokeSummary, Verdict

SCHEMA = 1


def document(evidence: Evidence) -> Json:
    """Write evidence down."""
    return {
        "schema": SCHEMA,
        "release": evidence.release,
        "target": evidence.target,
        "url": evidence.url,
        "verdict": evidence.verdict,
        "started_at": evidence.started_at.isoformat(),
        "seconds": round(evidence.seconds, 3),
        "checks": [
            {
                "name": finding.name,
                "verdict": finding.verdict,
                "sentence": finding.sentence,
                "seconds": round(finding.seconds, 3),
            }
            for finding in evidence.findings
        ],
    }


def key_of(release: str, target: str) -> str:
    """Name the place of evidence in the model bucket."""
    return f"evidence/{release}/{target}.json"


def summary(evidence: Evidence) -> SmokeSummary:
    """Reduce evidence to what the ledger keeps."""
    return SmokeSummary(
        verdict=evidence.verdict,
        passed=evidence.count(Verdict.PASSED),
        failed=evidence.count(Verdict.FAILED),
        inconclusive=evidence.count(Verdict.INCONCLUSIVE),
        seconds=round(evidence.seconds, 3),
        evidence=key_of(evidence.release, evidence.target),
    )


def sentence(evidence: Evidence) -> str:
    """Say what was found, the first misses by name."""
    if evidence.verdict is Verdict.PASSED:
        return f"{evidence.count(Verdict.PASSED)} checks passed."
    misses = [f"{item.name}: {item.sentence}" for item in evidence.findings if item.verdict is not Verdict.PASSED]
    more = f" And {len(misses) - 3} more." if len(misses) > 3 else ""
    return f"Smoke test {evidence.verdict}: " + " ".join(misses[:3]) + more
