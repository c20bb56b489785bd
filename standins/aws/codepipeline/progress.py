"""The rules by which executions move through a pipeline: run orders, stage locks, superseding, ends."""

from collections.abc import Callable, Mapping
from datetime import datetime

from standins.aws.codepipeline import runs
from standins.aws.codepipeline.definition import Definition
from standins.aws.codepipeline.records import ActionRun, Execution, Outcome, StageRecord, Status, Trigger
from standins.aws.codepipeline.state_changes import (
    StateChange,
    action_change,
    event_state,
    pipeline_change,
    stage_change,
)


class Progress:
    """Moves the executions of one pipeline on, from what has ended to what may begin.

    Pure: time, ids and the event sink are injected, and `launch` begins an action run and returns at once; its
    outcome comes back through `report`. Not thread-safe: callers hold a lock.
    """

    def __init__(
        self,
        definition: Definition,
        launch: Callable[[ActionRun], None],
        emit: Callable[[StateChange], None],
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        self.definition = definition
        self.created = self.updated = clock()
        self.executions: list[Execution] = []
        self.records = {stage.name: StageRecord() for stage in definition.stages}
        self._launch, self._emit, self._clock, self._new_id = launch, emit, clock, new_id

    def report(self, run: ActionRun, outcome: Outcome) -> None:
        """Take the outcome of an action run and move on; a run that has ended already stays as it is."""
        if run.status is not Status.IN_PROGRESS:
            return
        run.outcome = outcome
        if outcome.failure is None:
            self._keep_results(run)
        self._end_run(run, Status.FAILED if outcome.failure else Status.SUCCEEDED)
        self._continue(run.execution)

    def _stage_failed(self, execution: Execution) -> None:
        """React to the failure of the stage an execution has just left."""

    def _new_execution(self, trigger: Trigger, variables: Mapping[str, str]) -> Execution:
        now = self._clock()
        execution = Execution(self._new_id(), self.definition, trigger, variables, started=now, updated=now)
        self.executions.append(execution)
        return execution

    def _arrive(self, execution: Execution) -> None:
        """Bring an execution to the entrance of the stage it is to run next."""
        record = self._record(execution)
        if not record.holder and not record.closed_because:
            self._enter(execution, record)
            return
        if not self.definition.queued:
            for older in record.waiting:
                self._end(older, Status.SUPERSEDED)
            record.waiting.clear()
        record.waiting.append(execution)

    def _enter(self, execution: Execution, record: StageRecord) -> None:
        record.holder = record.latest = execution
        execution.stage_started[execution.stage.name] = self._clock()
        self._change_stage(execution, Status.IN_PROGRESS)
        self._continue(execution)

    def _admit(self, record: StageRecord) -> None:
        """Let the first of those who wait into a stage whose lock is free."""
        if record.waiting and not record.holder and not record.closed_because:
            self._enter(record.waiting.pop(0), record)

    def _continue(self, execution: Execution) -> None:
        """Do what follows from the runs of the stage an execution is in: wait, launch, or leave the stage."""
        if self._record(execution).holder is not execution or execution.running():
            return
        stage = execution.stage
        runs_now = [execution.current.get((stage.name, action.name)) for action in stage.actions]
        if execution.status is Status.STOPPING:
            self._leave(execution, Status.STOPPED)
        elif any(run and run.status is not Status.SUCCEEDED for run in runs_now):
            self._leave(execution, Status.FAILED)
        elif all(runs_now):
            self._leave(execution, Status.SUCCEEDED)
        else:
            self._launch_next(execution)

    def _launch_next(self, execution: Execution) -> None:
        """Begin the actions of the lowest run order that is left."""
        stage = execution.stage
        left = [action for action in stage.actions if (stage.name, action.name) not in execution.current]
        order = min(action.run_order for action in left)
        begun = [
            runs.begin(execution, action, self._clock(), self._new_id) for action in left if action.run_order == order
        ]
        for run in begun:
            self._record(execution).actions[run.action.name] = run
            execution.current[stage.name, run.action.name] = run
            execution.runs.append(run)
            self._emit(action_change(run, "STARTED"))
        # Only now that all have begun: one that fails at once must not end the stage before.
        for run in begun:
            if run.problem:
                self.report(run, Outcome(run.problem))
            else:
                self._launch(run)

    def _keep_results(self, run: ActionRun) -> None:
        execution, outcome = run.execution, run.outcome
        execution.artifacts |= run.outputs
        if run.action.namespace:
            execution.namespaces[run.action.namespace] = outcome.variables
        if outcome.revision:
            execution.revisions[run.action.name] = outcome.revision

    def _leave(self, execution: Execution, status: Status) -> None:
        """Free the stage and go on to the next one or to the end; then whoever waits may enter."""
        record = self._record(execution)
        record.holder = None
        self._change_stage(execution, status)
        if status is Status.SUCCEEDED:
            record.succeeded.append(execution)
        last = execution.stage is execution.definition.stages[-1] or execution.rollback_of
        if status is Status.SUCCEEDED and not last:
            execution.position += 1
            self._arrive(execution)
        else:
            self._end(execution, status)
        if status is Status.FAILED:
            self._stage_failed(execution)
        self._admit(record)

    def _end(self, execution: Execution, status: Status) -> None:
        execution.status, execution.updated = status, self._clock()
        self._emit(pipeline_change(execution, event_state(status)))

    def _end_run(self, run: ActionRun, status: Status) -> None:
        run.status = status
        run.updated = run.execution.updated = self._clock()
        self._emit(action_change(run, event_state(status)))

    def _change_stage(self, execution: Execution, status: Status) -> None:
        execution.stages[execution.stage.name], execution.updated = status, self._clock()
        self._emit(stage_change(execution, execution.stage.name, event_state(status)))

    def _record(self, execution: Execution) -> StageRecord:
        return self.records[execution.stage.name]
