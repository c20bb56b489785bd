"""Connections to a repository: a stack makes them, a person authorises them."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

from standins.connections import authorise

pytestmark = pytest.mark.cloud
TEMPLATE = """
Resources:
  Connection:
    Type: AWS::CodeConnections::Connection
    Properties: {{ConnectionName: {name}, ProviderType: GitHub}}
Outputs:
  Arn: {{Value: !Ref Connection}}
"""


def test_a_connection_is_pending_until_a_person_authorises_it(cloud: Any) -> None:
    """No API does that, and neither does the stack."""
    formation, name = cloud.client("cloudformation"), f"c-{uuid.uuid4().hex[:8]}"
    formation.create_stack(StackName=name, TemplateBody=TEMPLATE.format(name=name))
    formation.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 1})
    (stack,) = formation.describe_stacks(StackName=name)["Stacks"]
    (arn,) = [one["OutputValue"] for one in stack["Outputs"]]
    client = cloud.client("codeconnections")
    described = client.get_connection(ConnectionArn=arn)["Connection"]
    assert (described["ConnectionName"], described["ConnectionStatus"]) == (name, "PENDING")
    assert name in authorise(cloud.folder)
    assert client.get_connection(ConnectionArn=arn)["Connection"]["ConnectionStatus"] == "AVAILABLE"
    formation.delete_stack(StackName=name)
    formation.get_waiter("stack_delete_complete").wait(StackName=name, WaiterConfig={"Delay": 1})
    with pytest.raises(ClientError, match="not found"):
        client.get_connection(ConnectionArn=arn)
