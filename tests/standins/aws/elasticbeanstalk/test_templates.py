"""Configuration templates in the local AWS."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

pytestmark = pytest.mark.cloud
STACK = "64bit Amazon Linux 2023 v4.11.0 running Docker"
SPACES = {
    "EnvironmentType": "aws:elasticbeanstalk:environment",
    "DeploymentPolicy": "aws:elasticbeanstalk:command",
}


def settings(**values: str) -> list[dict[str, str]]:
    """Settings as a request has them, by the name of the option."""
    return [{"Namespace": SPACES[name], "OptionName": name, "Value": value} for name, value in values.items()]


@pytest.fixture
def beanstalk(cloud: Any) -> Any:
    """Beanstalk with the root key."""
    return cloud.client("elasticbeanstalk")


@pytest.fixture
def plain(beanstalk: Any) -> Iterator[dict[str, str]]:
    """An application with a template of its own name, as a request names it."""
    name = f"birds-{uuid.uuid4()}"
    beanstalk.create_application(ApplicationName=name)
    named = {"ApplicationName": name, "TemplateName": "plain"}
    given = settings(EnvironmentType="LoadBalanced", DeploymentPolicy="AllAtOnce")
    beanstalk.create_configuration_template(**named, SolutionStackName=STACK, OptionSettings=given)
    yield named
    beanstalk.delete_application(ApplicationName=name)


def test_a_template_may_be_made_of_another(beanstalk: Any, plain: dict[str, str]) -> None:
    """It has the other's platform and settings, with its own over them."""
    made = {**plain, "TemplateName": "other"}
    own = settings(DeploymentPolicy="Immutable")
    beanstalk.create_configuration_template(**made, SourceConfiguration=plain, OptionSettings=own)
    (shown,) = beanstalk.describe_configuration_settings(**made)["ConfigurationSettings"]
    assert shown["SolutionStackName"] == STACK
    values = {one["OptionName"]: one["Value"] for one in shown["OptionSettings"]}
    assert values == {"EnvironmentType": "LoadBalanced", "DeploymentPolicy": "Immutable"}


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"SolutionStackName": STACK}, "not both"),
        ({"TemplateName": "missing"}, "No Configuration Template named 'missing'"),
    ],
)
def test_an_environment_names_a_template_that_is_there_or_a_platform(
    beanstalk: Any, plain: dict[str, str], wrong: dict[str, str], reason: str
) -> None:
    """The API's reference forbids both."""
    with pytest.raises(ClientError, match=reason):
        beanstalk.create_environment(**{**plain, "EnvironmentName": "staging", **wrong})


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({}, "needs a SolutionStackName"),
        ({"EnvironmentId": "e-1"}, "EnvironmentId of a template is not emulated"),
        ({"SolutionStackName": "64bit Windows"}, "No Solution Stack"),
        ({"SolutionStackName": STACK, "TemplateName": "plain"}, "already exists"),
    ],
)
def test_a_template_that_makes_no_sense_is_refused(
    beanstalk: Any, plain: dict[str, str], wrong: dict[str, str], reason: str
) -> None:
    """With AWS's reasons, or because the local AWS has no such thing."""
    with pytest.raises(ClientError, match=reason):
        beanstalk.create_configuration_template(**{**plain, "TemplateName": "new", **wrong})
