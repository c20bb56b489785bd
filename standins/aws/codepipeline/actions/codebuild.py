"""CodeBuild actions: starts a build of the project on the action's artifacts and waits for its end."""

import json
from collections.abc import Mapping
from typing import Any

from standins.aws.codepipeline.actions import ActionFailed, Work
from standins.aws.codepipeline.records import Location, Outcome

SECONDS_BETWEEN_LOOKS = 1.0


def run(work: Work) -> Outcome:
    """Build; the variables the build exports become the action's. A build whose action is abandoned goes on."""
    codebuild = work.role.client("codebuild")
    build = codebuild.start_build(**start_request(work))["build"]
    while not build["buildComplete"]:
        work.note(_described(build))
        work.pause(SECONDS_BETWEEN_LOOKS)
        build = codebuild.batch_get_builds(ids=[build["id"]])["builds"][0]
    if build["buildStatus"] != "SUCCEEDED":
        raise ActionFailed(_reason(build), external_id=build["id"], external_url=_log(build))
    return _described(build)


def start_request(work: Work) -> dict[str, Any]:
    """StartBuild with the project's source and artifacts replaced by the action's.

    AWS does the same with the type CODEPIPELINE; S3 says where things lie without a back door.
    """
    primary = work.configuration.get("PrimarySource", next(iter(work.run.inputs)))
    sources = {name: f"{place.bucket}/{place.key}" for name, place in work.run.inputs.items()}
    artifacts = [_artifact(name, place) for name, place in work.run.outputs.items()]
    request: dict[str, Any] = {
        "projectName": work.configuration["ProjectName"],
        "idempotencyToken": work.run.id,
        "sourceTypeOverride": "S3",
        "sourceLocationOverride": sources.pop(primary),
        "secondarySourcesOverride": [
            {"type": "S3", "location": location, "sourceIdentifier": name} for name, location in sources.items()
        ],
        "artifactsOverride": artifacts[0] if artifacts else {"type": "NO_ARTIFACTS"},
        "secondaryArtifactsOverride": artifacts[1:],
    }
    if "EnvironmentVariables" in work.configuration:
        request["environmentVariablesOverride"] = _environment(work.configuration["EnvironmentVariables"])
    return request


def _environment(text: str) -> list[dict[str, str]]:
    try:
        declared = json.loads(text)
    except ValueError as error:
        raise ActionFailed("EnvironmentVariables is not a JSON array.", "ConfigurationError") from error
    return [{"type": "PLAINTEXT", **variable} for variable in declared]


def _artifact(name: str, place: Location) -> dict[str, Any]:
    path, _, file = place.key.rpartition("/")
    return {
        "type": "S3",
        "artifactIdentifier": name,
        "location": place.bucket,
        "path": path,
        "name": file,
        "namespaceType": "NONE",
        "packaging": "ZIP",
        "overrideArtifactName": False,
    }


def _described(build: Mapping[str, Any]) -> Outcome:
    exported = {each["name"]: each["value"] for each in build.get("exportedEnvironmentVariables", [])}
    return Outcome(external_id=build["id"], external_url=_log(build), variables=exported)


def _log(build: Mapping[str, Any]) -> str:
    return str(build.get("logs", {}).get("deepLink", ""))


def _reason(build: Mapping[str, Any]) -> str:
    contexts = [context for phase in build.get("phases", []) for context in phase.get("contexts", [])]
    said = [f"{context.get('statusCode', '')}: {context['message']}" for context in contexts if context.get("message")]
    return said[-1] if said else f"Build {build['id']} ended as {build['buildStatus']}."
