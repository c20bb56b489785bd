"""A pipeline without AWS: the tests begin executions and say what becomes of each action."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from standins.aws.codepipeline.definition import Declaration, read
from standins.aws.codepipeline.executions import Executions
from standins.aws.codepipeline.records import ActionRun, Execution, Failure, Outcome, Revision, Trigger
from standins.aws.codepipeline.state_changes import StateChange

ROLE = "arn:aws:iam::000000000000:role/pipeline"
BY_HAND = Trigger("StartPipelineExecution", "arn:aws:iam::000000000000:root")


def action(provider: str, name: str, order: int = 1, **declared: Any) -> Declaration:
    """Declare an action of one of the providers."""
    category, configuration = {
        "CodeStarSourceConnection": (
            "Source",
            {
                "ConnectionArn": "arn:aws:codeconnections:us-east-1:000000000000:connection/1",
                "FullRepositoryId": "example/digits",
                "BranchName": "main",
            },
        ),
        "S3": ("Source", {"S3Bucket": "source", "S3ObjectKey": "code.zip"}),
        "Lambda": ("Invoke", {"FunctionName": "worker"}),
        "CodeBuild": ("Build", {"ProjectName": "image"}),
        "ElasticBeanstalk": ("Deploy", {"ApplicationName": "digits", "EnvironmentName": "digits-staging"}),
        "Manual": ("Approval", {}),
    }[provider]
    configuration = configuration | declared.pop("configuration", {})
    type_id = {"category": category, "owner": "AWS", "provider": provider, "version": "1"}
    return {"name": name, "runOrder": order, "actionTypeId": type_id, "configuration": configuration} | declared


def source() -> Declaration:
    """Declare a source stage."""
    taken = action("CodeStarSourceConnection", "Take", namespace="Source", outputArtifacts=[{"name": "Source"}])
    return {"name": "Source", "actions": [taken]}


def stage(name: str, *actions: Declaration, **declared: Any) -> Declaration:
    """Declare a stage."""
    return {"name": name, "actions": list(actions)} | declared


def declaration(*stages: Declaration, **declared: Any) -> Declaration:
    """Declare a V2 pipeline of a source stage and others."""
    return {
        "name": "digits",
        "roleArn": ROLE,
        "pipelineType": "V2",
        "artifactStore": {"type": "S3", "location": "artifacts"},
        "stages": [source(), *stages],
    } | declared


class Played:
    """A pipeline whose actions end as the test says, with all that it told EventBridge."""

    def __init__(self, declared: Declaration) -> None:
        self.time = datetime(2026, 11, 22, 12, tzinfo=UTC)
        self.changes: list[StateChange] = []
        self.launched: list[ActionRun] = []
        numbers = itertools.count(1)
        self.pipeline = Executions(
            read(declared, 1, "us-east-1"),
            launch=self.launched.append,
            emit=self.changes.append,
            clock=lambda: self.time,
            new_id=lambda: f"00000000-0000-0000-0000-{next(numbers):012}",
        )

    def start(self, token: str | None = None, **variables: str) -> Execution:
        """Start an execution by hand."""
        return self.pipeline.start(variables, BY_HAND, token)

    def running(self) -> list[str]:
        """Name the actions that are running now."""
        return [run.action.name for execution in self.pipeline.executions for run in execution.running()]

    def run(self, name: str, execution: Execution | None = None) -> ActionRun:
        """Find the running run of an action."""
        executions = [execution] if execution else self.pipeline.executions
        return next(run for each in executions for run in each.running() if run.action.name == name)

    def succeed(self, name: str, execution: Execution | None = None, **variables: str) -> None:
        """End a running action well, with output variables."""
        revision = Revision("c0ffee") if name == "Take" else None
        self.pipeline.report(self.run(name, execution), Outcome(variables=variables, revision=revision))

    def fail(self, name: str, execution: Execution | None = None) -> None:
        """End a running action badly."""
        self.pipeline.report(self.run(name, execution), Outcome(Failure("JobFailed", f"{name} broke")))

    def wait(self, **duration: float) -> None:
        """Let time pass and deadlines be looked at."""
        self.time += timedelta(**duration)
        self.pipeline.fail_overdue()

    def told(self) -> list[str]:
        """Every state change so far: where and what."""
        return [
            f"{detail.get('action') or detail.get('stage') or 'pipeline'} {detail['state']}"
            for _, detail in self.changes
        ]


def play(*stages: Declaration, **declared: Any) -> Played:
    """Play a pipeline of a source stage and the given ones."""
    return Played(declaration(*stages, **declared))
