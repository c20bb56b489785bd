"""What a stack learns of an existing pipeline when it is attached to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import boto3

from slipway.adapters import bucket_region
from slipway.adapters.beanstalk import BeanstalkEnvironments
from slipway.adapters.codepipeline import definition
from slipway.attached import limits
from slipway.attached.attributes import attributes
from slipway.attached.discovery import Overrides, discover, starts_itself
from slipway.errors import DiscoveryFailed
from slipway.models import Deployment, ExistingPipeline, Json


def existing_pipeline(session: boto3.Session, parameters: Mapping[str, str]) -> tuple[Json, ExistingPipeline]:
    """Return a pipeline's definition and what it shows, without the addresses; raises DiscoveryFailed.

    `parameters` are `ExistingPipeline` and what Overrides reads.
    """
    region = session.region_name or ""
    pipeline = definition.pipeline(parameters["ExistingPipeline"], session)
    found = discover(pipeline, definition.projects(pipeline, session), Overrides.read(parameters), region)
    limits.require_bucket_here(found.bucket, bucket_region.region_of(found.bucket, session), region)
    return pipeline, found


def discovered(properties: Mapping[str, str]) -> dict[str, str]:
    """Return the attributes of the custom resource, by what the pipeline's definition shows; raises DiscoveryFailed.

    `properties` are the resource's: `ExistingPipeline`, its `Arn`, `Console` (its page), and what Overrides reads.
    """
    pipeline, found = existing_pipeline(boto3.Session(), properties)
    environments = BeanstalkEnvironments({"staging": found.staging, "production": found.production})

    def addressed(target: str, deployment: Deployment) -> Deployment:
        """Return a deployment with its URL; raises DiscoveryFailed if there is no such environment."""
        if url := deployment.url or environments.address(target):
            return replace(deployment, url=url)
        where = f"{deployment.environment} in {deployment.application}"
        raise DiscoveryFailed(f"There is no Elastic Beanstalk environment {where}: create it, then deploy again.")

    whole: ExistingPipeline = replace(
        found,
        staging=addressed("staging", found.staging),
        production=addressed("production", found.production),
        console=properties.get("Console", ""),
    )
    return attributes(whole, properties["Arn"], starts_itself=starts_itself(pipeline, whole))
