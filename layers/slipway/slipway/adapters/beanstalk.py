"""Elastic Beanstalk: what runs on staging and on production."""

from __future__ import annotations

from typing import TYPE_CHECKING

import boto3

if TYPE_CHECKING:
    from mypy_boto3_elasticbeanstalk import ElasticBeanstalkClient


class BeanstalkEnvironments:
    """The two environments of a stack, `NAME-staging` and `NAME-production`."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._client: ElasticBeanstalkClient = boto3.client("elasticbeanstalk")

    def running(self, target: str) -> str:
        """Return the label of the version that runs on a target, empty if none does."""
        found = self._client.describe_environments(
            ApplicationName=self._name, EnvironmentNames=[f"{self._name}-{target}"], IncludeDeleted=False
        )
        return next((one.get("VersionLabel", "") for one in found["Environments"]), "")
