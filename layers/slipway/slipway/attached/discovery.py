"""What Slipway needs to know of an existing pipeline, read from its definition; what cannot be seen is a parameter."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields

from slipway.attached.definition import Action, actions_of, artifact_buckets
from slipway.attached.model_location import Location, locate
from slipway.errors import DiscoveryFailed
from slipway.models import Deployment, ExistingPipeline, Json

MODEL_NAME = 40  # characters, see the preflight's rule


@dataclass(frozen=True, slots=True)
class Overrides:
    """What the operator says in place of what would be found; empty is what is to be found."""

    uploads_bucket: str = ""
    uploads_prefix: str = ""
    model_name: str = ""
    staging_deploy: str = ""
    production_deploy: str = ""
    approval: str = ""
    staging_url: str = ""
    production_url: str = ""

    @classmethod
    def read(cls, properties: Mapping[str, str]) -> Overrides:
        """Return the overrides in a custom resource's properties, named like the template's parameters."""
        names = {field.name: field.name.title().replace("_", "") for field in fields(cls)}
        return cls(**{name: properties.get(parameter, "").strip() for name, parameter in names.items()})


def discover(pipeline: Json, projects: Mapping[str, Json], overrides: Overrides) -> ExistingPipeline:
    """Return what an existing pipeline does, by its definition (GetPipeline's `pipeline`); raises DiscoveryFailed.

    `projects` are the CodeBuild projects that it uses (BatchGetProjects), by name.
    """
    actions, name = actions_of(pipeline), pipeline["name"]
    production = _production(name, actions, overrides)
    approvals = _approvals(name, actions, production, overrides)
    staging = _staging(name, actions, approvals, overrides)
    if not overrides.approval:
        approvals = [approval for approval in approvals if approval.position > staging.position]
    builds = [action for action in actions if action.is_a("Build") and action.position < staging.position]
    if not builds:
        raise DiscoveryFailed(f"{name} builds nothing before {staging.id}: Slipway follows a build to staging.")
    sources = [action for action in actions if action.is_a("Source", "S3")]
    place = _location(pipeline, builds, sources, projects, overrides)
    source = next((one for one in sources if _takes_version(pipeline, one, place)), None)
    return ExistingPipeline(
        name=name,
        bucket=place.bucket,
        prefix=place.prefix,
        model=overrides.model_name or model_name(name),
        builds=tuple(build.id for build in builds),
        staging=_deployment(staging, overrides.staging_url),
        production=_deployment(production, overrides.production_url),
        approvals={approval.id: approval.timeout for approval in approvals},
        source=source.name if source else "",
    )


def model_name(pipeline: str) -> str:
    """Return a pipeline's name as that of a model: lower-case letters, digits and dashes."""
    return re.sub(r"[^a-z0-9]+", "-", pipeline.lower())[:MODEL_NAME].strip("-") or "model"


def starts_itself(pipeline: Json, found: ExistingPipeline) -> bool:
    """Return whether CodePipeline polls for uploads, so that each would start it twice."""
    return any(
        action.is_a("Source", "S3")
        and action.configuration.get("S3Bucket") == found.bucket
        and action.configuration.get("S3ObjectKey", "").startswith(found.prefix)
        and action.configuration.get("PollForSourceChanges", "true") != "false"
        for action in actions_of(pipeline)
    )


def _production(name: str, actions: list[Action], overrides: Overrides) -> Action:
    """Return the action that deploys to production: the one named, or the last deployment; raises DiscoveryFailed."""
    if overrides.production_deploy:
        return _action_named(name, actions, overrides.production_deploy, "ProductionDeploy")
    deploys = _deploys(actions)
    if len(deploys) < 2 and not overrides.staging_deploy:
        raise DiscoveryFailed(
            f"{name} deploys to {len(deploys)} Elastic Beanstalk environment(s): Slipway needs one for staging and one "
            "for production."
        )
    return deploys[-1]


def _approvals(name: str, actions: list[Action], production: Action, overrides: Overrides) -> list[Action]:
    """Return the approvals that Slipway answers: those named, or all before production; raises DiscoveryFailed."""
    if overrides.approval:
        names = [one.strip() for one in overrides.approval.split(",")]
        return [_action_named(name, actions, one, "Approval") for one in names]
    found = [one for one in actions if one.is_a("Approval") and one.position < production.position]
    if not found:
        raise DiscoveryFailed(
            f"{name} has no manual approval before {production.id}: Slipway holds a release there until it is tested "
            "and answered. Add one."
        )
    return found


def _staging(name: str, actions: list[Action], approvals: list[Action], overrides: Overrides) -> Action:
    """Return the action that deploys to staging: the one named, or the last before the last approval."""
    if overrides.staging_deploy:
        return _action_named(name, actions, overrides.staging_deploy, "StagingDeploy")
    before = [one for one in _deploys(actions) if one.position < approvals[-1].position]
    if not before:
        raise DiscoveryFailed(f"{name} deploys nothing before {approvals[-1].id}: there is no staging to test.")
    return before[-1]


def _deploys(actions: list[Action]) -> list[Action]:
    """Return the actions that deploy to Elastic Beanstalk."""
    return [action for action in actions if action.is_a("Deploy", "ElasticBeanstalk")]


def _action_named(name: str, actions: list[Action], wanted: str, parameter: str) -> Action:
    """Return the action with the id `wanted`, which a parameter names; raises DiscoveryFailed."""
    for action in actions:
        if action.id == wanted:
            return action
    known = ", ".join(action.id for action in actions)
    raise DiscoveryFailed(f"{name} has no action {wanted}: let {parameter} be one of {known}.")


def _location(
    pipeline: Json, builds: list[Action], sources: list[Action], projects: Mapping[str, Json], overrides: Overrides
) -> Location:
    """Return where the model is read from: the overrides, else what a build reads, else an S3 source."""
    seen = Location("", "")
    if not (overrides.uploads_bucket and overrides.uploads_prefix):
        seen = locate(builds, sources, projects, artifact_buckets(pipeline))
    bucket = overrides.uploads_bucket or seen.bucket
    prefix = overrides.uploads_prefix or (seen.prefix if bucket == seen.bucket else "")
    missing = [word for word, value in (("UploadsBucket", bucket), ("UploadsPrefix", prefix)) if not value]
    if missing:
        raise DiscoveryFailed(
            f"The definition of {pipeline['name']} does not show where its build reads the model: give "
            f"{' and '.join(missing)}, like final_model/.{seen.note}"
        )
    return Location(bucket, prefix)


def _takes_version(pipeline: Json, source: Action, place: Location) -> bool:
    """Return whether a start can name the model's version: in a pipeline of type V2 whose S3 source it is."""
    where = (source.configuration.get("S3Bucket"), source.configuration.get("S3ObjectKey"))
    return pipeline.get("pipelineType", "V1") == "V2" and where == (place.bucket, place.prefix)


def _deployment(action: Action, url: str) -> Deployment:
    """Return the environment that an action deploys to, which answers at `url`."""
    configuration = action.configuration
    return Deployment(action.id, configuration["ApplicationName"], configuration["EnvironmentName"], url)
