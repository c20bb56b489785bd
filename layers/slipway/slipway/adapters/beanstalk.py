"""Elastic Beanstalk: what runs on staging and on production."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

import boto3

from slipway.models import DeployedVersion, Deployment

if TYPE_CHECKING:
    from mypy_boto3_elasticbeanstalk import ElasticBeanstalkClient
    from mypy_boto3_elasticbeanstalk.type_defs import EnvironmentDescriptionTypeDef

EMPTY: EnvironmentDescriptionTypeDef = {}
DOCKER = re.compile(r"64bit Amazon Linux 2023 v([0-9.]+) running Docker")


def docker_platforms(client: ElasticBeanstalkClient | None = None) -> list[str]:
    """Return the Docker platforms (solution stacks) that new environments may use in this region, newest first."""
    offered = (client or boto3.client("elasticbeanstalk")).list_available_solution_stacks()["SolutionStacks"]
    versions = {found[0]: found[1] for found in map(DOCKER.fullmatch, offered) if found}
    return sorted(versions, key=lambda name: [int(part) for part in versions[name].split(".")], reverse=True)


def of_own_stack(name: str) -> dict[str, Deployment]:
    """Return the environments of a stack with a pipeline of its own, `NAME-staging` and `NAME-production`."""
    return {target: Deployment("", name, f"{name}-{target}") for target in ("staging", "production")}


class BeanstalkEnvironments:
    """The environments that releases are deployed to, by target: `staging` and `production`."""

    def __init__(self, targets: Mapping[str, Deployment]) -> None:
        self._targets = targets
        self._client: ElasticBeanstalkClient = boto3.client("elasticbeanstalk")

    def running(self, target: str) -> str:
        """Return the label of the version that runs on a target (`staging` or `production`); empty if none does."""
        return self._described(target).get("VersionLabel", "")

    def deployed(self, target: str) -> DeployedVersion:
        """Return what runs on a target, and its environment's status."""
        found = self._described(target)
        return DeployedVersion(found.get("VersionLabel", ""), found.get("Status", ""), found.get("Health", ""))

    def address(self, target: str) -> str:
        """Return the URL at which a target answers; empty if there is no such environment."""
        name = self._described(target).get("CNAME", "")
        return f"http://{name}" if name else ""

    def deploy(self, target: str, version: str) -> None:
        """Begin to deploy the application version with a label to a target, without waiting for the end."""
        asked = self._targets[target]
        self._client.update_environment(
            ApplicationName=asked.application, EnvironmentName=asked.environment, VersionLabel=version
        )

    def _described(self, target: str) -> EnvironmentDescriptionTypeDef:
        """Return Beanstalk's description of a target's environment; EMPTY if there is none."""
        asked = self._targets[target]
        found = self._client.describe_environments(
            ApplicationName=asked.application, EnvironmentNames=[asked.environment], IncludeDeleted=False
        )
        return next(iter(found["Environments"]), EMPTY)
