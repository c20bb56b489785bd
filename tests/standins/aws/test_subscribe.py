"""The function that keeps the e-mail subscriptions, as a custom resource on the local AWS, with its own permissions."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import aws_lambda_powertools
import jmespath
import pytest
import typing_extensions
from botocore.exceptions import WaiterError
from cfnlint.decode import cfn_yaml

from tests.support.paths import ROOT

pytestmark = pytest.mark.cloud

TEMPLATE = {
    "Parameters": {"Approvers": {"Type": "String"}, "Role": {"Type": "String"}},
    "Resources": {
        "Mail": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": {"Ref": "AWS::StackName"}}},
        "MailSubscriptions": {
            "Type": "Custom::MailSubscriptions",
            "Properties": {
                "ServiceToken": {"Fn::GetAtt": ["Subscribe", "Arn"]},
                "ServiceTimeout": "60",
                "Topic": {"Ref": "Mail"},
                "Approvers": {"Ref": "Approvers"},
            },
        },
        "Subscribe": {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "Runtime": "python3.13",
                "Handler": "app.lambda_handler",
                "Timeout": 60,
                "Role": {"Ref": "Role"},
                "Code": {"S3Bucket": "mail-code", "S3Key": "code.zip"},
            },
        },
    },
}


def code() -> bytes:
    """Pack the function with the layer and what the layer brings along."""
    packages = {
        ROOT / "functions" / "subscribe": ROOT / "functions" / "subscribe",
        ROOT / "layers" / "slipway" / "slipway": ROOT / "layers" / "slipway",
        Path(aws_lambda_powertools.__file__).parent: Path(aws_lambda_powertools.__file__).parents[1],
        Path(jmespath.__file__).parent: Path(jmespath.__file__).parents[1],
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as pack:
        pack.write(typing_extensions.__file__, "typing_extensions.py")
        for folder, top in packages.items():
            for path in folder.rglob("*.py"):
                pack.write(path, path.relative_to(top))
    return content.getvalue()


def permissions() -> list[dict[str, Any]]:
    """Read what the template lets the function do; the topic has another name here."""
    (policy,) = cfn_yaml.load(str(ROOT / "template.yaml"))["Resources"]["Subscribe"]["Properties"]["Policies"]
    topic = "arn:aws:sns:us-east-1:000000000000:mail"
    return [{**one, "Resource": topic if one["Resource"] == {"Ref": "Mail"} else "*"} for one in policy["Statement"]]


class Stack:
    """A stack with the function, acting with a role that may do what the statements say."""

    def __init__(self, cloud: Any, name: str, statements: list[dict[str, Any]]) -> None:
        self.name, self.cloudformation, self.sns = name, cloud.client("cloudformation"), cloud.client("sns")
        self.role = cloud.role(f"subscribe-{name}", {"Service": "lambda.amazonaws.com"}, *statements)

    def deploy(self, action: str, approvers: str, ends: str) -> None:
        values = {"Approvers": approvers, "Role": self.role}
        parameters = [{"ParameterKey": name, "ParameterValue": value} for name, value in values.items()]
        operation = getattr(self.cloudformation, f"{action}_stack")
        operation(StackName=self.name, TemplateBody=json.dumps(TEMPLATE), Parameters=parameters)
        self.wait(ends)

    def wait(self, ends: str) -> None:
        waiter = self.cloudformation.get_waiter(ends)
        waiter.wait(StackName=self.name, WaiterConfig={"Delay": 0.1, "MaxAttempts": 600})

    def policies(self) -> dict[str, str]:
        arn = f"arn:aws:sns:us-east-1:000000000000:{self.name}"
        found = self.sns.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]
        return {one["Endpoint"]: self.policy(one["SubscriptionArn"]) for one in found}

    def policy(self, arn: str) -> str:
        return str(self.sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]["FilterPolicy"])


@pytest.fixture(scope="module")
def packed(cloud: Any) -> None:
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket="mail-code")
    s3.put_object(Bucket="mail-code", Key="code.zip", Body=code())


def test_subscriptions_follow_the_parameter_from_the_first_deployment_to_the_last(cloud: Any, packed: None) -> None:
    """Created, changed and deleted by CloudFormation, with no more than the template permits."""
    stack = Stack(cloud, "mail", permissions())
    stack.deploy("create", "U0ADA=ada@example.com,U0GRACE=grace@example.com", "stack_create_complete")
    assert stack.policies() == {
        "ada@example.com": '{"to": ["ada@example.com"]}',
        "grace@example.com": '{"to": ["grace@example.com"]}',
    }
    stack.deploy("update", "U0GRACE=grace@example.com,U0EMMY=Emmy@Example.com", "stack_update_complete")
    assert stack.policies() == {
        "grace@example.com": '{"to": ["grace@example.com"]}',
        "Emmy@Example.com": '{"to": ["emmy@example.com"]}',
    }
    stack.cloudformation.delete_stack(StackName=stack.name)
    stack.wait("stack_delete_complete")
    left = stack.sns.list_subscriptions()["Subscriptions"]
    assert [one for one in left if one["TopicArn"].endswith(f":{stack.name}")] == []


def test_a_failure_ends_the_deployment_at_once_with_its_reason(cloud: Any, packed: None) -> None:
    """A function without permissions still answers, and what it cannot undo does not keep the stack."""
    stack = Stack(cloud, "denied", [])
    with pytest.raises(WaiterError, match="ROLLBACK_COMPLETE"):
        stack.deploy("create", "U0ADA=ada@example.com", "stack_create_complete")
    events = stack.cloudformation.describe_stack_events(StackName=stack.name)["StackEvents"]
    reasons = [event.get("ResourceStatusReason", "") for event in events]
    assert [reason for reason in reasons if "The e-mail subscriptions were not brought up to date: " in reason]
