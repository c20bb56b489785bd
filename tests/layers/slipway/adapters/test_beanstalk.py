"""Elastic Beanstalk is asked about, and told of, exactly the environments that it is to be."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.stub import Stubber

from slipway.adapters.beanstalk import BeanstalkEnvironments, of_own_stack
from slipway.models import DeployedVersion, Deployment

FOUND = {"VersionLabel": "version-7", "Status": "Ready", "Health": "Green", "CNAME": "prod.example.com"}
ASKED = {"ApplicationName": "app", "EnvironmentNames": ["prod"], "IncludeDeleted": False}


@pytest.fixture
def environments(aws_environment: None) -> BeanstalkEnvironments:
    return BeanstalkEnvironments({"production": Deployment("Ship/Go", "app", "prod")})


def answering(environments: BeanstalkEnvironments, *found: dict[str, Any]) -> Stubber:
    stub = Stubber(environments._client)
    stub.add_response("describe_environments", {"Environments": list(found)}, ASKED)
    return stub


def test_what_runs_is_told_with_its_state(environments: BeanstalkEnvironments) -> None:
    """In Beanstalk's own words."""
    with answering(environments, FOUND):
        assert environments.deployed("production") == DeployedVersion("version-7", "Ready", "Green")
    with answering(environments, FOUND):
        assert environments.running("production") == "version-7"
    with answering(environments, FOUND):
        assert environments.address("production") == "http://prod.example.com"


def test_an_environment_that_is_not_there_runs_nothing(environments: BeanstalkEnvironments) -> None:
    """And is nowhere."""
    with answering(environments):
        assert environments.deployed("production") == DeployedVersion("", "", "")
    with answering(environments):
        assert environments.address("production") == ""


def test_a_version_is_deployed_by_its_label(environments: BeanstalkEnvironments) -> None:
    """Nothing else of the environment is changed."""
    with Stubber(environments._client) as stub:
        told = {"ApplicationName": "app", "EnvironmentName": "prod", "VersionLabel": "version-6"}
        stub.add_response("update_environment", {}, told)
        environments.deploy("production", "version-6")
        stub.assert_no_pending_responses()


def test_a_stack_s_own_environments_are_called_after_it() -> None:
    """As its template names them."""
    assert of_own_stack("slipway")["staging"] == Deployment("", "slipway", "slipway-staging")
