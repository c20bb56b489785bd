"""What a rehearsal leaves: a table for people and summary.json for programs."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rehearsal.ledger import Release, Smoke
from rehearsal.story import Scenario

TITLES = ["release", "candidate", "sample", "state", "smoke", "answered", "time"]


@dataclass(frozen=True, slots=True)
class Result:
    """A scenario and the release that came of it, as the ledger has it at the end."""

    scenario: Scenario
    release: Release

    @property
    def smoke(self) -> Smoke:
        """What the smoke test on staging found; nothing if it never ran."""
        return self.release.smoke.get("staging", Smoke())


@dataclass(frozen=True, slots=True)
class EnvironmentResult:
    """What an environment says at the end."""

    url: str
    passport: dict[str, Any]

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {"url": self.url, "passport": self.passport}


def rows(results: Sequence[Result]) -> list[list[str]]:
    """The table's rows, below TITLES."""
    return [
        [
            one.release.id,
            one.release.candidate,
            one.scenario.sample,
            one.release.state,
            f"{one.smoke.passed} / {one.smoke.failed}" if one.release.smoke else "-",
            one.release.answered_by or "-",
            f"{one.release.seconds:.1f} s",
        ]
        for one in results
    ]


def write_summary(
    path: Path,
    results: Sequence[Result],
    production: EnvironmentResult,
    staging: EnvironmentResult,
    approvals_asked: int,
) -> None:
    """Write summary.json."""
    document = {
        "releases": [_release(one) for one in results],
        "production": production.document(),
        "staging": staging.document(),
        "approvals_asked": approvals_asked,
    }
    path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n")


def _release(one: Result) -> dict[str, Any]:
    return {
        "release": one.release.id,
        "candidate": one.release.candidate,
        "model": one.release.model,
        "sample": one.scenario.sample,
        "state": one.release.state,
        "seconds": round(one.release.seconds, 3),
        "smoke": {"passed": one.smoke.passed, "failed": one.smoke.failed},
        "answered_by": one.release.answered_by or None,
    }
