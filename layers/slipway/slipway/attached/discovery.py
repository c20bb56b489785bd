"""What Slipway needs to know of an existing pipeline, read from its definition; what cannot be seen is a parameter."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields

from slipway.attached import limits, route
from slipway.attached.definition import Action, actions_of, artifact_buckets
from slipway.attached.model_location import Location, as_prefix, locate
from slipway.errors import DiscoveryFailed
from slipway.models import Deployment, ExistingPipeline, Json
from slipway.uploads.validation.accepted import Accepted
from slipway.uploads.validation.formats import FORMATS

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


def discover(pipeline: Json, projects: Mapping[str, Json], overrides: Overrides, region: str) -> ExistingPipeline:
    """Return what an existing pipeline does, by its definition (GetPipeline's `pipeline`); raises DiscoveryFailed.

    `projects` are the CodeBuild projects that it uses (BatchGetProjects), by name; `region` is the pipeline's.
    """
    actions, name = actions_of(pipeline), pipeline["name"]
    limits.require_startable(pipeline)
    found = route.find(
        name,
        actions,
        staging_deploy=overrides.staging_deploy,
        approval=overrides.approval,
        production_deploy=overrides.production_deploy,
    )
    limits.require_reachable(pipeline, found, region)
    sources = [action for action in actions if action.is_a("Source", "S3")]
    place = _location(pipeline, found.builds, sources, projects, overrides)
    source = next((one for one in sources if _takes_version(pipeline, one, place)), None)
    return ExistingPipeline(
        name=name,
        bucket=place.bucket,
        prefix=place.prefix,
        model=overrides.model_name or model_name(name),
        builds=tuple(build.id for build in found.builds),
        staging=_deployment(found.staging, overrides.staging_url),
        production=_deployment(found.production, overrides.production_url),
        approvals={approval.id: approval.timeout for approval in found.approvals},
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


def _location(
    pipeline: Json, builds: list[Action], sources: list[Action], projects: Mapping[str, Json], overrides: Overrides
) -> Location:
    """Return where the model is read from: the overrides, else what a build reads, else an S3 source."""
    seen = Location("", "")
    if not (overrides.uploads_bucket and overrides.uploads_prefix):
        seen = locate(builds, sources, projects, artifact_buckets(pipeline))
    bucket = overrides.uploads_bucket or seen.bucket
    prefix = as_prefix(overrides.uploads_prefix) or (seen.prefix if bucket == seen.bucket else "")
    missing = [word for word, value in (("UploadsBucket", bucket), ("UploadsPrefix", prefix)) if not value]
    if missing:
        raise DiscoveryFailed(
            f"The definition of {pipeline['name']} does not show where its build reads the model: give "
            f"{' and '.join(missing)}, like final_model/.{seen.note}"
        )
    if not prefix.endswith("/") and Accepted([*FORMATS]).format_of(prefix) is None:
        raise DiscoveryFailed(
            f"{pipeline['name']} reads the model as {prefix}, a file into which Slipway cannot look: let its build "
            f"read one of these ({', '.join(FORMATS)}), or a folder, and name that by UploadsPrefix, like final_model/."
        )
    limits.require_read_as_uploaded(pipeline["name"], bucket, prefix, sources)
    return Location(bucket, prefix)


def _takes_version(pipeline: Json, source: Action, place: Location) -> bool:
    """Return whether a start can name the model's version: in a pipeline of type V2 whose S3 source it is."""
    where = (source.configuration.get("S3Bucket"), source.configuration.get("S3ObjectKey"))
    return pipeline.get("pipelineType", "V1") == "V2" and where == (place.bucket, place.prefix)


def _deployment(action: Action, url: str) -> Deployment:
    """Return the environment that an action deploys to, which answers at `url`."""
    configuration = action.configuration
    return Deployment(action.id, configuration["ApplicationName"], configuration["EnvironmentName"], url)
