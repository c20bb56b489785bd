"""Every alarm is explained, and what alarms and dashboard read is what the code writes."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest
from aws_lambda_powertools import Logger
from cfnlint.decode import cfn_yaml

from slipway.adapters.batches import handle_each
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
    spelled = re.findall(r"""(?:add_metric\(name=|report\(|Measurement\(|_seconds\()"(\w+)\"""", source)
    states = {f"Release{''.join(map(str.capitalize, state.split('_')))}" for state in State}
    verdicts = {f"{target}{verdict.capitalize()}" for target in ("Staging", "Production") for verdict in Verdict}
    return {*spelled, *states, *verdicts, *measurements._DURATIONS.values()}


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


# What is logged without a release, and why.
WITHOUT_RELEASE = {
    "decided": "the stack is deployed",
    "first_deployment failed": "the stack is deployed",
    "subscribed": "the stack is deployed",
    "subscribe failed": "the stack is deployed",
    "discovered": "the stack is deployed",
    "discover_pipeline failed": "the stack is deployed",
    "not settled": "an upload that is no release yet; its key is told",
    "received": "the release if the upload opened one",
    "refused": "a request that nobody has signed",
    "not taken": "a request whose signature could not be checked",
    "page": "addresses hold personal links",
    "page failed": "addresses hold personal links",
    "stopped": "the key was given before",
    "not told": "the key was given before",
    "digest sent": "several releases",
}


def log_calls(path: Path) -> list[tuple[str, bool]]:
    """Return the message of each line that a handler logs, and whether the release is in it."""
    tree, found = ast.parse(path.read_text()), []
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        calls = [
            node for node in ast.walk(function) if isinstance(node, ast.Call) and "logger." in ast.unparse(node.func)
        ]
        keyed = any("append_keys(release=" in ast.unparse(call) for call in calls)
        lines = [call for call in calls if call.args and isinstance(call.args[0], ast.Constant)]
        found += [(ast.literal_eval(call.args[0]), keyed or "'release'" in ast.unparse(call)) for call in lines]
    return found


@pytest.mark.parametrize("handler", sorted((ROOT / "functions").glob("*/app.py")), ids=lambda path: path.parent.name)
def test_what_is_logged_about_a_release_names_it(handler: Path) -> None:
    """By one name, `release`, so that one query finds all that happened to it; batches keep it for their failures."""
    calls = log_calls(handler)
    assert calls or "handle_each" in handler.read_text()
    assert {message for message, named in calls if not named} <= set(WITHOUT_RELEASE)


def test_a_record_that_fails_is_logged_with_its_release(capsys: pytest.CaptureFixture[str]) -> None:
    """And the next record, which has none, without."""
    logger = Logger(service="test_a_record_that_fails", stream=None)

    def handle(record: dict[str, Any]) -> None:
        if release := record.get("release"):
            logger.append_keys(release=release)
        raise RuntimeError("broken")

    event = {"Records": [{"messageId": "1", "release": "digits-r1"}, {"messageId": "2"}]}
    assert len(handle_each(event, handle, logger)["batchItemFailures"]) == 2
    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (first["release"], "release" in second) == ("digits-r1", False)
