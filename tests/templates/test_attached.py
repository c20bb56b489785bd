"""What a stack that is attached to an existing pipeline may do with what was there before."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.support.templates import (
    FUNCTIONS,
    ROOT,
    ROOT_TEMPLATE,
    actions,
    statements,
)

THEIRS = ("Discovery", "ExistingPipeline", "ApprovalTopic")  # what stands in the name of a resource that is others'


RIGHTS = {
    "ReadTheDefinition": {"codepipeline:GetPipeline"},
    "ReadWhatItBuildsWith": {"codebuild:BatchGetProjects"},
    "FindTheAddresses": {"elasticbeanstalk:DescribeEnvironments"},
    "SeeWhereTheBucketIs": {"s3:GetBucketLocation"},
    "SeeWhatWasUploaded": {"s3:ListBucketVersions"},
    "SeeWhatIsArrivingInParts": {"s3:ListBucketMultipartUploads"},
    "ReadUploads": {"s3:GetObjectVersion"},
    "SeeWhatTheBuildReads": {"s3:ListBucketVersions"},
    "StartReleases": {"codepipeline:StartPipelineExecution"},
    "LookAtExecutions": {
        "codepipeline:GetPipelineExecution",
        "codepipeline:GetPipelineState",
        "codepipeline:ListActionExecutions",
    },
    "SeeWhatWasAnswered": {"codepipeline:GetPipelineState", "codepipeline:ListActionExecutions"},
    "Answer": {"codepipeline:PutApprovalResult"},
    "SeeWhatRuns": {"elasticbeanstalk:DescribeEnvironments"},
    "SeeStaging": {"elasticbeanstalk:DescribeEnvironments"},
    "SeeProduction": {"elasticbeanstalk:DescribeEnvironments"},
    "DeployTheVersionBefore": {"elasticbeanstalk:UpdateEnvironment"},
}


HOLDERS = {
    "DiscoverPipeline": {"ReadTheDefinition", "ReadWhatItBuildsWith", "SeeWhereTheBucketIs", "FindTheAddresses"},
    "ReceiveUpload": {"SeeWhatWasUploaded", "SeeWhatIsArrivingInParts", "ReadUploads", "StartReleases"},
    "RecordProgress": {"SeeWhatTheBuildReads", "StartReleases", "LookAtExecutions", "Answer", "SeeProduction"},
    "AttachedSmokeTest": {"SeeWhatWasAnswered", "Answer", "SeeWhatRuns", "DeployTheVersionBefore"},
    "Web": {"SeeWhatWasAnswered", "Answer", "SeeStaging"},
    "TakeAnswer": {"SeeWhatWasAnswered", "Answer", "SeeStaging"},
    "Sweep": {"StartReleases", "LookAtExecutions", "Answer", "SeeStaging", "SeeProduction"},
}


def _in_attached(node: Any) -> Any:
    """Return a part of the template as it is in a stack that is attached to an existing pipeline."""
    if isinstance(node, dict) and set(node) == {"Fn::If"} and node["Fn::If"][0] in ("Attached", "HasWayBack"):
        return _in_attached(node["Fn::If"][1])
    if isinstance(node, dict):
        return {name: _in_attached(value) for name, value in node.items()}
    if isinstance(node, list):
        return [_in_attached(value) for value in node if value != {"Ref": "AWS::NoValue"}]
    return node


def _on_theirs(function: str) -> dict[str, set[str]]:
    """Return the rights of a function on what was there before, by the statement's name."""
    if ROOT_TEMPLATE[function].get("Condition") == "OwnPipeline":
        return {}
    policies = _in_attached(FUNCTIONS[function].get("Policies", []))
    found = [one for one in statements(policies) if any(word in str(one["Resource"]) for word in THEIRS)]
    # Discovery itself cannot yet know which projects, environments and bucket there are.
    blind = ("ReadWhatItBuildsWith", "SeeWhereTheBucketIs", "FindTheAddresses")
    found += [one for one in statements(policies) if one.get("Sid") in blind]
    return {one["Sid"]: set(actions(one)) for one in found}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_attached_a_function_may_do_no_more_with_what_was_there_than_the_documentation_says(function: str) -> None:
    """Nor less: each statement is one that the story needs."""
    allowed = _on_theirs(function)
    assert set(allowed) == HOLDERS.get(function, set())
    assert all(allowed[name] == RIGHTS[name] for name in allowed)


def _documented() -> dict[str, tuple[set[str], set[str]]]:
    """Return who has a statement and what it allows, by its name, as the rows of docs/attach.md say."""
    page = (ROOT / "docs" / "attach.md").read_text()
    table = page.partition("## What attaching adds")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| ([\w, ]+) \| (.+?) \| .+ \|$", table, re.MULTILINE)
    return {name: (set(holders.split(", ")), set(re.findall(r"`(\w+:\w+)`", what))) for name, holders, what in rows}


def test_the_table_of_what_attaching_allows_is_the_templates() -> None:
    """A row for each statement on what was there before: who has it, and each action."""
    found: dict[str, tuple[set[str], set[str]]] = {}
    for function in FUNCTIONS:
        for name, allowed in _on_theirs(function).items():
            found.setdefault(name, (set(), allowed))[0].add(function)
    assert _documented() == found
