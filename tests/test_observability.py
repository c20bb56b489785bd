"""Every alarm is explained, and what alarms and dashboard read is what the code writes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from cfnlint.decode import cfn_yaml

from slipway.models import State, Verdict
from slipway.releases import measurements

ROOT = Path(__file__).parent.parent
RESOURCES = cfn_yaml.load(str(ROOT / "template.yaml"))["Resources"]
ALARMS = {name: one["Properties"] for name, one in RESOURCES.items() if one["Type"] == "AWS::CloudWatch::Alarm"}
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()
CODE = [*(ROOT / "functions").rglob("*.py"), *(ROOT / "layers" / "slipway" / "slipway").rglob("*.py")]


def emitted() -> set[str]:
    """Return the names of the metrics that the code writes: those it spells out, and one for each state and verdict."""
    source = "".join(path.read_text() for path in CODE)
    spelled = re.findall(r"""(?:add_metric\(name=|report\(|Measurement\()"(\w+)\"""", source)
    states = {f"Release{''.join(map(str.capitalize, state.split('_')))}" for state in State}
    verdicts = {f"{target}{verdict.capitalize()}" for target in ("Staging", "Production") for verdict in Verdict}
    durations = {name for _, name in measurements._DURATIONS.values()}
    return {*spelled, *states, *verdicts, *durations} | {"LeadSeconds"}


def dashboard() -> list[dict[str, Any]]:
    widgets: list[dict[str, Any]] = json.loads(RESOURCES["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"])[
        "widgets"
    ]
    return widgets


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_has_its_section(name: str) -> None:
    """Whoever is woken by its mail looks for its name."""
    section = re.search(rf"^### {name}\n(.+?)(?=^#|\Z)", OPERATIONS, re.MULTILINE | re.DOTALL)
    assert section
    assert all(f"**{part}**" in section[1] for part in ("Means", "Do"))


def test_a_section_about_an_alarm_is_about_one_that_exists() -> None:
    """One that was renamed would be looked for in vain."""
    assert set(re.findall(r"^### (\w+Alarm)$", OPERATIONS, re.MULTILINE)) == set(ALARMS)


@pytest.mark.parametrize("name", [name for name, one in ALARMS.items() if one["Namespace"] == "Slipway"])
def test_an_alarm_watches_a_metric_that_is_written(name: str) -> None:
    """A misspelt one would stay silent for ever; the dimension is the stack, which Powertools calls its service."""
    alarm = ALARMS[name]
    assert alarm["MetricName"] in emitted()
    assert alarm["Dimensions"] == [{"Name": "service", "Value": {"Ref": "AWS::StackName"}}]


def test_every_alarm_tells_somebody_and_no_missing_data_rings() -> None:
    """Nothing is released most of the time."""
    told = {(alarm["AlarmActions"][0]["Ref"], alarm["TreatMissingData"]) for alarm in ALARMS.values()}
    assert told == {("Alarms", "notBreaching")}


def test_the_dashboard_reads_metrics_that_are_written() -> None:
    """Its abbreviations repeat what stands before them in the row above."""
    read = set()
    for widget in dashboard():
        row: list[Any] = []
        for metric in widget["properties"]["metrics"]:
            given = [*row[: len(row) - len(metric) + 1], *metric[1:]] if metric[0] == "..." else metric
            row = [
                row[place] if part == "." else part for place, part in enumerate(given) if not isinstance(part, dict)
            ]
            if row[0] == "Slipway":
                assert row[2:] == ["service", "${AWS::StackName}"]
                read.add(row[1])
    assert read <= emitted()
    assert {name for name in emitted() if name.endswith("Seconds")} <= read
