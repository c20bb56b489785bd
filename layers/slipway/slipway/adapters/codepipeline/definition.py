"""CodePipeline and CodeBuild: the definition of a pipeline, and the build projects that it names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import boto3

from slipway.errors import DiscoveryFailed
from slipway.models import Json

if TYPE_CHECKING:
    from mypy_boto3_codebuild import CodeBuildClient
    from mypy_boto3_codepipeline import CodePipelineClient


def pipeline(name: str, session: boto3.Session | None = None) -> Json:
    """Return a pipeline's definition, or raise DiscoveryFailed if there is none of that name."""
    client: CodePipelineClient = (session or boto3.Session()).client("codepipeline")
    try:
        return cast("Json", client.get_pipeline(name=name)["pipeline"])
    except client.exceptions.PipelineNotFoundException as error:
        raise DiscoveryFailed(f"There is no pipeline {name} in this account and region.") from error


def projects(definition: Json, session: boto3.Session | None = None) -> dict[str, Json]:
    """Return the CodeBuild projects of this region that a pipeline's actions use, by their names."""
    actions: list[Any] = [action for stage in definition["stages"] for action in stage["actions"]]
    client: CodeBuildClient = (session or boto3.Session()).client("codebuild")
    names = {
        action["configuration"]["ProjectName"]
        for action in actions
        if action["actionTypeId"]["provider"] == "CodeBuild"
        and action["actionTypeId"]["category"] == "Build"
        and action.get("region", client.meta.region_name) == client.meta.region_name
    }
    if not names:
        return {}
    return {
        project["name"]: cast("Json", project) for project in client.batch_get_projects(names=sorted(names))["projects"]
    }
