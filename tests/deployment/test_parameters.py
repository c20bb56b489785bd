"""The questions of a deployment are the template's parameters."""

from __future__ import annotations

import re

import pytest

from deployment import parameters
from deployment.parameters import Parameter

ALL = {one.name: one for one in parameters.read()}


@pytest.mark.parametrize("parameter", ALL.values(), ids=lambda one: one.name)
def test_a_parameter_explains_itself_and_takes_its_own_default(parameter: Parameter) -> None:
    """And is in a group, or among the first questions: nobody would find it elsewhere."""
    assert len(parameter.description) > 20
    assert parameter.default is None or parameter.trouble(parameter.default) == ""


def test_every_parameter_is_asked_in_one_place() -> None:
    """Those without a default are asked first, and two that only China, GovCloud and rehearsals need come last."""
    questions = parameters.read()
    names = [one.name for one in questions]
    content = parameters.TEMPLATE.read_text().partition("\nParameters:\n")[2].partition("\nRules:\n")[0]
    assert sorted(names) == sorted(set(re.findall(r"^  (\w+):$", content, re.MULTILINE)))
    assert {one.name for one in questions if one.default is None} <= {one.name for one in questions.first}
    assert [one.name for one in list(questions.groups.values())[-1]] == ["ConsoleUrl", "SlackApiUrl"]


@pytest.mark.parametrize(
    ("name", "answer", "trouble"),
    [
        ("Repository", "ada/digits", ""),
        ("Repository", "https://github.com/ada/digits", "without https://"),
        ("Approvers", "U0ADA=ada@example.com", ""),
        ("Approvers", "ada@example.com", "pairs of a Slack user id and an e-mail address"),
        ("ConnectionArn", "", ""),
        ("ConnectionArn", "my-connection", "must be the ARN of a connection"),
        ("SlackChannel", "#releases", "not its name"),
        ("Architecture", "arm", "x86_64 or arm64"),
        ("RequiredApprovals", "0", "at least 1"),
        ("RequiredApprovals", "21", "at most 20"),
        ("RequiredApprovals", "two", "a number"),
        ("InstanceTypes", "m7g.large,m6g.large", ""),
        ("InstanceTypes", "large", "types of EC2 instances"),
        ("SamplePercent", "0.5", ""),
        ("SamplePercent", "101", "at most 100"),
        ("SampleFields", "petal length,age", ""),
        ("SampleFields", "*", ""),
        ("SampleFields", "a,,b", "names of columns"),
        ("SampleFields", "*,age", "names of columns"),
    ],
)
def test_an_answer_is_checked_before_anything_is_built(name: str, answer: str, trouble: str) -> None:
    """By the same rules as CloudFormation's, and in words."""
    found = ALL[name].trouble(answer)
    assert (found == "") == (trouble == "")
    assert trouble in found
