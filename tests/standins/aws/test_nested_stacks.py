"""A nested stack is deleted by the policies of its own resources."""

from __future__ import annotations

import json
from typing import Any

import pytest

pytestmark = pytest.mark.cloud


def template(*names: str, **settings: str) -> dict[str, Any]:
    """Write a template with queues of these names."""
    return {name: {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": name}} | settings for name in names}


def test_what_a_nested_stack_retains_stays_and_its_events_say_so(cloud: Any) -> None:
    """What it does not retain goes with the parent."""
    inner = template("kept", DeletionPolicy="Retain") | template("removed")
    s3, cloudformation, sqs = cloud.client("s3"), cloud.client("cloudformation"), cloud.client("sqs")
    s3.create_bucket(Bucket="nested")
    s3.put_object(Bucket="nested", Key="inner", Body=json.dumps({"Resources": inner}))
    nested = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": f"{cloud.address}/nested/inner"}}
    cloudformation.create_stack(StackName="outer", TemplateBody=json.dumps({"Resources": {"Inner": nested}}))
    often = {"Delay": 1}
    cloudformation.get_waiter("stack_create_complete").wait(StackName="outer", WaiterConfig=often)
    child = cloudformation.describe_stack_resources(StackName="outer")["StackResources"][0]["PhysicalResourceId"]
    cloudformation.delete_stack(StackName="outer")
    cloudformation.get_waiter("stack_delete_complete").wait(StackName="outer", WaiterConfig=often)
    assert [url.rpartition("/")[2] for url in sqs.list_queues(QueueNamePrefix="kept").get("QueueUrls", [])] == ["kept"]
    assert not sqs.list_queues(QueueNamePrefix="removed").get("QueueUrls")
    events = cloudformation.describe_stack_events(StackName=child)["StackEvents"]
    assert [one["LogicalResourceId"] for one in events if one["ResourceStatus"] == "DELETE_SKIPPED"] == ["kept"]


def test_what_an_update_leaves_alone_keeps_its_attributes(cloud: Any) -> None:
    """An output of a nested stack may be one of them."""
    text = {"Type": "String", "Default": "one"}
    changing = {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": {"Ref": "Text"}}}
    inner = {
        "Parameters": {"Text": text},
        "Resources": template("steady") | {"Changing": changing},
        "Outputs": {"Arn": {"Value": {"Fn::GetAtt": ["steady", "Arn"]}}},
    }
    s3, cloudformation = cloud.client("s3"), cloud.client("cloudformation")
    s3.create_bucket(Bucket="nested-updates")
    s3.put_object(Bucket="nested-updates", Key="inner", Body=json.dumps(inner))
    settings = {"TemplateURL": f"{cloud.address}/nested-updates/inner", "Parameters": {"Text": {"Ref": "Text"}}}
    nested = {"Type": "AWS::CloudFormation::Stack", "Properties": settings}
    body = json.dumps({"Parameters": {"Text": text}, "Resources": {"Inner": nested}})
    cloudformation.create_stack(StackName="updated", TemplateBody=body)
    often = {"Delay": 1}
    cloudformation.get_waiter("stack_create_complete").wait(StackName="updated", WaiterConfig=often)
    two = [{"ParameterKey": "Text", "ParameterValue": "two"}]
    cloudformation.update_stack(StackName="updated", UsePreviousTemplate=True, Parameters=two)
    cloudformation.get_waiter("stack_update_complete").wait(StackName="updated", WaiterConfig=often)
    child = cloudformation.describe_stack_resources(StackName="updated")["StackResources"][0]["PhysicalResourceId"]
    (output,) = cloudformation.describe_stacks(StackName=child)["Stacks"][0]["Outputs"]
    assert output["OutputValue"].endswith(":steady")
