"""What the templates promise about roles: who takes each, and what it may do."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from cfnlint.decode import cfn_yaml

from tests.support.templates import (
    ALLOWED,
    FUNCTIONS,
    PIPELINE,
    ROOT,
    actions,
    resources,
    statements,
    text,
)


def test_only_the_deploy_actions_have_the_rights_of_a_deployment() -> None:
    """They have a role of their own, which only the pipeline's role takes; that one can do nothing of it itself."""
    stages = PIPELINE["Pipeline"]["Properties"]["Stages"]
    with_roles = [(stage["Name"], one["Name"]) for stage in stages for one in stage["Actions"] if "RoleArn" in one]
    assert with_roles == [("Staging", "Deploy"), ("Production", "Deploy")]
    (trust,) = PIPELINE["DeployRole"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"AWS": {"Fn::GetAtt": ["PipelineRole", "Arn"]}}
    services = {action.partition(":")[0] for one in statements(PIPELINE["PipelinePolicy"]) for action in actions(one)}
    assert services == {"codeconnections", "codestar-connections", "s3", "codebuild", "lambda", "sns", "sts"}


def test_a_role_is_passed_to_one_service_only() -> None:
    """Nobody passes a role but the two that Beanstalk needs, each to whom it is for."""
    passed = {
        one["Resource"]["Fn::GetAtt"][0]: one["Condition"]["StringEquals"]["iam:PassedToService"]
        for one in ALLOWED
        if "iam:PassRole" in actions(one)
    }
    assert passed == {
        "EnvironmentRole": "elasticbeanstalk.amazonaws.com",
        "InstanceRole": {"Fn::Sub": "ec2.${AWS::URLSuffix}"},
    }


def test_an_instance_has_a_policy_of_its_own() -> None:
    """AWS's policy for instances reads and writes every Beanstalk bucket of the account."""
    role = PIPELINE["InstanceRole"]["Properties"]
    assert "ManagedPolicyArns" not in role
    writes = [one["Resource"]["Fn::Sub"] for one in statements(role) if "s3:PutObject" in actions(one)]
    assert [resource.partition("s3:::")[2].partition("/")[2] for resource in writes] == [
        "resources/environments/logs/*",
        "samples/*",
    ]


TRUSTED = {
    "PipelineRole": {"Service": "codepipeline.amazonaws.com"},
    "DeployRole": {"AWS": {"Fn::GetAtt": ["PipelineRole", "Arn"]}},
    "BuildRole": {"Service": "codebuild.amazonaws.com"},
    "EnvironmentRole": {"Service": "elasticbeanstalk.amazonaws.com"},
    "InstanceRole": {"Service": "ec2.amazonaws.com"},
}


@pytest.mark.parametrize("role", [name for name, one in PIPELINE.items() if one["Type"] == "AWS::IAM::Role"])
def test_a_role_is_taken_by_the_service_that_it_is_for(role: str) -> None:
    """Nobody else may take it, and that service may."""
    (trust,) = PIPELINE[role]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == TRUSTED[role]


def test_a_deployment_has_every_right_that_beanstalk_uses_in_its_name() -> None:
    """By the list that the local AWS performs; there each is tried with its resource."""
    calls = yaml.safe_load(text("standins/aws/elasticbeanstalk/caller_calls.yaml"))["calls"]
    allowed = {action for one in statements(PIPELINE["DeployPolicy"]) for action in actions(one)}
    assert {action for one in calls for action in one["actions"]} <= allowed


BOUNDED = {"Fn::If": ["UseBoundary", {"Ref": "PermissionsBoundary"}, {"Ref": "AWS::NoValue"}]}


SCHEDULED = [
    pytest.param(event["Properties"], id=f"{name}-{event_name}")
    for name, function in FUNCTIONS.items()
    for event_name, event in function.get("Events", {}).items()
    if event["Type"] == "ScheduleV2"
]


@pytest.mark.parametrize("role", resources("pipeline/template.yaml", "AWS::IAM::Role").values(), ids=lambda _: "")
def test_a_role_is_bounded_where_the_organisation_demands_it(role: dict[str, Any]) -> None:
    """A role without its boundary is refused there, and the whole deployment with it."""
    assert role["PermissionsBoundary"] == BOUNDED


@pytest.mark.parametrize("schedule", SCHEDULED)
def test_a_role_that_sam_makes_is_bounded_as_well(schedule: dict[str, Any]) -> None:
    """Those of the functions by the globals, those of schedules each by itself."""
    content = cfn_yaml.load(str(ROOT / "template.yaml"))
    assert content["Globals"]["Function"]["PermissionsBoundary"] == BOUNDED
    assert schedule["PermissionsBoundary"] == BOUNDED
