"""What the pipeline's template promises about its stages, and the templates of each other."""

from __future__ import annotations

import json
import re

from cfnlint.decode import cfn_yaml

from tests.support.templates import (
    PIPELINE,
    ROOT,
    ROOT_TEMPLATE,
    resources,
    stage_actions,
    text,
)

SOURCE = {"AuthorDate", "BranchName", "CommitId", "CommitMessage", "ConnectionArn", "FullRepositoryName"}


def test_the_pipeline_refers_to_documented_variables_of_its_source_only() -> None:
    """A reference to a variable that the source does not set fails the action, and the release with it."""
    assert _referred("Source") <= SOURCE


def test_the_pipeline_refers_to_variables_that_open_release_gives() -> None:
    """Of a function's job CodePipeline knows none before it has run: it is the execution that fails."""
    given = re.search(r"return \{(\"ReleaseId\".*)\}", text("layers/slipway/slipway/releases/open_release.py"))
    assert given
    assert _referred("Release") <= set(re.findall(r"\"(\w+)\":", given[1]))


def _referred(namespace: str) -> set[str]:
    return set(re.findall(rf"#\{{{namespace}\.(\w+)\}}", json.dumps(PIPELINE["Pipeline"])))


def test_the_service_s_base_image_is_named_by_digest() -> None:
    """A tag may be another image tomorrow."""
    (base,) = re.findall(r"^FROM (\S+)", text("service/Dockerfile"), re.MULTILINE)
    assert re.fullmatch(r".+:[\w.-]+@sha256:[0-9a-f]{64}", base)


def test_the_stage_and_action_names_are_the_ones_that_the_rules_know() -> None:
    """A renamed action would be an event that nobody understands."""
    from slipway.releases import pipeline_events

    pipeline = resources("pipeline/template.yaml", "AWS::CodePipeline::Pipeline")["Pipeline"]
    named = {f"{stage['Name']}/{action['Name']}" for stage in pipeline["Stages"] for action in stage["Actions"]}
    assert {*pipeline_events.OWN.started, *pipeline_events.OWN.approvals, pipeline_events.BUILD} <= named


def test_production_is_deployed_after_its_build_was_checked() -> None:
    """With everything that staging was tested with."""
    pipeline = resources("pipeline/template.yaml", "AWS::CodePipeline::Pipeline")["Pipeline"]
    stages = {stage["Name"]: {one["Name"]: one for one in stage["Actions"]} for stage in pipeline["Stages"]}
    check, deploy, verify = (stages["Production"][name] for name in ("Check", "Deploy", "Verify"))
    assert check["RunOrder"] < deploy["RunOrder"] < verify["RunOrder"]
    tested = stages["Staging"]["SmokeTest"]["InputArtifacts"]
    assert tested == check["InputArtifacts"] == verify["InputArtifacts"]
    assert {"Name": "Bundle"} in tested


def test_staging_is_tested_after_the_deployment_and_before_anybody_is_asked() -> None:
    """An approver is asked about what runs there, with its evidence."""
    orders = {one["Name"]: one["RunOrder"] for one in stage_actions("Staging")}
    assert orders["Deploy"] < orders["SmokeTest"] < orders["Approve"]


def test_the_pipeline_is_made_after_its_rights() -> None:
    """Creating it starts it: without DependsOn its first action may come before the policies of its roles."""
    policies = {name for name, one in PIPELINE.items() if one["Type"] == "AWS::IAM::Policy"}
    assert policies <= set(PIPELINE["Pipeline"]["DependsOn"])


def test_the_pipeline_s_template_is_given_each_parameter() -> None:
    """And no other: CloudFormation would say so after minutes."""
    wanted = cfn_yaml.load(str(ROOT / "pipeline/template.yaml"))["Parameters"]
    given = ROOT_TEMPLATE["Pipeline"]["Properties"]["Parameters"]
    assert {name for name, one in wanted.items() if "Default" not in one} <= given.keys() <= wanted.keys()


def test_an_output_of_the_pipeline_s_template_is_there() -> None:
    """Where the other template uses it."""
    used = set(re.findall(r"Outputs\.(\w+)", json.dumps(ROOT_TEMPLATE)))
    assert used
    assert used <= cfn_yaml.load(str(ROOT / "pipeline/template.yaml"))["Outputs"].keys()


def test_the_first_version_is_built_on_the_service_s_image() -> None:
    """By the same digest, so that one review and one pull are enough."""
    images = {
        re.findall(r"^FROM (\S+)", (ROOT / folder / "Dockerfile").read_text(), re.MULTILINE)[0]
        for folder in ("service", "pipeline/first_version")
    }
    assert len(images) == 1
