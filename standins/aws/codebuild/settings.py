"""What a build runs with: the project's settings and StartBuild's overrides over them."""

from typing import Any

from standins.aws.wire import AwsError

_KNOWN = {
    "projectName",
    "sourceVersion",
    "sourceTypeOverride",
    "sourceLocationOverride",
    "secondarySourcesOverride",
    "artifactsOverride",
    "secondaryArtifactsOverride",
    "environmentVariablesOverride",
    "buildspecOverride",
    "serviceRoleOverride",
    "timeoutInMinutesOverride",
    "idempotencyToken",
}


def merged(project: dict[str, Any], request: dict[str, Any]) -> dict[str, Any]:
    """The settings of one build, in the API's words; an override the local AWS ignores would mislead."""
    if unknown := sorted(set(request) - _KNOWN):
        raise AwsError("InvalidInputException", f"The local AWS does not know the override {unknown[0]}.")
    source = dict(project["source"])
    for name in ("type", "location"):
        source[name] = request.get(f"source{name.title()}Override", source.get(name, ""))
    source["buildspec"] = request.get("buildspecOverride") or source.get("buildspec", "buildspec.yml")
    return {
        "source": {name: value for name, value in source.items() if value},
        "sourceVersion": request.get("sourceVersion") or project.get("sourceVersion"),
        "secondarySources": request.get("secondarySourcesOverride", []),
        "artifacts": request.get("artifactsOverride") or project["artifacts"],
        "secondaryArtifacts": request.get("secondaryArtifactsOverride", []),
        "environment": project["environment"] | {"environmentVariables": _variables(project, request)},
        "serviceRole": request.get("serviceRoleOverride") or project["serviceRole"],
        "timeoutInMinutes": request.get("timeoutInMinutesOverride") or int(project["timeoutInMinutes"]),
    }


def _variables(project: dict[str, Any], request: dict[str, Any]) -> list[dict[str, Any]]:
    own = project["environment"].get("environmentVariables") or []
    both = {item["name"]: item for item in [*own, *request.get("environmentVariablesOverride", [])]}
    for item in both.values():
        if item.get("type", "PLAINTEXT") != "PLAINTEXT":
            raise AwsError("InvalidInputException", f"{item['name']}: the local AWS knows plain text only.")
    return [item | {"value": str(item["value"]), "type": "PLAINTEXT"} for item in both.values()]
