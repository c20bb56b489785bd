"""Whether the doctor notices that production does not redirect HTTP."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from slipway.cli import doctor
from slipway.cli.doctor.finding import Finding, Level
from slipway.cli.doctor.redirect import redirect
from slipway.cli.doctor.stack import Stack

ADDRESS = "awseb-1.us-east-1.elb.amazonaws.com"
FORWARD = {"Priority": "default", "Actions": [{"Type": "forward"}]}
REDIRECT = {"Priority": "1", "Actions": [{"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS"}}]}
STACK = Stack("slipway", "CREATE_COMPLETE", {"CertificateArn": "arn"}, {"PipelineName": "slipway"})


class FakeSession:
    """Beanstalk and Elastic Load Balancing with one environment, one load balancer and the rules of its listener."""

    region_name = "us-east-1"

    def __init__(self, rules: list[Any], address: str = ADDRESS, port: int = 80) -> None:
        self._rules, self._address, self._port = rules, address, port

    def client(self, _: str) -> Any:
        return self

    def describe_environments(self, **named: Any) -> Any:
        assert named["EnvironmentNames"] == ["slipway-production"]
        return {"Environments": [{"EndpointURL": self._address}] if self._address else []}

    def get_paginator(self, _: str) -> Any:
        return self

    def paginate(self) -> Any:
        return [{"LoadBalancers": [{"DNSName": ADDRESS, "LoadBalancerArn": "balancer"}]}]

    def describe_listeners(self, **named: str) -> Any:
        return {"Listeners": [{"Port": self._port, "ListenerArn": f"{named['LoadBalancerArn']}/listener"}]}

    def describe_rules(self, **named: str) -> Any:
        assert named == {"ListenerArn": "balancer/listener"}
        return {"Rules": self._rules}


def found(*arguments: Any, **named: Any) -> Finding:
    session: Any = FakeSession(*arguments, **named)
    (finding,) = redirect(session, STACK)
    return finding


def test_a_redirect_is_well() -> None:
    """Beside the default rule that each listener has."""
    assert found([REDIRECT, FORWARD]).level is Level.OK


def test_a_lost_redirect_is_a_problem_with_the_command_that_mends_it() -> None:
    """The command names the listener, and takes no priority that the stack's own rule has."""
    finding = found([FORWARD])
    assert finding.level is Level.PROBLEM
    assert "--listener-arn balancer/listener --priority 2" in finding.cure


@pytest.mark.parametrize("missing", [{"address": "other.elb.amazonaws.com"}, {"address": ""}, {"port": 8080}])
def test_a_listener_that_is_not_found_is_a_problem(missing: dict[str, Any]) -> None:
    """The environment is gone, has no load balancer, or one that does not listen on port 80."""
    assert found([REDIRECT], **missing).level is Level.PROBLEM


def test_it_is_looked_at_where_there_is_a_certificate() -> None:
    """And nowhere else, for an existing pipeline neither."""
    session: Any = FakeSession([])
    assert list(redirect(session, replace(STACK, parameters={"CertificateArn": ""}))) == []
    attached = {"CertificateArn": "arn", "ExistingPipeline": "theirs"}
    deployed = replace(STACK, parameters=attached)
    assert "https" not in [label for label, _ in doctor._checks(session, deployed, attached)]
