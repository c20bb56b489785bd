"""What a rehearsal leaves."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rehearsal import summary
from rehearsal.ledger import Release, Smoke
from rehearsal.story import SCENARIOS
from rehearsal.summary import EnvironmentResult, Result

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
LIVE = Release(
    id="digits-r1",
    candidate="digits-7f3c1e9a2b4d",
    model="digits",
    prefix="models/digits/v1/",
    state="retired",
    times={
        "received": NOON,
        "live": NOON + timedelta(seconds=12.3456),
        "retired": NOON + timedelta(minutes=5),
    },
    smoke={"staging": Smoke(7), "production": Smoke(6)},
    answered_by="U0ADA",
    decision="approved",
)
REFUSED = Release("digits-r2", "digits-0", "digits", "models/digits/broken/", "refused", {"received": NOON})
PLAYED = [Result(SCENARIOS[0], LIVE), Result(SCENARIOS[3], REFUSED)]


def test_the_summary_has_what_programs_ask_for(tmp_path: Path) -> None:
    """Each release with its end, both environments with their passports, and how often somebody was asked."""
    path = tmp_path / "summary.json"
    production, staging = EnvironmentResult("http://p", {"release": "digits-r1"}), EnvironmentResult("http://s", {})
    summary.write_summary(path, PLAYED, production, staging, approvals_asked=1)
    assert json.loads(path.read_text()) == {
        "releases": [
            {
                "release": "digits-r1",
                "candidate": "digits-7f3c1e9a2b4d",
                "model": "digits",
                "sample": "v1",
                "state": "retired",
                "seconds": 12.346,
                "smoke": {"passed": 7, "failed": 0},
                "answered_by": "U0ADA",
            },
            {
                "release": "digits-r2",
                "candidate": "digits-0",
                "model": "digits",
                "sample": "broken",
                "state": "refused",
                "seconds": 0.0,
                "smoke": {"passed": 0, "failed": 0},
                "answered_by": None,
            },
        ],
        "production": {"url": "http://p", "passport": {"release": "digits-r1"}},
        "staging": {"url": "http://s", "passport": {}},
        "approvals_asked": 1,
    }


def test_the_table_says_the_same_to_people() -> None:
    """What never happened is a dash."""
    assert summary.rows(PLAYED) == [
        ["digits-r1", "digits-7f3c1e9a2b4d", "v1", "retired", "7 / 0", "U0ADA", "12.3 s"],
        ["digits-r2", "digits-0", "broken", "refused", "-", "-", "0.0 s"],
    ]
