"""What was changed after its test raises an alarm."""

from __future__ import annotations

import json

import pytest

from slipway.bootstrap.evidence import report_change


def test_a_change_is_logged_and_counted(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """In the metric that the template's alarm watches, for the stack that it happened in."""
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "birds")
    report_change("evidence/birds-r12/staging.json is not what was stored.")
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    metric = next(line for line in lines if "_aws" in line)
    assert (metric["service"], metric["EvidenceChanged"]) == ("birds", [1.0])
    assert metric["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "Slipway"
    assert metric["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == [["service"]]
    log = next(line for line in lines if line.get("message") == "EvidenceChanged")
    assert (log["level"], log["what"]) == ("ERROR", "evidence/birds-r12/staging.json is not what was stored.")
