"""The environment variables of a build, in CodeBuild's order of precedence."""

from standins.aws import registry
from standins.aws.codebuild.builds import Build
from standins.aws.codebuild.buildspec import Buildspec
from standins.aws.codebuild.environment import base_environment
from standins.aws.codebuild.workspace import Workspace


def variables(build: Build, spec: Buildspec, space: Workspace) -> dict[str, str]:
    """The buildspec's variables, over them the project's and the start's, over them CodeBuild's own."""
    given = {item["name"]: item["value"] for item in build.settings["environment"]["environmentVariables"]}
    return base_environment(space.folders, space.home) | spec.variables | given | _own(build, space)


def _own(build: Build, space: Workspace) -> dict[str, str]:
    settings = build.settings
    names = [extra["sourceIdentifier"] for extra in settings["secondarySources"]]
    return {
        "AWS_DEFAULT_REGION": registry.region(),
        "AWS_REGION": registry.region(),
        "CODEBUILD_BUILD_ARN": build.arn,
        "CODEBUILD_BUILD_ID": build.id,
        "CODEBUILD_BUILD_IMAGE": settings["environment"].get("image", ""),
        "CODEBUILD_BUILD_NUMBER": str(build.number),
        "CODEBUILD_BUILD_SUCCEEDING": "1",
        "CODEBUILD_INITIATOR": build.initiator,
        "CODEBUILD_LOG_PATH": build.uuid,
        "CODEBUILD_RESOLVED_SOURCE_VERSION": settings.get("sourceVersion") or build.resolved_version,
        "CODEBUILD_SOURCE_REPO_URL": settings["source"].get("location", ""),
        "CODEBUILD_SOURCE_VERSION": settings.get("sourceVersion") or "",
        "CODEBUILD_SRC_DIR": str(space.source),
        "CODEBUILD_START_TIME": str(int(build.started.timestamp() * 1000)),
    } | {f"CODEBUILD_SRC_DIR_{name}": str(space.secondary(name)) for name in names}
