"""Whether a function in a VPC gets out of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import boto3

from slipway.cli.doctor.finding import Finding, ok, problem

if TYPE_CHECKING:
    from mypy_boto3_ec2.type_defs import RouteTableTypeDef

EVERYWHERE = "0.0.0.0/0"


def way_out(session: boto3.Session, vpc: str, wanted: str) -> Iterator[Finding]:
    """Yield a finding: whether functions in the `wanted` subnets (with commas between them) reach AWS and production.

    A function has no public address, so that an internet gateway is no way out for it.
    """
    tables = session.client("ec2").describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["RouteTables"]
    subnets = [subnet for subnet in wanted.split(",") if subnet]
    if not subnets or not tables:
        cure = "Name private subnets of VpcId as FunctionSubnets."
        yield problem("smoke test", f"StagingAccess=vpc, and no subnet of {vpc or 'a VPC'} for the smoke test.", cure)
    elif shut := [subnet for subnet in subnets if not _leads_out(_table_of(subnet, tables))]:
        cure = "Give them a route 0.0.0.0/0 to a NAT gateway (docs/deploy.md), or name subnets that have one."
        waits = "the smoke test would reach neither AWS nor production from there"
        yield problem("smoke test", f"{', '.join(shut)}: no NAT gateway; {waits}.", cure)
    else:
        yield ok("smoke test", f"runs in {', '.join(subnets)} of {vpc}, and gets out")


def _table_of(subnet: str, tables: list[RouteTableTypeDef]) -> RouteTableTypeDef | None:
    """Return the route table of a subnet: its own, or the VPC's main one."""
    main = None
    for table in tables:
        for association in table["Associations"]:
            if association.get("SubnetId") == subnet:
                return table
            if association.get("Main"):
                main = table
    return main


def _leads_out(table: RouteTableTypeDef | None) -> bool:
    """Whether a route table sends what is meant for elsewhere anywhere but to an internet gateway."""
    routes = table["Routes"] if table else []
    elsewhere = [route for route in routes if route.get("DestinationCidrBlock") == EVERYWHERE]
    return any(not route.get("GatewayId", "").startswith("igw-") for route in elsewhere)
