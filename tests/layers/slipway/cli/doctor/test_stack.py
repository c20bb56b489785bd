"""What the doctor finds of a deployed stack."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from urllib.error import URLError

import boto3
import pytest
from botocore.stub import Stubber
from click.testing import CliRunner
from moto import mock_aws

from slipway.cli import doctor
from slipway.cli.__main__ import slipway
from slipway.cli.doctor import slack, stack
from slipway.cli.doctor.finding import Finding, Level


@pytest.fixture
def deployed(aws_environment: None) -> Iterator[stack.Stack]:
    """A small stack with an approver who is not subscribed, and alarms that nobody hears."""
    with mock_aws():
        sns = boto3.client("sns")
        outputs = {name: sns.create_topic(Name=name)["TopicArn"] for name in ("MailTopic", "AlarmsTopic")}
        yield stack.Stack("slipway", "CREATE_COMPLETE", {"Approvers": "U0ADA=ada@example.com"}, outputs)


def levels(findings: Iterator[Finding]) -> list[Level]:
    return [finding.level for finding in findings]


def test_a_stack_that_is_not_there_is_none(aws_environment: None) -> None:
    """Before the first deployment."""
    client = boto3.client("cloudformation")
    with Stubber(client) as stubber:
        stubber.add_client_error("describe_stacks", "ValidationError", "Stack with id slipway does not exist")
        session: Any = SimpleNamespace(client=lambda _: client)
        assert stack.read(session, "slipway") is None


def test_a_stack_is_read_with_its_parameters_and_outputs(aws_environment: None) -> None:
    """By their names."""
    client = boto3.client("cloudformation")
    answer = {
        "StackName": "slipway",
        "CreationTime": datetime(2026, 1, 1, tzinfo=UTC),
        "StackStatus": "CREATE_COMPLETE",
        "Parameters": [{"ParameterKey": "Branch", "ParameterValue": "main"}],
        "Outputs": [{"OutputKey": "ModelBucket", "OutputValue": "models"}],
    }
    with Stubber(client) as stubber:
        stubber.add_response("describe_stacks", {"Stacks": [answer]})
        session: Any = SimpleNamespace(client=lambda _: client)
        found = stack.read(session, "slipway")
    assert found == stack.Stack("slipway", "CREATE_COMPLETE", {"Branch": "main"}, {"ModelBucket": "models"})


def test_a_failed_deployment_is_a_problem() -> None:
    """The events say why."""
    (found,) = stack.state(stack.Stack("slipway", "UPDATE_ROLLBACK_COMPLETE", {}, {}))
    assert (found.level, "describe-stack-events" in found.cure) == (Level.PROBLEM, True)


def test_an_approver_without_a_subscription_is_told(deployed: stack.Stack) -> None:
    """They would wait for a mail that never comes."""
    (found,) = stack.mail(boto3.Session(), deployed)
    assert (found.level, "ada@example.com" in found.sentence) == (Level.PROBLEM, True)


def test_an_approver_who_has_confirmed_is_fine(deployed: stack.Stack) -> None:
    """In any spelling."""
    boto3.client("sns").subscribe(TopicArn=deployed.outputs["MailTopic"], Protocol="email", Endpoint="Ada@example.com")
    assert levels(stack.mail(boto3.Session(), deployed)) == [Level.OK]


def test_alarms_that_nobody_hears_are_told(deployed: stack.Stack) -> None:
    """An alarm without a reader is none."""
    assert levels(stack.alarms(boto3.Session(), deployed)) == [Level.PROBLEM]


@pytest.mark.parametrize("secret", ["{}", "no json", '{"bot_token": "", "signing_secret": "x"}', "[1]"])
def test_a_secret_that_was_not_filled_in_is_told(aws_environment: None, secret: str) -> None:
    """The stack makes it empty."""
    with mock_aws():
        arn = boto3.client("secretsmanager").create_secret(Name="slack", SecretString=secret)["ARN"]
        known = stack.Stack("slipway", "CREATE_COMPLETE", {"SlackChannel": "C0"}, {"SlackSecret": arn})
        (found,) = slack.slack(boto3.Session(), known)
    assert (found.level, "docs/slack.md" in found.cure) == (Level.PROBLEM, True)


@pytest.mark.parametrize(
    ("before", "planned", "problems"),
    [
        ({"Architecture": "arm64"}, "arm64", 0),
        ({"Architecture": "arm64"}, "x86_64", 1),
        ({"Architecture": "arm64", "InstanceType": "t3.small"}, "arm64", 1),
        ({"Architecture": "arm64"}, "", 0),
    ],
)
def test_a_processor_on_which_the_live_image_does_not_start_is_told(
    before: dict[str, str], planned: str, problems: int
) -> None:
    """Stacks of before had x86_64 instances beside functions of either kind."""
    deployed = stack.Stack("slipway", "UPDATE_COMPLETE", before, {})
    assert len(list(stack.processor(deployed, planned))) == problems


def test_a_first_deployment_that_failed_is_looked_at_without_its_outputs(aws_environment: None) -> None:
    """It has none, and what it would have made is not there."""
    failed = stack.Stack("slipway", "ROLLBACK_COMPLETE", {"ConnectionArn": "arn"}, {})
    labels = [label for label, _ in doctor._checks(boto3.Session(), failed, failed.parameters)]
    assert labels == ["connection", "functions", "builds", "network", "platform"]


class Unreachable:
    """A Slack that nobody reaches."""

    def auth_test(self) -> None:
        raise URLError("no route")


def test_a_slack_that_cannot_be_reached_is_unknown() -> None:
    """And no reason to end with a traceback."""
    assert levels(slack._token_findings(Unreachable(), "C0", "")) == [Level.UNKNOWN]


@pytest.mark.parametrize("data_path", ["", "/nonexistent"])
def test_a_profile_that_does_not_exist_is_named(monkeypatch: pytest.MonkeyPatch, data_path: str) -> None:
    """With the option that names it, also where botocore looks for the profile late."""
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    if data_path:
        monkeypatch.setenv("AWS_DATA_PATH", data_path)
    result = CliRunner().invoke(slipway, ["doctor", "--profile", "nobody"])
    assert result.exit_code == 2
    assert "--profile" in result.output
    assert "nobody" in result.output


def test_a_missing_region_alone_does_not_stop_a_deployment(
    aws_environment: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`sam deploy --guided` asks for it, and writes it down where only SAM reads it."""
    for name in ("AWS_DEFAULT_REGION", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    with mock_aws():
        assert CliRunner().invoke(slipway, ["doctor"]).exit_code == 1


def test_the_command_ends_with_2_without_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing else is asked then."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_DEFAULT_REGION", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    result = CliRunner().invoke(slipway, ["doctor", "--json"])
    assert result.exit_code == 2
    assert [one["name"] for one in json.loads(result.output)] == ["credentials", "region"]
