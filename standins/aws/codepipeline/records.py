"""What a pipeline remembers: its executions, and of each the runs of its actions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from standins.aws.codepipeline.definition import Action, Definition, Stage


class Status(StrEnum):
    """The states of executions, stages and action runs, as the API spells them."""

    IN_PROGRESS = "InProgress"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"
    STOPPING = "Stopping"
    STOPPED = "Stopped"
    SUPERSEDED = "Superseded"
    CANCELLED = "Cancelled"
    ABANDONED = "Abandoned"


@dataclass(frozen=True)
class Location:
    """Where an artifact lies in S3."""

    bucket: str
    key: str


@dataclass(frozen=True)
class Trigger:
    """What started an execution: CreatePipeline, StartPipelineExecution, AutomatedRollback …, and the caller's ARN."""

    kind: str
    detail: str


@dataclass(frozen=True)
class Revision:
    """What a source action took."""

    id: str
    summary: str = ""
    url: str = ""


@dataclass(frozen=True)
class Failure:
    """Why an action failed; `code` is JobFailed, PermissionError, ConfigurationError and the like."""

    code: str
    message: str


@dataclass(frozen=True)
class Outcome:
    """What became of an action run: a failure, or its variables and what it has to say about itself."""

    failure: Failure | None = None
    summary: str = ""
    external_id: str = ""
    external_url: str = ""
    percent: int | None = None
    updated_by: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)
    revision: Revision | None = None


@dataclass(eq=False)
class Execution:
    """One execution of a pipeline. `current` holds the run that counts for each (stage, action).

    `pinned` has the revision that a source action is to take instead of the newest, by the action's name; `taken` the
    run that took it before, where there was one.
    """

    id: str
    definition: Definition
    trigger: Trigger
    variables: Mapping[str, str]
    started: datetime
    updated: datetime
    pinned: Mapping[str, str] = field(default_factory=dict)
    rollback_of: str | None = None
    request_token: str | None = None
    status: Status = Status.IN_PROGRESS
    summary: str = ""
    stop_reason: str = ""
    attempt: int = 1
    position: int = 0
    stages: dict[str, Status] = field(default_factory=dict)
    stage_started: dict[str, datetime] = field(default_factory=dict)
    retries: dict[str, datetime] = field(default_factory=dict)
    retried_automatically: set[str] = field(default_factory=set)
    artifacts: dict[str, Location] = field(default_factory=dict)
    namespaces: dict[str, Mapping[str, str]] = field(default_factory=dict)
    revisions: dict[str, Revision] = field(default_factory=dict)
    taken: dict[str, "ActionRun"] = field(default_factory=dict)
    runs: list["ActionRun"] = field(default_factory=list)
    current: dict[tuple[str, str], "ActionRun"] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """STANDARD or ROLLBACK."""
        return "ROLLBACK" if self.rollback_of else "STANDARD"

    @property
    def stage(self) -> Stage:
        """The stage the execution is in or waits before."""
        return self.definition.stages[self.position]

    def known_variables(self) -> dict[str, Mapping[str, str]]:
        """Every namespace an action may refer to now."""
        return {
            **self.namespaces,
            "variables": self.variables,
            "codepipeline": {"PipelineExecutionId": self.id},
        }

    def running(self) -> list["ActionRun"]:
        """The action runs that have not ended."""
        return [run for run in self.current.values() if run.status is Status.IN_PROGRESS]


@dataclass(eq=False)
class ActionRun:
    """One run of an action.

    `token` is an approval's; past `deadline` the run fails; a `problem` fails it at once.
    """

    id: str
    execution: Execution
    stage: Stage
    action: Action
    started: datetime
    updated: datetime
    configuration: Mapping[str, str]
    inputs: dict[str, Location]
    outputs: dict[str, Location]
    problem: Failure | None = None
    status: Status = Status.IN_PROGRESS
    outcome: Outcome = field(default_factory=Outcome)
    token: str | None = None
    deadline: datetime | None = None
    answered: bool = False


@dataclass(eq=False)
class StageRecord:
    """A stage across executions: who holds its lock, who waits before it, what ran in it last."""

    holder: Execution | None = None
    waiting: list[Execution] = field(default_factory=list)
    latest: Execution | None = None
    succeeded: list[Execution] = field(default_factory=list)
    actions: dict[str, ActionRun] = field(default_factory=dict)
    closed_because: str | None = None
    changed_by: str = ""
    changed_at: datetime | None = None
