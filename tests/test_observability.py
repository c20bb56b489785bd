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


def test_the_metrics_of_the_bake_s_alarms_are_published() -> None:
    """Enhanced health publishes its own value only, and others where a document of the environment says so."""
    production = cfn_yaml.load(str(ROOT / "pipeline" / "template.yaml"))["Resources"]["Production"]["Properties"]
    documents = [
        one["Value"]["Fn::If"] for one in production["OptionSettings"] if one.get("OptionName") == "ConfigDocument"
    ]
    ((_, baking, _),) = documents
    published = set(json.loads(baking)["CloudWatchMetrics"]["Environment"])
    read = {one["MetricName"] for one in ALARMS.values() if one["Namespace"] == "AWS/ElasticBeanstalk"}
    assert read == published | {"EnvironmentHealth"}


def test_every_alarm_of_production_counts_in_the_bake() -> None:
    """Those whose condition is the bake: in the function's list, and in the rule that wakes it."""
    names = {name for name in ALARMS if RESOURCES[name].get("Condition") == "UseBake"}
    watch = RESOURCES["WatchProduction"]["Properties"]
    listed = watch["Environment"]["Variables"]["BAKE_ALARMS"]["Fn::If"][1:]
    woken = watch["Events"]["Alarm"]["Properties"]["Pattern"]["resources"]["Fn::If"][1:]
    assert len(names) == 3
    for part in (*listed, *woken):
        assert set(re.findall(r"\w+Alarm\b", str(part))) == names


def test_what_users_get_wrong_does_not_count_against_a_release() -> None:
    """Neither on staging nor on production, whether alarms watch it or not."""
    environments = cfn_yaml.load(str(ROOT / "pipeline" / "template.yaml"))["Resources"]
    for name in ("Staging", "Production"):
        settings = environments[name]["Properties"]["OptionSettings"]
        (value,) = [one["Value"] for one in settings if one.get("OptionName") == "ConfigDocument"]
        for document in value["Fn::If"][1:] if isinstance(value, dict) else [value]:
            rules = json.loads(document)["Rules"]["Environment"]["Application"]
            assert rules == {"ApplicationRequests4xx": {"Enabled": False}}
