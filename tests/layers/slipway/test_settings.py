"""A function is told everything by its environment, or does not start."""

from dataclasses import MISSING, fields

import pytest
from cfnlint.decode import cfn_yaml

from slipway import settings
from slipway.errors import SettingMissing
from tests.support.paths import ROOT


def test_values_get_the_types_that_the_settings_declare() -> None:
    """Numbers are numbers, and only `true` is true."""
    given = {"APPROVERS": "U0ADA=ada@example.com", "REQUIRED_APPROVALS": "2", "UPLOADER_PROOF": "claim"}
    given["ALLOW_SELF_APPROVAL"] = "True"
    read = settings.read(settings.Policy, given)
    assert (read.required_approvals, read.allow_self_approval) == (2, True)
    assert settings.read(settings.Policy, {**given, "ALLOW_SELF_APPROVAL": "yes"}).allow_self_approval is False


def test_a_missing_variable_is_named() -> None:
    """The message says which one, and where it belongs."""
    with pytest.raises(SettingMissing, match=r"LEDGER_TABLE is missing: set it in template\.yaml"):
        settings.read(settings.OpenRelease, {"PIPELINE_NAME": "slipway"})


def test_a_setting_with_a_default_may_be_missing() -> None:
    """On AWS nothing sets AWS_ENDPOINT_URL."""
    names = ("SLACK_API_URL", "CLICKS_QUEUE", "SLACK_SECRET", "SLACK_TEAM", "AWS_REGION")
    given = settings.read(settings.WebSlack, dict.fromkeys(names, "given"))
    assert (given.slack_team, given.aws_endpoint_url) == ("given", "")


FUNCTIONS = {
    settings.ReceiveUpload: "ReceiveUpload",
    settings.OpenRelease: "OpenRelease",
    settings.SmokeTest: "SmokeTest",
    settings.RecordProgress: "RecordProgress",
    settings.AttachedSmokeTest: "AttachedSmokeTest",
    settings.RecordUploader: "RecordUploader",
    settings.Announce: "Announce",
    settings.WebSlack: "Web",
    settings.WebPages: "Web",
    settings.TakeAnswer: "TakeAnswer",
    settings.Sweep: "Sweep",
    settings.WatchProduction: "WatchProduction",
}


@pytest.mark.parametrize(("kind", "function"), FUNCTIONS.items(), ids=lambda each: getattr(each, "__name__", each))
def test_the_template_sets_every_variable_that_a_function_reads(kind: type, function: str) -> None:
    """A setting without a variable would be noticed by the first event."""
    template = cfn_yaml.load(str(ROOT / "template.yaml"))
    environments = [template["Globals"]["Function"], template["Resources"][function]["Properties"]]
    given = {name for each in environments for name in each.get("Environment", {}).get("Variables", {})}
    assert {field.name.upper() for field in fields(kind) if field.default is MISSING} - {"AWS_REGION"} <= given
