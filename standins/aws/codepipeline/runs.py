"""How the run of an action begins: its variables resolved, its artifacts placed, its deadline set."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from standins.aws.codepipeline.definition import Action
from standins.aws.codepipeline.records import ActionRun, Execution, Failure, Location
from standins.aws.codepipeline.variables import UnresolvedVariable, resolve

APPROVAL_TIMEOUT = timedelta(days=7)


def begin(execution: Execution, action: Action, now: datetime, new_id: Callable[[], str]) -> ActionRun:
    """Make a run of an action, which fails at once if its variables cannot be resolved."""
    configuration, problem = _resolved(execution, action)
    run = ActionRun(
        id=new_id(),
        execution=execution,
        stage=execution.stage,
        action=action,
        started=now,
        updated=now,
        configuration=configuration,
        problem=problem,
        inputs={name: execution.artifacts[name] for name in action.inputs},
        outputs={name: _place(execution, name, new_id()) for name in action.outputs},
    )
    if action.category == "Approval":
        run.token = new_id()
        run.deadline = now + (timedelta(minutes=action.timeout) if action.timeout else APPROVAL_TIMEOUT)
    return run


def overdue(run: ActionRun) -> Failure:
    """Why a run fails whose deadline has passed: an approval nobody answered, a job its function did not."""
    if run.action.category == "Approval":
        return Failure("JobFailed", "The approval request has expired.")
    return Failure(
        "JobFailed",
        f"The AWS Lambda function {run.configuration.get('FunctionName')} failed to return a result. Check that it "
        "has permission to call the PutJobSuccessResult action and that it made a call to it.",
    )


def _resolved(execution: Execution, action: Action) -> tuple[Mapping[str, str], Failure | None]:
    try:
        return resolve(action.configuration, execution.known_variables()), None
    except UnresolvedVariable:
        reason = "An action in this pipeline failed because one or more variables could not be resolved"
        return action.configuration, Failure("ConfigurationError", f"{reason}: Action name={action.name}")


def _place(execution: Execution, artifact: str, unique: str) -> Location:
    """Where a new artifact goes: AWS shortens pipeline and artifact names in the key."""
    definition = execution.definition
    return Location(definition.bucket, f"{definition.name[:20]}/{artifact[:10]}/{unique.replace('-', '')[:7]}")
