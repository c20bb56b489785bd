"""Staging inside a VPC, deployed to the local AWS: what the function and the environment get."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cfnlint.decode import cfn_yaml

from tests.support.paths import ROOT
from tests.support.pipeline_stack import pipeline_stack

pytestmark = pytest.mark.cloud


@pytest.fixture(scope="module")
def network(cloud: Any) -> dict[str, str]:
    """A VPC with two subnets for instances and functions, and two for load balancers, as parameters."""
    ec2 = cloud.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]

    def subnets(*blocks: str) -> str:
        made = [
            ec2.create_subnet(VpcId=vpc, CidrBlock=block, AvailabilityZone=f"us-east-1{zone}")
            for block, zone in zip(blocks, "ab", strict=True)
        ]
        return ",".join(one["Subnet"]["SubnetId"] for one in made)

    return {
        "VpcId": vpc,
        "InstanceSubnets": subnets("10.9.1.0/24", "10.9.2.0/24"),
        "LoadBalancerSubnets": subnets("10.9.3.0/24", "10.9.4.0/24"),
        "FunctionSubnets": subnets("10.9.5.0/24", "10.9.6.0/24"),
        "StagingAccess": "vpc",
        "PublicInstances": "false",
    }


def test_the_smoke_test_is_in_the_vpc(cloud: Any, network: dict[str, str]) -> None:
    """In the subnets of the parameter, in a security group of its own in that VPC."""
    cloudformation = cloud.client("cloudformation")
    template = cfn_yaml.load(str(ROOT / "template.yaml"))
    function = template["Resources"]["SmokeTest"]["Properties"]
    for other in ("CodeUri", "Policies", "LoggingConfig", "Environment"):
        del function[other]
    function |= {"InlineCode": "def handler(event, context): ...", "Handler": "index.handler", "Runtime": "python3.13"}
    kept = {name: template["Resources"][name] for name in ("SmokeTest", "SmokeTestGroup")}
    parts = {name: template[name] for name in ("Transform", "Parameters", "Conditions")}
    cloudformation.create_stack(
        StackName="inside",
        TemplateBody=json.dumps(parts | {"Resources": kept}, default=str),
        Parameters=[
            {
                "ParameterKey": name,
                "ParameterValue": network.get(name, str(one.get("Default", "U0ADA=ada@example.com"))),
            }
            for name, one in template["Parameters"].items()
        ],
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    )
    cloudformation.get_waiter("stack_create_complete").wait(StackName="inside", WaiterConfig={"Delay": 0.5})
    found = {
        one["LogicalResourceId"]: one["PhysicalResourceId"]
        for one in cloudformation.describe_stack_resources(StackName="inside")["StackResources"]
    }
    place = cloud.client("lambda").get_function_configuration(FunctionName=found["SmokeTest"])["VpcConfig"]
    assert place["SubnetIds"] == network["FunctionSubnets"].split(",")
    assert place["SecurityGroupIds"] == [found["SmokeTestGroup"]]
    (group,) = cloud.client("ec2").describe_security_groups(GroupIds=place["SecurityGroupIds"])["SecurityGroups"]
    assert (group["VpcId"], group["IpPermissions"]) == (network["VpcId"], [])
    cloudformation.delete_stack(StackName="inside")


def test_staging_is_behind_an_internal_load_balancer(cloud: Any, network: dict[str, str], tmp_path: Path) -> None:
    """Where production is public, in the subnets that the parameters name for each."""
    inside = {name: value for name, value in network.items() if name != "FunctionSubnets"}
    with pipeline_stack(cloud, "inside-vpc", tmp_path, **inside):
        staging, production = (_network_of(cloud, f"inside-vpc-{target}") for target in ("staging", "production"))
    common = {"VPCId": network["VpcId"], "Subnets": network["InstanceSubnets"], "AssociatePublicIpAddress": "false"}
    assert staging == common | {"ELBScheme": "internal", "ELBSubnets": network["InstanceSubnets"]}
    assert production == common | {"ELBSubnets": network["LoadBalancerSubnets"]}


def _network_of(cloud: Any, name: str) -> dict[str, str]:
    """An environment's settings of its network."""
    client = cloud.client("elasticbeanstalk")
    (found,) = client.describe_configuration_settings(ApplicationName="inside-vpc", EnvironmentName=name)[
        "ConfigurationSettings"
    ]
    return {one["OptionName"]: one["Value"] for one in found["OptionSettings"] if one["Namespace"] == "aws:ec2:vpc"}
