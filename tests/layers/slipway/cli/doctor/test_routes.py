"""A function inside a VPC needs a NAT gateway to get out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import boto3
import pytest
from moto import mock_aws

from slipway.cli.doctor import routes
from slipway.cli.doctor.finding import Finding, Level

REGION = "us-east-1"


def only(vpc: str, subnets: str) -> Finding:
    (found,) = routes.way_out(boto3.Session(region_name=REGION), vpc, subnets)
    return found


def by_nat(ec2: Any, vpc: str, subnet: str) -> dict[str, str]:
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    gateway = ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address)["NatGateway"]["NatGatewayId"]
    return {"NatGatewayId": gateway}


def by_internet_gateway(ec2: Any, vpc: str, subnet: str) -> dict[str, str]:
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    return {"GatewayId": gateway}


@pytest.mark.parametrize(
    ("target", "level", "said"),
    [
        (by_nat, Level.OK, "gets out"),
        (by_internet_gateway, Level.PROBLEM, "no NAT gateway"),
        (None, Level.PROBLEM, "no NAT gateway"),
    ],
)
@pytest.mark.parametrize("own", [True, False], ids=["its own table", "the main table"])
def test_a_function_gets_out_by_a_nat_gateway_only(
    aws_environment: None, target: Callable[..., dict[str, str]] | None, level: Level, said: str, own: bool
) -> None:
    """It has no public address; a subnet without a table of its own has the main one."""
    with mock_aws():
        ec2 = boto3.client("ec2", region_name=REGION)
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
        main = [{"Name": "vpc-id", "Values": [vpc]}, {"Name": "association.main", "Values": ["true"]}]
        table = ec2.describe_route_tables(Filters=main)["RouteTables"][0]["RouteTableId"]  # type: ignore[arg-type]
        if own:
            table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
            ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
        if target:
            to: Any = target(ec2, vpc, subnet)
            ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", **to)
        found = only(vpc, subnet)
    assert (found.level, said in found.sentence) == (level, True)


def test_staging_inside_a_vpc_needs_subnets_for_the_smoke_test(aws_environment: None) -> None:
    """CloudFormation says so as well, but minutes later."""
    with mock_aws():
        vpc = boto3.client("ec2", region_name=REGION).create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        found = only(vpc, "")
    assert (found.level, "FunctionSubnets" in found.cure) == (Level.PROBLEM, True)
