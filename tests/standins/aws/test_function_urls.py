"""Function URLs that stacks get to know."""

import json
import uuid
from typing import Any
from urllib.parse import urlsplit

import pytest

pytestmark = pytest.mark.cloud

TEMPLATE = {
    "Resources": {
        "Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []}},
        },
        "Function": {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "Runtime": "python3.13",
                "Handler": "index.handler",
                "Role": {"Fn::GetAtt": ["Role", "Arn"]},
                "Code": {"ZipFile": "def handler(event, context):\n    return 'here'\n"},
            },
        },
        "Url": {
            "Type": "AWS::Lambda::Url",
            "Properties": {"AuthType": "NONE", "TargetFunctionArn": {"Fn::GetAtt": ["Function", "Arn"]}},
        },
    },
    "Outputs": {"Url": {"Value": {"Fn::GetAtt": ["Url", "FunctionUrl"]}}},
}


def test_a_stack_gets_the_address_where_a_browser_finds_the_function(cloud: Any) -> None:
    """Every name below localhost is this machine; the gateway's port belongs to it."""
    name, client = f"stack-{uuid.uuid4()}", cloud.client("cloudformation")
    client.create_stack(StackName=name, TemplateBody=json.dumps(TEMPLATE), Capabilities=["CAPABILITY_IAM"])
    client.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 1})
    (output,) = client.describe_stacks(StackName=name)["Stacks"][0]["Outputs"]
    address = urlsplit(output["OutputValue"])

    assert (address.hostname or "").endswith(".lambda-url.us-east-1.localhost")
    assert (address.scheme, address.port) == ("http", urlsplit(cloud.address).port)
