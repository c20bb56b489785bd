"""Discovery: what Slipway reads from the definitions of pipelines that others wrote."""

from __future__ import annotations

import json
from typing import Any

import pytest

from slipway.attached.discovery import Overrides, discover, model_name, starts_itself
from slipway.errors import DiscoveryFailed
from slipway.models import Deployment, ExistingPipeline, Json

REGION = "eu-central-1"
ARTICLE_BUILD = {"MODEL_BUCKET_NAME": "birds-models", "MODEL_PREFIX": "final_model", "IMAGE_TAG": "latest"}


def action(name: str, category: str, provider: str, order: int = 1, **configuration: str) -> Json:
    kind = {"category": category, "owner": "AWS", "provider": provider, "version": "1"}
    return {"name": name, "actionTypeId": kind, "runOrder": order, "configuration": configuration}


def github(name: str = "Checkout") -> Json:
    return action(name, "Source", "CodeStarSourceConnection", FullRepositoryId="team/birds", BranchName="master")


def s3(key: str, **more: str) -> Json:
    return action("Fetch", "Source", "S3", 1, S3Bucket="their-bucket", S3ObjectKey=key, **more)


def build(name: str = "Pack", project: str = "pack", order: int = 1, **more: str) -> Json:
    return action(name, "Build", "CodeBuild", order, ProjectName=project, **more)


def deploy(name: str, environment: str, order: int = 1) -> Json:
    return action(name, "Deploy", "ElasticBeanstalk", order, ApplicationName="birds-app", EnvironmentName=environment)


def approval(name: str = "SignOff", order: int = 1, minutes: int | None = None) -> Json:
    found = action(name, "Approval", "Manual", order)
    return found | ({"timeoutInMinutes": minutes} if minutes else {})


def pipeline(*stages: tuple[str, list[Json]], kind: str = "V1") -> Json:
    return {
        "name": "Bird_Classifier.prod",
        "pipelineType": kind,
        "roleArn": "arn:aws:iam::1:role/theirs",
        "artifactStore": {"type": "S3", "location": "their-artifacts"},
        "stages": [{"name": name, "actions": actions} for name, actions in stages],
    }


def project(variables: dict[str, str] | None = None, buildspec: str = "buildspec.yml") -> Json:
    given = [{"name": name, "value": value, "type": "PLAINTEXT"} for name, value in (variables or {}).items()]
    return {"name": "pack", "environment": {"environmentVariables": given}, "source": {"buildspec": buildspec}}


def ecs(name: str, order: int = 1) -> Json:
    return action(name, "Deploy", "ECS", order, ClusterName="c", ServiceName="s")


def away(**more: str) -> Json:
    return deploy("Away", "p", 2) | more


TO_STAGING = [("S", [github()]), ("B", [build()]), ("D", [deploy("A", "s")])]
ONE_STAGE = [deploy("ToStaging", "birds-stage", 1), approval(order=2), deploy("ToProduction", "birds-prod", 3)]
ARTICLE = pipeline(("Source", [github()]), ("Build", [build()]), ("Deploy", ONE_STAGE))


def discovered(definition: Json, projects: dict[str, Json], overrides: Overrides) -> ExistingPipeline:
    return discover(definition, projects, overrides, REGION)


def test_one_stage_that_deploys_asks_and_deploys_again_is_understood() -> None:
    """The article's pipeline: staging, approval and production are three actions of one stage."""
    found = discovered(ARTICLE, {"pack": project(ARTICLE_BUILD)}, Overrides())
    assert found.staging == Deployment("Deploy/ToStaging", "birds-app", "birds-stage")
    assert found.production == Deployment("Deploy/ToProduction", "birds-app", "birds-prod")
    assert found.approvals == {"Deploy/SignOff": 7 * 24 * 60}
    assert found.builds == ("Build/Pack",)
    assert (found.bucket, found.prefix, found.model) == ("birds-models", "final_model/", "bird-classifier-prod")
    assert found.source == ""


def test_stages_of_their_own_are_understood() -> None:
    """Staging, approval and production may be stages; an approval keeps its own timeout."""
    definition = pipeline(
        ("Src", [github()]),
        ("Make", [build()]),
        ("Try", [deploy("Put", "s")]),
        ("Ask", [approval("Boss", minutes=60)]),
        ("Go", [deploy("Put", "p")]),
        kind="V2",
    )
    found = discovered(definition, {"pack": project(ARTICLE_BUILD)}, Overrides())
    assert (found.staging.action, found.production.action) == ("Try/Put", "Go/Put")
    assert found.approvals == {"Ask/Boss": 60}


def test_two_approvals_between_staging_and_production_are_both_asked() -> None:
    """An approval before staging, or one after production, is somebody else's."""
    stages = [
        ("Source", [github()]),
        ("Early", [approval("Budget")]),
        ("Build", [build()]),
        ("Staging", [deploy("D", "s", 1), approval("Quality", 2), approval("Security", 3)]),
        ("Production", [deploy("D", "p", 1), approval("Later", 2)]),
    ]
    found = discovered(pipeline(*stages), {"pack": project(ARTICLE_BUILD)}, Overrides())
    assert list(found.approvals) == ["Staging/Quality", "Staging/Security"]


def test_staging_is_what_is_deployed_last_before_the_approval() -> None:
    """A development environment that is deployed to before is not what is approved."""
    stages = [
        ("Source", [github()]),
        ("Build", [build()]),
        ("Dev", [deploy("D", "dev"), approval("Devs", 2)]),
        ("Staging", [deploy("D", "s", 1), approval("Boss", 2)]),
        ("Production", [deploy("D", "p")]),
    ]
    found = discovered(pipeline(*stages), {"pack": project(ARTICLE_BUILD)}, Overrides())
    assert (found.staging.environment, found.production.environment) == ("s", "p")
    assert list(found.approvals) == ["Staging/Boss"]


def test_run_orders_and_not_places_in_the_list_tell_what_comes_first() -> None:
    """A stage may list its actions in any order."""
    definition = pipeline(("Source", [github()]), ("Build", [build()]), ("Deploy", ONE_STAGE[::-1]))
    assert discovered(definition, {"pack": project(ARTICLE_BUILD)}, Overrides()).staging.environment == "birds-stage"


@pytest.mark.parametrize(
    ("stages", "sentence"),
    [
        ([("S", [github()]), ("B", [build()]), ("D", [deploy("A", "s"), deploy("B", "p", 2)])], "no manual approval"),
        (
            [("S", [github()]), ("B", [build()]), ("D", [approval(), deploy("A", "p", 2)])],
            "no staging to test",
        ),
        (
            [("S", [github()]), ("B", [build()]), ("D", [approval(), deploy("A", "p", 2), deploy("B", "q", 3)])],
            "deploys nothing to Elastic Beanstalk before D/SignOff",
        ),
        ([("S", [github()]), ("D", ONE_STAGE)], "builds nothing before D/ToStaging"),
        ([("S", [github()]), ("B", [build()])], "deploys nothing: Slipway needs staging and production"),
        (
            [*TO_STAGING, ("P", [approval("Y"), ecs("Live", 2)])],
            r"deploys last with ECS \(P/Live\): .* ProductionDeploy",
        ),
        (
            [("S", [github()]), ("B", [build()]), ("D", [ecs("Try"), approval(order=2), deploy("A", "p", 3)])],
            "no staging",
        ),
        ([*TO_STAGING, ("P", [approval("Y"), deploy("Again", "s", 2)])], "deploy to the same environment, s"),
        ([*TO_STAGING, ("P", [approval("Y"), deploy("A", "#{variables.Env}", 2)])], "only a running execution knows"),
        ([*TO_STAGING, ("P", [approval("Y"), away(region="us-west-2")])], "P/Away deploys to us-west-2"),
        ([*TO_STAGING, ("P", [approval("Y"), away(roleArn="arn:aws:iam::2:role/x")])], "a role of another account"),
    ],
    ids=[
        "no approval",
        "one environment",
        "approval before staging",
        "no build",
        "no deployment",
        "ECS in production",
        "ECS on staging",
        "one environment twice",
        "an environment by variable",
        "another region",
        "another account",
    ],
)
def test_a_pipeline_of_another_shape_is_refused_with_the_reason(stages: list[Any], sentence: str) -> None:
    """Nothing is guessed: the deployment of Slipway fails, and its sentence says what is missing."""
    with pytest.raises(DiscoveryFailed, match=sentence):
        discovered(pipeline(*stages), {"pack": project(ARTICLE_BUILD)}, Overrides())


def test_actions_can_be_named_in_place_of_what_would_be_found() -> None:
    """Who knows better says so, by stage and action."""
    stages = [
        ("Source", [github()]),
        ("Build", [build()]),
        ("Deploy", [*ONE_STAGE, approval("Last", 4), deploy("ToCanary", "canary", 5)]),
    ]
    overrides = Overrides(
        staging_deploy="Deploy/ToProduction", production_deploy="Deploy/ToCanary", approval="Deploy/Last"
    )
    found = discovered(pipeline(*stages), {"pack": project(ARTICLE_BUILD)}, overrides)
    assert (found.staging.environment, found.production.environment) == ("birds-prod", "canary")
    assert list(found.approvals) == ["Deploy/Last"]


def test_a_name_that_the_pipeline_does_not_have_is_refused_with_those_that_it_has() -> None:
    """The sentence names the parameter, and what it may be."""
    with pytest.raises(
        DiscoveryFailed, match="no action Deploy/Yes: let Approval be one of Source/Checkout, Build/Pack"
    ):
        discovered(ARTICLE, {"pack": project(ARTICLE_BUILD)}, Overrides(approval="Deploy/Yes"))


@pytest.mark.parametrize(
    ("overrides", "sentence"),
    [
        (Overrides(staging_deploy="Build/Pack"), "Build/Pack is a Build with CodeBuild: StagingDeploy has to be"),
        (Overrides(production_deploy="Deploy/SignOff"), "Deploy/SignOff is a Approval with Manual: ProductionDeploy"),
        (Overrides(approval="Deploy/ToStaging"), "Deploy/ToStaging is no manual approval"),
        (Overrides(staging_deploy="Deploy/ToProduction"), "one after the other"),
        (Overrides(staging_deploy="Deploy/ToProduction", production_deploy="Deploy/ToStaging"), "no manual approval"),
    ],
)
def test_a_name_of_something_else_is_refused(overrides: Overrides, sentence: str) -> None:
    """An action of another kind, or one at the wrong place."""
    with pytest.raises(DiscoveryFailed, match=sentence):
        discovered(ARTICLE, {"pack": project(ARTICLE_BUILD)}, overrides)


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"executionMode": "PARALLEL"}, "set its execution mode to SUPERSEDED or QUEUED"),
        ({"variables": [{"name": "Size"}, {"name": "Env", "defaultValue": "x"}]}, "without a default, Size: Slipway"),
    ],
)
def test_a_pipeline_that_cannot_be_started_by_its_name_is_refused(more: Json, sentence: str) -> None:
    """Or one in which nobody can tell what waits."""
    with pytest.raises(DiscoveryFailed, match=sentence):
        discovered(ARTICLE | more, {"pack": project(ARTICLE_BUILD)}, Overrides())


@pytest.mark.parametrize(
    "more",
    [
        {"executionMode": "QUEUED"},
        {"variables": [{"name": "Env", "defaultValue": "x"}]},
        {"artifactStore": {}, "artifactStores": {REGION: {"location": "a"}, "us-west-2": {"location": "b"}}},
    ],
    ids=["queued", "variables with defaults", "artifacts in two regions"],
)
def test_what_makes_no_difference_is_taken(more: Json) -> None:
    """The same is discovered."""
    projects = {"pack": project(ARTICLE_BUILD)}
    assert discovered(ARTICLE | more, projects, Overrides()) == discovered(ARTICLE, projects, Overrides())


def test_a_bucket_of_artifacts_in_any_region_is_not_the_models() -> None:
    """A build may fetch from it what another one has made."""
    spec = INLINE.format("aws s3 cp s3://b/x y\n      - aws s3 cp s3://my-models/m/ . --recursive")
    stores = {"artifactStores": {REGION: {"location": "a"}, "us-west-2": {"location": "b"}}}
    assert discovered(ARTICLE | stores, {"pack": project({}, spec)}, Overrides()).bucket == "my-models"


@pytest.mark.parametrize("given", ["final_model", "final_model/", "/final_model/"])
def test_a_folder_may_be_written_without_its_slash(given: str) -> None:
    """It is no object of that name."""
    overrides = Overrides(uploads_bucket="m", uploads_prefix=given)
    assert discovered(ARTICLE, {}, overrides).prefix == "final_model/"


@pytest.mark.parametrize("key", ["drop/model.zip", "drop/model.tar.gz", "out.bin"])
def test_a_file_into_which_nobody_can_look_is_refused(key: str) -> None:
    """Each upload of it would be, later."""
    with pytest.raises(DiscoveryFailed, match="a file into which Slipway cannot look"):
        discovered(ARTICLE, {}, Overrides(uploads_bucket="m", uploads_prefix=key))


@pytest.mark.parametrize("name", ["a.b_c-d@e", "..", "Approve@2x", "-"])
def test_any_letters_that_codepipeline_allows_may_be_in_names(name: str) -> None:
    """Of stages and actions."""
    stages = [("S", [github()]), (f"{name}1", [build(name)]), (name, [deploy(name, "s"), approval("y", 2)])]
    found = discovered(
        pipeline(*stages, (f"{name}2", [deploy(name, "p")])), {"pack": project(ARTICLE_BUILD)}, Overrides()
    )
    assert (found.builds, found.staging.action) == ((f"{name}1/{name}",), f"{name}/{name}")
    assert (list(found.approvals), found.production.action) == ([f"{name}/y"], f"{name}2/{name}")


def test_what_an_execution_fills_in_is_not_where_the_model_is() -> None:
    """Nor is a value that it hides."""
    own = json.dumps([{"name": "MODEL_PREFIX", "value": "#{variables.Prefix}", "type": "PLAINTEXT"}])
    definition = pipeline(("Source", [github()]), ("Build", [build(EnvironmentVariables=own)]), ("Deploy", ONE_STAGE))
    with pytest.raises(DiscoveryFailed, match=r"give UploadsPrefix, like final_model/\. Seen: s3://birds-models/"):
        discovered(definition, {"pack": project(ARTICLE_BUILD)}, Overrides())


INLINE = "version: 0.2\nphases:\n  build:\n    commands:\n      - {}\n      - docker build .\n"


@pytest.mark.parametrize(
    ("variables", "command", "place"),
    [
        ({"B": "m"}, "aws s3 cp --recursive s3://my-models/birds/current model", ("my-models", "birds/current/")),
        ({"B": "my-models"}, "aws s3 sync s3://$B/final_model/ ./model --quiet", ("my-models", "final_model/")),
        ({"B": "my-models"}, 'aws s3 cp "s3://${B}/out/model.onnx" model.onnx', ("my-models", "out/model.onnx")),
        ({"W": "s3://my-models/weights"}, "aws s3 cp $W model --recursive", ("my-models", "weights/")),
        ({"W": "s3://my-models/weights/"}, "./get-it", ("my-models", "weights/")),
        ({}, "aws s3api get-object --bucket my-models --key a/model.onnx m.onnx", ("my-models", "a/model.onnx")),
        ({"A_BUCKET": "my-models", "S3_PREFIX": "live/"}, "./get-it", ("my-models", "live/")),
        ({"LOG_BUCKET": "my-logs", "MODEL_BUCKET": "my-models", "MODEL_PATH": "x"}, "./go", ("my-models", "x/")),
    ],
)
def test_where_the_build_reads_the_model_is_seen(
    variables: dict[str, str], command: str, place: tuple[str, str]
) -> None:
    """Commands in the project tell it, or variables that hold an address, or variables with such names."""
    found = discovered(ARTICLE, {"pack": project(variables, INLINE.format(command))}, Overrides())
    assert (found.bucket, found.prefix) == place


@pytest.mark.parametrize(
    ("command", "variables"),
    [
        ("aws s3 cp s3://birds-models/final_model/ model --recursive", []),
        ("aws s3 sync s3://$BUCKET/$WHERE model", [("BUCKET", "birds-models"), ("WHERE", "final_model")]),
        ("python fetch.py", [("MODEL_BUCKET", "birds-models"), ("MODEL_PREFIX", "final_model")]),
    ],
)
def test_an_action_that_runs_commands_shows_what_they_read(command: str, variables: list[tuple[str, str]]) -> None:
    """It has no project: both are in the pipeline's definition."""
    given = [{"name": name, "value": value} for name, value in variables]
    commands = action("Pack", "Compute", "Commands") | {"commands": ["ls", command], "environmentVariables": given}
    definition = pipeline(("Source", [github()]), ("Build", [commands]), ("Deploy", ONE_STAGE), kind="V2")
    found = discovered(definition, {}, Overrides())
    assert (found.bucket, found.prefix, found.builds) == ("birds-models", "final_model/", ("Build/Pack",))


def test_what_a_build_uploads_is_not_what_it_reads() -> None:
    """Neither the target of a copy nor the pipeline's own artifacts are the model."""
    commands = "aws s3 cp out.zip s3://builds/x.zip\n - aws s3 cp s3://their-artifacts/a b\n"
    spec = INLINE.format(f"{commands} - aws s3 cp s3://my-models/m/ . --recursive")
    found = discovered(ARTICLE, {"pack": project({}, spec)}, Overrides())
    assert (found.bucket, found.prefix) == ("my-models", "m/")


def test_the_variables_of_an_action_win_over_those_of_its_project() -> None:
    """As CodeBuild itself has it."""
    own = json.dumps([{"name": "MODEL_PREFIX", "value": "newer", "type": "PLAINTEXT"}])
    definition = pipeline(("Source", [github()]), ("Build", [build(EnvironmentVariables=own)]), ("Deploy", ONE_STAGE))
    assert discovered(definition, {"pack": project(ARTICLE_BUILD)}, Overrides()).prefix == "newer/"


def test_of_several_builds_the_one_that_reads_the_model_tells_where() -> None:
    """All builds before staging are followed, and a release is built with the last."""
    definition = pipeline(
        ("Source", [github()]),
        ("Build", [build("Lint", "lint"), build("Pack", "pack", 2)]),
        ("Scan", [build("Scan", "scan")]),
        ("Deploy", ONE_STAGE),
    )
    projects = {"lint": project({"LEVEL": "3"}), "pack": project(ARTICLE_BUILD)}
    found = discovered(definition, projects, Overrides())
    assert (found.prefix, found.builds, found.last_build) == (
        "final_model/",
        ("Build/Lint", "Build/Pack", "Scan/Scan"),
        "Scan/Scan",
    )


@pytest.mark.parametrize(
    "variables",
    [{}, {"MODEL_BUCKET": "my-models"}, {"MODEL_BUCKET": "a-models", "OTHER_MODEL_BUCKET": "b-models"}],
    ids=["nothing", "only the bucket", "two buckets"],
)
def test_what_cannot_be_seen_is_asked_for(variables: dict[str, str]) -> None:
    """The sentence names the parameter that says it."""
    with pytest.raises(DiscoveryFailed, match=r"does not show where its build reads the model: give .*UploadsPrefix"):
        discovered(ARTICLE, {"pack": project(variables)}, Overrides())


def test_what_is_asked_for_can_be_given() -> None:
    """A parameter wins over what is seen, and completes it."""
    projects = {"pack": project({"MODEL_BUCKET": "my-models"})}
    found = discovered(ARTICLE, projects, Overrides(uploads_prefix="final_model/", model_name="birds"))
    assert (found.bucket, found.prefix, found.model) == ("my-models", "final_model/", "birds")
    found = discovered(ARTICLE, projects, Overrides(uploads_bucket="other", uploads_prefix="models/*/*/"))
    assert (found.bucket, found.prefix) == ("other", "models/*/*/")


@pytest.mark.parametrize(
    ("key", "prefix", "sentence"),
    [
        ("models/birds.onnx", "models/*/*/", "reads one object of their-bucket, models/birds.onnx, and models/\\*/"),
        ("models/birds/v1/m.onnx", "*/*/", "let UploadsPrefix be models/birds/v1/m.onnx."),
        ("models/*/*/", "", "reads one object of their-bucket, models/\\*/"),
        ("drop/m.onnx", "models/*/", r"models/\*/ has a \* that Slipway does not know"),
        ("drop/m.onnx", "mod*els/*/*/", r"mod\*els/\*/\*/ has a \*"),
        ("drop/m.onnx", "s3://their-bucket/drop", "s3://their-bucket/drop/ has a :// that Slipway does not know"),
        ("drop/*.onnx", "", r"drop/\*.onnx has a \*"),
    ],
)
def test_a_pattern_that_is_not_read_is_refused(key: str, prefix: str, sentence: str) -> None:
    """Uploads would start the pipeline, which builds something else, or nothing would ever start it."""
    definition = pipeline(("Source", [github(), s3(key)]), ("Build", [build()]), ("Deploy", ONE_STAGE), kind="V2")
    with pytest.raises(DiscoveryFailed, match=sentence):
        discovered(definition, {"pack": project()}, Overrides(uploads_bucket="their-bucket", uploads_prefix=prefix))


def test_an_s3_source_of_something_else_may_stand_beside_folders() -> None:
    """Code in a bucket is none of the models."""
    definition = pipeline(("Source", [s3("code/app.zip")]), ("Build", [build()]), ("Deploy", ONE_STAGE))
    given = Overrides(uploads_bucket="their-bucket", uploads_prefix="models/*/*/")
    assert discovered(definition, {"pack": project()}, given).prefix == "models/*/*/"


@pytest.mark.parametrize(("kind", "source"), [("V1", ""), ("V2", "Fetch")])
def test_an_s3_source_is_the_model_and_takes_its_version_if_the_pipeline_is_of_type_v2(kind: str, source: str) -> None:
    """Only there a start may say which version of a source it means."""
    definition = pipeline(
        ("Source", [github(), s3("drop/model.keras")]), ("Build", [build()]), ("Deploy", ONE_STAGE), kind=kind
    )
    found = discovered(definition, {"pack": project()}, Overrides())
    assert (found.bucket, found.prefix, found.source) == ("their-bucket", "drop/model.keras", source)


@pytest.mark.parametrize(
    ("polls", "expected"), [({}, True), ({"PollForSourceChanges": "false"}, False)], ids=["by default", "switched off"]
)
def test_a_source_that_polls_for_the_model_is_noticed(polls: dict[str, str], expected: bool) -> None:
    """An upload would start the pipeline twice: once by its source, once by Slipway."""
    definition = pipeline(("Source", [s3("drop/model.keras", **polls)]), ("Build", [build()]), ("Deploy", ONE_STAGE))
    assert starts_itself(definition, discovered(definition, {}, Overrides())) is expected


@pytest.mark.parametrize(
    ("pipeline_name", "name"), [("Birds", "birds"), ("my_pipe.v2", "my-pipe-v2"), ("__", "model"), ("a" * 60, "a" * 40)]
)
def test_a_model_is_named_like_its_pipeline(pipeline_name: str, name: str) -> None:
    """In the letters that a release's name may have."""
    assert model_name(pipeline_name) == name
