"""What no existing pipeline may have: each is refused when Slipway is attached, before a release could stumble."""

from __future__ import annotations

from slipway.attached.definition import Action
from slipway.attached.route import Route
from slipway.errors import DiscoveryFailed
from slipway.models import Json
from slipway.uploads.layout import Layout

_AT_RUN_TIME = "#{"  # begins a reference to a variable of CodePipeline


def require_startable(pipeline: Json) -> None:
    """Raise DiscoveryFailed unless a pipeline can be started by name, and asked what waits in it."""
    name = pipeline["name"]
    if pipeline.get("executionMode") == "PARALLEL":
        raise DiscoveryFailed(
            f"{name} runs its executions in PARALLEL, where no release takes the place of another, and CodePipeline "
            "does not tell which approval waits: set its execution mode to SUPERSEDED or QUEUED."
        )
    unset = [one["name"] for one in pipeline.get("variables", []) if not one.get("defaultValue")]
    if unset:
        raise DiscoveryFailed(
            f"{name} has variables without a default, {', '.join(unset)}: Slipway starts it without values. Give them "
            "defaults."
        )


def require_reachable(pipeline: Json, route: Route, region: str) -> None:
    """Raise DiscoveryFailed unless staging and production are two environments of this account and `region`."""
    for parameter, deploy in (("StagingDeploy", route.staging), ("ProductionDeploy", route.production)):
        _require_here(pipeline, deploy, region)
        if any(_AT_RUN_TIME in value for value in _environment(deploy)):
            raise DiscoveryFailed(
                f"{deploy.id} deploys to {'/'.join(_environment(deploy))}, which only a running execution knows: name "
                f"its application and environment in the action, or another action by {parameter}."
            )
    if _environment(route.staging) == _environment(route.production):
        raise DiscoveryFailed(
            f"{route.staging.id} and {route.production.id} deploy to the same environment, "
            f"{_environment(route.staging)[1]}: there is no staging to test before production."
        )


def require_read_as_uploaded(name: str, bucket: str, prefix: str, sources: list[Action]) -> None:
    """Raise DiscoveryFailed for a pattern that Slipway does not know, and one that an S3 source would not read.

    Such a source reads one object, and uploads to folders of their own would build that once more.
    """
    plain = prefix.removesuffix(Layout.FOLDERS)
    if wrong := next((one for one in ("*", "://") if one in plain), ""):
        raise DiscoveryFailed(
            f"{prefix} has a {wrong} that Slipway does not know: let UploadsPrefix be a folder, like final_model/, the "
            f"key of one object, or a folder for each upload, like models/{Layout.FOLDERS}."
        )
    keys = [one.configuration.get("S3ObjectKey", "") for one in sources if one.configuration.get("S3Bucket") == bucket]
    if plain != prefix and (key := next((key for key in keys if key.startswith(plain)), "")):
        raise DiscoveryFailed(
            f"{name} reads one object of {bucket}, {key}, and {prefix} would be a folder for each upload: let "
            f"UploadsPrefix be {key}."
        )


def require_bucket_here(bucket: str, found: str, region: str) -> None:
    """Raise DiscoveryFailed if the uploads bucket lies in another region, `found`; empty if there is no such bucket."""
    if not found:
        raise DiscoveryFailed(f"There is no bucket {bucket} to read models from: name another one by UploadsBucket.")
    if found != region:
        raise DiscoveryFailed(
            f"The bucket {bucket} lies in {found}, and tells EventBridge of uploads there: attach Slipway to a "
            f"pipeline that reads a bucket in {region}."
        )


def _require_here(pipeline: Json, deploy: Action, region: str) -> None:
    """Raise DiscoveryFailed if an action deploys to another region, or with a role of another account."""
    if deploy.region not in ("", region):
        raise DiscoveryFailed(
            f"{deploy.id} deploys to {deploy.region}: Slipway, in {region}, tests and follows environments there only."
        )
    account = pipeline.get("roleArn", "").split(":")[4:5]
    if deploy.role and deploy.role.split(":")[4:5] != account:
        raise DiscoveryFailed(
            f"{deploy.id} deploys with a role of another account, {deploy.role}: Slipway tests and follows "
            "environments of its own account only."
        )


def _environment(deploy: Action) -> tuple[str, str]:
    """Return the application and the environment that an action deploys to."""
    return deploy.configuration["ApplicationName"], deploy.configuration["EnvironmentName"]
