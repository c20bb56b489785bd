"""What can be done to the executions of a pipeline: start, stop, retry, roll back, cancel."""

import json
from collections.abc import Mapping

from standins.aws.codepipeline import runs
from standins.aws.codepipeline.definition import Definition
from standins.aws.codepipeline.progress import Progress
from standins.aws.codepipeline.records import ActionRun, Execution, Outcome, StageRecord, Status, Trigger
from standins.aws.codepipeline.state_changes import action_change, pipeline_change, stage_change


class Executions(Progress):
    """All executions of one pipeline, and the commands on them."""

    def start(
        self,
        variables: Mapping[str, str],
        trigger: Trigger,
        token: str | None = None,
        pinned: Mapping[str, str] | None = None,
    ) -> Execution:
        """Start an execution, or find the one that the same client request token has started already.

        `pinned` names revisions that source actions take instead of the newest.
        """
        if token:
            for earlier in self.executions:
                if earlier.request_token == token:
                    return earlier
        defaults = {name: value for name, value in self.definition.variables.items() if value is not None}
        execution = self._new_execution(trigger, {**defaults, **variables})
        execution.request_token, execution.pinned = token, pinned or {}
        took = ((action, self._took(action, revision)) for action, revision in execution.pinned.items())
        execution.taken = {action: run for action, run in took if run}
        self._emit(pipeline_change(execution, "STARTED"))
        self._arrive(execution)
        return execution

    def _took(self, action: str, revision: str) -> ActionRun | None:
        """Find the last run of a source action that took a revision."""
        runs_of = [run for execution in self.executions for run in execution.runs if run.action.name == action]
        taken = [run for run in runs_of if run.outcome.revision and run.outcome.revision.id == revision]
        return taken[-1] if taken else None

    def fail_overdue(self) -> None:
        """Fail the action runs whose deadline has passed."""
        for run in [run for execution in self.executions for run in execution.running()]:
            if run.deadline and run.deadline <= self._clock():
                self.report(run, Outcome(runs.overdue(run)))

    def stop(self, execution: Execution, abandon: bool, reason: str) -> None:
        """Stop an execution: at once if abandoned or waiting before a stage, else when its running actions end."""
        record = self._record(execution)
        if execution.status is Status.IN_PROGRESS:
            execution.status, execution.stop_reason = Status.STOPPING, reason
            self._emit(pipeline_change(execution, "STOPPING"))
            if record.holder is execution:
                self._change_stage(execution, Status.STOPPING)
        if execution in record.waiting:
            record.waiting.remove(execution)
            self._end(execution, Status.STOPPED)
        elif abandon:
            for run in execution.running():
                self._end_run(run, Status.ABANDONED)
            self._continue(execution)

    def retry(self, execution: Execution, all_actions: bool) -> None:
        """Run a failed or stopped stage again, from its failed actions or from its start."""
        stage, record = execution.stage, self._record(execution)
        for key, run in list(execution.current.items()):
            if run.stage is stage and (all_actions or run.status is not Status.SUCCEEDED):
                del execution.current[key]
        execution.attempt += 1
        execution.status, execution.stop_reason = Status.IN_PROGRESS, ""
        execution.updated = execution.retries[stage.name] = self._clock()
        self._emit(pipeline_change(execution, "RESUMED"))
        record.holder = execution
        execution.stages[stage.name] = Status.IN_PROGRESS
        self._emit(stage_change(execution, stage.name, "RESUMED"))
        self._continue(execution)

    def roll_back(self, stage: str, target: Execution, trigger: Trigger) -> Execution:
        """Run a stage again with the artifacts and variables of an execution that succeeded in it."""
        execution = self._new_execution(trigger, target.variables)
        execution.rollback_of = target.id
        execution.position = self.definition.position(stage)
        execution.artifacts, execution.namespaces = dict(target.artifacts), dict(target.namespaces)
        execution.revisions = dict(target.revisions)
        self._emit(pipeline_change(execution, "STARTED"))
        self._arrive(execution)
        return execution

    def rollback_target(self, stage: str) -> Execution | None:
        """The latest execution that a stage can be rolled back to: a successful one, no rollback itself."""
        fit = [execution for execution in self.records[stage].succeeded if not execution.rollback_of]
        return fit[-1] if fit else None

    def close_transition(self, stage: str, reason: str, by: str) -> None:
        """Let no execution enter a stage until its transition is opened again."""
        record = self.records[stage]
        record.closed_because, record.changed_by, record.changed_at = reason, by, self._clock()

    def open_transition(self, stage: str, by: str) -> None:
        """Let executions enter a stage again."""
        record = self.records[stage]
        record.closed_because, record.changed_by, record.changed_at = None, by, self._clock()
        self._admit(record)

    def replace_definition(self, definition: Definition) -> None:
        """Take a new version of the pipeline; AWS cancels what runs in the old one, and nothing rolls back to it."""
        self.cancel_all()
        self.definition, self.updated = definition, self._clock()
        self.records = {stage.name: self.records.get(stage.name, StageRecord()) for stage in definition.stages}
        for record in self.records.values():
            record.succeeded.clear()

    def cancel_all(self) -> None:
        """Cancel every execution that has not ended."""
        for execution in self.executions:
            if execution.status in (Status.IN_PROGRESS, Status.STOPPING):
                self._cancel(execution)

    def _cancel(self, execution: Execution) -> None:
        record = self._record(execution)
        for run in execution.running():
            # The API calls such a run abandoned, its event calls it canceled.
            run.status, run.updated = Status.ABANDONED, self._clock()
            self._emit(action_change(run, "CANCELED"))
        if record.holder is execution:
            record.holder = None
            self._change_stage(execution, Status.CANCELLED)
        elif execution in record.waiting:
            record.waiting.remove(execution)
        self._end(execution, Status.CANCELLED)

    def _stage_failed(self, execution: Execution) -> None:
        stage = execution.stage
        if stage.on_failure == "RETRY" and stage.name not in execution.retried_automatically:
            execution.retried_automatically.add(stage.name)
            self.retry(execution, all_actions=stage.retry_mode == "ALL_ACTIONS")
        elif stage.on_failure == "ROLLBACK" and not execution.rollback_of:
            self._roll_back_failed(execution)

    def _roll_back_failed(self, execution: Execution) -> None:
        stage = execution.stage.name
        target = self.rollback_target(stage)
        if target is None:
            execution.summary = f"Stage {stage} has no successful execution of this pipeline version to roll back to."
            return
        why = json.dumps({"FailedPipelineExecutionId": execution.id})
        self.roll_back(stage, target, Trigger("AutomatedRollback", why))
