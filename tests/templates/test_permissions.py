"""What the templates promise about permissions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from slipway.adapters.ledger.reader import ATTRIBUTES
from tests.support.templates import (
    ALLOWED,
    FUNCTIONS,
    PIPELINE,
    ROOT_TEMPLATE,
    actions,
    resources,
    stage_actions,
    statements,
)

# Actions for which AWS knows no resources, or answers in full only whoever may ask for all.
WITHOUT_RESOURCES = re.compile(
    r"cloudwatch:DescribeAlarms|codepipeline:PutJob(Success|Failure)Result|sns:(Unsubscribe|[GS]etSubscriptionAttributes)|ecr:GetAuthorizationToken|"
    r"elasticbeanstalk:CreateStorageLocation|(autoscaling|ec2|elasticloadbalancing):Describe\w+"
)


@pytest.mark.parametrize("statement", ALLOWED, ids=lambda one: one.get("Sid", actions(one)[0]))
def test_a_permission_names_its_actions_and_its_resources(statement: dict[str, Any]) -> None:
    """No action has a star, and a resource is `*` only where AWS knows none."""
    assert not [action for action in actions(statement) if "*" in action]
    if statement.get("Resource") == "*":
        assert not [action for action in actions(statement) if not WITHOUT_RESOURCES.fullmatch(action)]


@pytest.mark.parametrize("folder", ["candidates", "evidence"])
def test_only_those_who_have_to_write_what_decides_about_a_release(folder: str) -> None:
    """Whoever may put objects there is let through by the bucket's policy, and nobody else, whatever his rights."""
    (denied,) = [
        one
        for one in statements(ROOT_TEMPLATE["ModelBucketPolicy"])
        if one["Effect"] == "Deny" and one["Resource"] == {"Fn::Sub": f"${{ModelBucket.Arn}}/{folder}/*"}
    ]
    # Replication writes objects, too, by an action of its own.
    assert ("Action" not in denied, set(denied["NotAction"])) == (True, {"s3:Get*", "s3:List*"})
    (spared,) = denied["Condition"]["ArnNotLike"].values()
    writers = [
        {"Fn::GetAtt": [f"{name}Role", "Arn"]} for name, function in FUNCTIONS.items() if _writes(function, folder)
    ]
    build = [{"Fn::GetAtt": ["Pipeline", "Outputs.BuildRole"]}] if _writes(PIPELINE["BuildRole"], folder) else []
    found = [*_principals(spared if isinstance(spared, list) else [spared])]
    assert sorted(map(str, found)) == sorted(map(str, [*writers, *build]))


def _principals(spared: list[Any]) -> Iterator[Any]:
    """Find the principals in a list, those of a stack that is attached to an existing pipeline among them."""
    for one in spared:
        yield from (each for each in one.get("Fn::If", [None, one])[1:] if each != {"Ref": "AWS::NoValue"})


def _writes(policies: Any, folder: str) -> bool:
    allowed = (one for one in statements(policies) if one["Effect"] == "Allow" and "s3:PutObject" in actions(one))
    return any(f"/{folder}/" in str(one["Resource"]) for one in allowed)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_s_statements_have_names_of_their_own(name: str) -> None:
    """IAM refuses a policy with the same Sid twice, and the whole deployment with it."""
    names = [one["Sid"] for one in statements(FUNCTIONS[name].get("Policies", [])) if "Sid" in one]
    assert len(names) == len(set(names))


def test_the_build_writes_no_evidence() -> None:
    """A build runs what others wrote: of all evidence it leaves only the reason why it failed."""
    role = resources("pipeline/template.yaml", "AWS::IAM::Role")["BuildRole"]
    written = [
        one for one in statements(role) if "s3:PutObject" in actions(one) and "ModelBucket" in str(one["Resource"])
    ]
    assert [str(one["Resource"]).count("/evidence/*/build.txt") for one in written] == [1]


def test_an_author_may_read_what_the_command_asks_for() -> None:
    """Not more: neither the approval of a release nor anything else of the ledger."""
    policy = resources("template.yaml", "AWS::IAM::ManagedPolicy")["AuthorsAccess"]["PolicyDocument"]
    follow = next(one for one in policy["Statement"] if one["Sid"] == "FollowReleases")
    allowed = follow["Condition"]["ForAllValues:StringEquals"]["dynamodb:Attributes"]
    assert set(allowed) == set(ATTRIBUTES)
    assert "approval" not in allowed


def test_an_answer_is_for_the_approval_that_is_there() -> None:
    """PutApprovalResult knows the action's ARN, which is the pipeline's with stage and action."""
    resources = [one["Resource"] for one in ALLOWED if actions(one) == ["codepipeline:PutApprovalResult"]]
    arns = [own["Fn::Sub"] for resource in resources for own in resource.get("Fn::If", [resource]) if "Fn::Sub" in own]
    assert arns
    asked = {f"{stage}/{one['Name']}" for stage in ("Staging", "Production") for one in stage_actions(stage)}
    assert {"/".join(arn.rsplit("/", 2)[1:]) for arn in arns} <= asked


def test_the_code_of_the_smoke_test_may_do_nothing_to_networks() -> None:
    """Lambda may in its place; the key of the condition is in the code's own requests only."""
    (denied,) = [one for one in statements(FUNCTIONS["SmokeTest"]["Policies"]) if one["Effect"] == "Deny"]
    assert {"ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface"} <= set(actions(denied))
    assert list(denied["Condition"]["ArnLike"]) == ["lambda:SourceFunctionArn"]


def test_whoever_knows_the_queue_of_orders_may_order() -> None:
    """A function with the queue in its environment sends to it, if only when somebody goes back."""
    ordering = [name for name, one in FUNCTIONS.items() if "ORDERS_QUEUE" in _variables(one)]
    assert ordering
    assert [name for name in ordering if not _may(FUNCTIONS[name], "sqs:SendMessage", "'Orders'")] == []


def test_with_a_certificate_the_listener_can_be_found() -> None:
    """By both calls of which adapters/load_balancers.py is made."""
    for call in ("DescribeLoadBalancers", "DescribeListeners"):
        assert _may(FUNCTIONS["FirstDeployment"], f"elasticloadbalancing:{call}", "*")


def _variables(function: dict[str, Any]) -> dict[str, Any]:
    return dict(function.get("Environment", {}).get("Variables", {}))


def _may(function: dict[str, Any], action: str, resource: str) -> bool:
    return any(
        action in str(actions(one)) and resource in str(one["Resource"])  # some actions depend on a condition
        for one in statements(function.get("Policies", []))
        if one["Effect"] == "Allow"
    )
