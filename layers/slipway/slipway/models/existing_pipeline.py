"""A pipeline that was there before Slipway, as discovery found it: actions are named `Stage/Action`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Deployment:
    """A deploy action, the Beanstalk environment that it deploys to, and the address of that."""

    action: str
    application: str
    environment: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class ExistingPipeline:
    """What Slipway needs to know of a pipeline to work around it.

    `bucket` and `prefix` are what its build reads, `model` is how releases of it are called. `approvals` are those
    between staging and production, with the minutes after which each expires. `source` is the name of an S3 source
    action that can be told which version of the model to take; empty if there is none. `console` is the address of the
    pipeline's page in AWS's console.
    """

    name: str
    bucket: str
    prefix: str
    model: str
    builds: tuple[str, ...]
    staging: Deployment
    production: Deployment
    approvals: dict[str, int] = field(default_factory=dict)
    source: str = ""
    console: str = ""

    @property
    def last_build(self) -> str:
        """The build after which a release goes to staging."""
        return self.builds[-1]


@dataclass(frozen=True, slots=True)
class DeployedVersion:
    """What an environment runs: the version's label, and Beanstalk's words for its status and health."""

    label: str
    status: str
    health: str

    @property
    def is_steady(self) -> bool:
        """Whether nothing is being deployed, and nothing is wrong that Beanstalk knows of."""
        return self.status == "Ready" and self.health in ("Green", "Grey")


@dataclass(frozen=True, slots=True)
class ActionChange:
    """A change of one action, or, without an `action`, of a whole execution.

    `status` is CodePipeline's word in its events, like `STARTED`; `id` names this very run of the action. `attempt` is
    its count of stage retries, 0 where it does not tell.
    """

    execution_id: str
    action: str
    id: str
    status: str
    at: datetime
    attempt: int = 0
    summary: str = ""
    log_url: str = ""
