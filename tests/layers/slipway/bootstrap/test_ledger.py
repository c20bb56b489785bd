"""What changes in the ledger is measured by whichever function changes it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from slipway.bootstrap.ledger import measure
from slipway.models import State
from tests.support.made_releases import WAITING


def test_a_change_is_a_line_of_metrics_with_the_release_id(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """For the stack that it happened in; the id is no dimension, which would be a metric for each release."""
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "birds")
    expired = replace(WAITING, state=State.EXPIRED, times={**WAITING.times, State.EXPIRED: WAITING.opened_at})
    measure(WAITING, expired)
    (line,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert (line["service"], line["ReleaseExpired"], line["release"]) == ("birds", [1.0], "birds-r12")
    assert line["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == [["service"]]
    assert line["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "Slipway"


def test_a_change_that_measures_nothing_writes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """Most changes are votes, reminders and what was found."""
    measure(WAITING, replace(WAITING, reason="staging runs another build"))
    assert capsys.readouterr().out == ""
