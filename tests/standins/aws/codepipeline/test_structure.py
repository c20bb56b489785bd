"""Which pipelines are refused when they are created."""

from __future__ import annotations

from typing import Any

import pytest

from standins.aws.codepipeline.definition import read
from standins.aws.codepipeline.structure import check
from standins.aws.wire import AwsError
from tests.support.played import action, declaration, source, stage

IMAGE: dict[str, Any] = {"inputArtifacts": [{"name": "Source"}]}
BUILD = stage("Build", action("CodeBuild", "Image", namespace="Image", outputArtifacts=[{"name": "Bundle"}], **IMAGE))
DEPLOY = stage("Staging", action("ElasticBeanstalk", "Deploy", inputArtifacts=[{"name": "Bundle"}]))


def test_a_sound_pipeline_is_taken() -> None:
    """A pipeline whose parts fit together is not refused."""
    use = action("Lambda", "Use", configuration={"UserParameters": "#{Image.Digest} #{variables.ReleaseId}"})
    variables = [{"name": "ReleaseId", "defaultValue": "auto"}]
    check(read(declaration(BUILD, DEPLOY, stage("Test", use), variables=variables), 1, "us-east-1"))


@pytest.mark.parametrize(
    ("stages", "declared", "code", "reason"),
    [
        ([], {}, "InvalidStructureException", "less than 2 stage"),
        ([BUILD, BUILD], {}, "InvalidStructureException", "Stage name Build is not unique"),
        ([stage("Build", action("Lambda", "A"), action("Lambda", "A"))], {}, "InvalidStageDeclaration", "A is not"),
        ([source() | {"name": "More"}], {}, "InvalidStructureException", "only allowed in the first stage"),
        ([DEPLOY], {}, "InvalidStructureException", "Input Artifact Bundle Bundle in action Deploy"),
        ([stage("B", action("Manual", "Ask", inputArtifacts=[{"name": "Source"}]))], {}, "InvalidAction", "takes 0"),
        ([stage("B", action("Lambda", "A", timeoutInMinutes=9))], {}, "InvalidAction", "only manual approvals"),
        ([stage("B", action("Lambda", "A", configuration={"Nme": "x"}))], {}, "InvalidAction", "configuration Nme"),
        ([BUILD], {"executionMode": "PARALLEL"}, "InvalidStructureException", "PARALLEL"),
        (
            [BUILD],
            {"pipelineType": "V1", "executionMode": "QUEUED"},
            "InvalidStructureException",
            "need pipelineType V2",
        ),
        (
            [BUILD],
            {"pipelineType": "V1", "variables": [{"name": "A"}]},
            "InvalidStructureException",
            "need pipelineType V2",
        ),
        ([BUILD | {"beforeEntry": {"conditions": []}, "blockers": [{}]}], {}, "InvalidStructure", "not emulated"),
    ],
)
def test_what_does_not_fit_is_refused(
    stages: list[dict[str, Any]], declared: dict[str, Any], code: str, reason: str
) -> None:
    """A pipeline AWS or the local AWS cannot run is refused with the reason."""
    with pytest.raises(AwsError, match=reason) as refusal:
        check(read(declaration(*stages, **declared), 1, "us-east-1"))
    assert refusal.value.code.startswith(code)


def test_a_pipeline_is_v1_unless_it_says_otherwise() -> None:
    """With one stage of several actions in order, and namespaces, which are older than V2."""
    ask = action("Manual", "Ask", 2)
    release = stage("Release", action("ElasticBeanstalk", "Try", inputArtifacts=[{"name": "Bundle"}]), ask)
    declared = declaration(BUILD, release)
    del declared["pipelineType"]
    definition = read(declared, 1, "us-east-1")
    check(definition)
    assert definition.declaration["pipelineType"] == "V1"


@pytest.mark.parametrize(("poll", "refused"), [({}, True), ({"PollForSourceChanges": "false"}, False)])
def test_an_s3_source_must_not_poll(poll: dict[str, str], refused: bool) -> None:
    """As it does unless told otherwise; here nothing polls."""
    taken = action("S3", "Take", outputArtifacts=[{"name": "Source"}], configuration=poll)
    definition = read(declaration(BUILD) | {"stages": [stage("Source", taken), BUILD]}, 1, "us-east-1")
    if not refused:
        check(definition)
        return
    with pytest.raises(AwsError, match="set PollForSourceChanges to false"):
        check(definition)


@pytest.mark.parametrize("text", ["#{variables.Unknown}", "#{Later.Key}", "#{Own.Key}", "#{malformed}"])
def test_variables_must_come_from_before(text: str) -> None:
    """A reference to what no action before provides is refused when the pipeline is created."""
    use = action("Lambda", "Use", 1, namespace="Own", configuration={"UserParameters": text})
    later = action("Lambda", "Later", 2, namespace="Later")
    with pytest.raises(AwsError) as refusal:
        check(read(declaration(stage("Build", use, later)), 1, "us-east-1"))
    assert refusal.value.code == "InvalidActionDeclarationException"


def test_sources_use_no_variables() -> None:
    """A source action that refers to a variable is refused."""
    with_variable = source()
    with_variable["actions"][0]["configuration"]["BranchName"] = "#{variables.Branch}"
    declared = declaration(BUILD, variables=[{"name": "Branch", "defaultValue": "main"}])
    declared["stages"][0] = with_variable
    with pytest.raises(AwsError, match="source actions cannot"):
        check(read(declared, 1, "us-east-1"))
