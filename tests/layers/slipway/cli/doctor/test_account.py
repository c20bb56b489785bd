"""What the doctor finds of an account, asked as moto and botocore's own Stubber answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import UnauthorizedSSOTokenError
from botocore.stub import Stubber
from moto import mock_aws

from slipway.cli.doctor import account
from slipway.cli.doctor.finding import Finding, Level, examine

OLD, NEW = (f"64bit Amazon Linux 2023 v4.{minor}.0 running Docker" for minor in (9, 11))


class Session:
    """A session whose one client answers with what a test wants."""

    region_name = "eu-central-1"

    def __init__(self, service: str) -> None:
        self.session = boto3.Session("key", "secret", region_name=self.region_name)
        self.made = self.session.client(service)  # type: ignore[call-overload]
        self.stubber = Stubber(self.made)

    def client(self, *_: str, **__: str) -> Any:
        """Return the client."""
        return self.made

    def answers(self, operation: str, answer: dict[str, Any]) -> Session:
        """Answer the next call."""
        self.stubber.add_response(operation, answer)
        self.stubber.activate()
        return self

    def refuses(self, operation: str, code: str) -> Session:
        """Refuse the next call."""
        self.stubber.add_client_error(operation, code, "no")
        self.stubber.activate()
        return self


def only(findings: Iterator[Finding]) -> Finding:
    (found,) = findings
    return found


def test_credentials_are_named(aws_environment: None) -> None:
    """With their account."""
    with mock_aws():
        found = only(account.credentials(boto3.Session()))
    assert found.level is Level.OK
    assert "123456789012" in found.sentence


def test_credentials_that_have_expired_are_a_problem() -> None:
    """The usual case of a morning: botocore says it before AWS is asked."""

    def expired(*_: object, **__: object) -> None:
        raise UnauthorizedSSOTokenError

    session: Any = type("Session", (), {"region_name": "eu-central-1", "client": expired})()
    found = only(account.credentials(session))
    assert (found.level, "aws sso login" in found.cure) == (Level.PROBLEM, True)


def test_no_region_is_a_problem() -> None:
    """And the cure names the option."""
    session: Any = type("Session", (), {"region_name": None})
    found = only(account.region(session))
    assert (found.level, "--region" in found.cure) == (Level.PROBLEM, True)


def test_a_default_vpc_with_subnets_in_two_zones_will_do(aws_environment: None) -> None:
    """As each account has had one for years."""
    with mock_aws():
        assert only(account.network(boto3.Session())).level is Level.OK


def test_an_account_without_a_default_vpc_is_told(aws_environment: None) -> None:
    """Many organisations delete it."""
    with mock_aws():
        ec2 = boto3.client("ec2")
        for subnet in ec2.describe_subnets()["Subnets"]:
            ec2.delete_subnet(SubnetId=subnet["SubnetId"])
        for vpc in ec2.describe_vpcs()["Vpcs"]:
            ec2.delete_vpc(VpcId=vpc["VpcId"])
        found = only(account.network(boto3.Session()))
    assert found.level is Level.PROBLEM
    assert "create-default-vpc" in found.cure


@pytest.mark.parametrize(
    ("chosen", "level", "said"),
    [
        ([0, 1], Level.OK, "us-east-1a, us-east-1b"),
        ([0, 0], Level.PROBLEM, "a load balancer wants two"),
        (["subnet-0"], Level.PROBLEM, "no subnet subnet-0"),
    ],
)
def test_subnets_that_are_named_have_to_be_there_in_two_zones(
    aws_environment: None, chosen: list[Any], level: Level, said: str
) -> None:
    """Beanstalk would say so after minutes, and the whole stack would go back."""
    with mock_aws():
        ec2 = boto3.client("ec2", region_name="us-east-1")
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        made = [
            ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=f"us-east-1{zone}")
            for number, zone in enumerate("ab")
        ]
        names = [made[one]["Subnet"]["SubnetId"] if isinstance(one, int) else one for one in chosen]
        found = only(account.network(boto3.Session(region_name="us-east-1"), vpc, ",".join(names)))
    assert (found.level, said in found.sentence) == (level, True)


@pytest.mark.parametrize(("status", "level"), [("ISSUED", Level.OK), ("PENDING_VALIDATION", Level.PROBLEM)])
def test_a_certificate_that_nobody_has_issued_yet_is_told(status: str, level: Level) -> None:
    """Beanstalk takes it for a listener that never comes."""
    answer = {"Certificate": {"DomainName": "models.example.com", "Status": status}}
    session: Any = Session("acm").answers("describe_certificate", answer)
    assert only(account.certificate(session, "arn:aws:acm:eu-central-1:111122223333:certificate/1")).level is level


@pytest.mark.parametrize(
    ("chosen", "level", "said"),
    [("", Level.OK, NEW), (OLD, Level.OK, NEW), ("64bit Amazon Linux 2023 v4.0.1 running Docker", Level.PROBLEM, NEW)],
)
def test_the_newest_platform_is_named(chosen: str, level: Level, said: str) -> None:
    """Versions are compared as numbers; one that is retired is a problem."""
    answer = {"SolutionStacks": [OLD, NEW, "64bit Amazon Linux 2023 v9.1.0 running Python 3.13"]}
    session: Any = Session("elasticbeanstalk").answers("list_available_solution_stacks", answer)
    found = only(account.platform(session, chosen))
    assert found.level is level
    assert said in found.sentence + found.cure


@pytest.mark.parametrize(("concurrent", "level"), [(10, Level.NOTE), (1000, Level.OK)])
def test_a_new_accounts_concurrency_is_told(concurrent: int, level: Level) -> None:
    """Ten at a time."""
    answer = {"AccountLimit": {"ConcurrentExecutions": concurrent}}
    session: Any = Session("lambda").answers("get_account_settings", answer)
    assert only(account.functions_quota(session)).level is level


@pytest.mark.parametrize(("value", "level"), [(0.0, Level.PROBLEM), (1.0, Level.OK)])
def test_an_account_that_may_not_build_is_told(value: float, level: Level) -> None:
    """A new one has a limit of no build at all, of each kind of processor."""
    quotas = [
        {"QuotaName": "Concurrently running builds for Linux/Small environment", "Value": 1.0 - value},
        {"QuotaName": "Concurrently running builds for ARM/Small environment", "Value": value},
    ]
    session: Any = Session("service-quotas").answers("list_service_quotas", {"Quotas": quotas})
    assert only(account.builds_quota(session, "arm64")).level is level


@pytest.mark.parametrize(("status", "level"), [("PENDING", Level.PROBLEM), ("AVAILABLE", Level.OK)])
def test_a_connection_that_nobody_authorised_is_told(status: str, level: Level) -> None:
    """A stack can create one, only a person can authorise it."""
    answer = {"Connection": {"ConnectionName": "slipway", "ConnectionStatus": status}}
    session: Any = Session("codeconnections").answers("get_connection", answer)
    found = only(account.connection(session, "arn:aws:codeconnections:eu-central-1:1:connection/1"))
    assert found.level is level
    assert (status == "AVAILABLE") == ("settings/connections?region=eu-central-1" not in found.cure)


@pytest.mark.parametrize("code", ["AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "Throttling"])
def test_what_cannot_be_looked_at_is_unknown(code: str) -> None:
    """And neither a problem nor fine."""
    session: Any = Session("lambda").refuses("get_account_settings", code)
    check: Callable[[], Iterator[Finding]] = lambda: account.functions_quota(session)  # noqa: E731
    assert only(examine("functions", check)).level is Level.UNKNOWN
