"""Elastic Beanstalk: what runs on staging and on production."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import boto3

if TYPE_CHECKING:
    from mypy_boto3_elasticbeanstalk import ElasticBeanstalkClient

DOCKER = re.compile(r"64bit Amazon Linux 2023 v([0-9.]+) running Docker")


def docker_platforms(client: ElasticBeanstalkClient | None = None) -> list[str]:
    """Return the Docker platforms (solution stacks) that new environments may use in this region, newest first."""
    offered = (client or boto3.client("elasticbeanstalk")).list_available_solution_stacks()["SolutionStacks"]
    versions = {found[0]: found[1] for found in map(DOCKER.fullmatch, offered) if found}
    return sorted(versions, key=lambda name: [int(part) for part in versions[name].split(".")], reverse=True)


class BeanstalkEnvironments:
    """The two environments of a stack, `NAME-staging` and `NAME-production`."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._client: ElasticBeanstalkClient = boto3.client("elasticbeanstalk")

    def running(self, target: str) -> str:
        """Return the label of the version that runs on a target (`staging` or `production`); empty if none does."""
        found = self._client.describe_environments(
            ApplicationName=self._name, EnvironmentNames=[f"{self._name}-{target}"], IncludeDeleted=False
        )
        return next((one.get("VersionLabel", "") for one in found["Environments"]), "")
