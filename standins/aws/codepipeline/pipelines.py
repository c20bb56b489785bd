"""All pipelines of the account: keeps them, runs their actions in threads and passes outcomes back to the rules."""

import logging
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from botocore.exceptions import BotoCoreError, ClientError

from standins.aws.codepipeline.actions import ActionFailed, Role, Runner, Work
from standins.aws.codepipeline.definition import Declaration, read
from standins.aws.codepipeline.executions import Executions
from standins.aws.codepipeline.records import ActionRun, Failure, Outcome
from standins.aws.codepipeline.state_changes import StateChange
from standins.aws.codepipeline.structure import check
from standins.aws.wire import AwsError

SECONDS_BETWEEN_DEADLINE_CHECKS = 1.0
LONGEST_MESSAGE = 5000

logger = logging.getLogger(__name__)

type AssumeRole = Callable[[str, str], Role]
type Require = Callable[[str, str, str], None]
type Publish = Callable[[str, StateChange], None]


class Pipelines:
    """Every pipeline by its name. Hold `lock` while reading or changing any.

    `runners` maps a provider to what does its actions' work; `assume_role(role_arn, session_name)` gives the
    role they work with; `require(role_arn, action, resource)` refuses what the role may not do.
    """

    def __init__(
        self, runners: Mapping[str, Runner], assume_role: AssumeRole, require: Require, publish: Publish
    ) -> None:
        self.lock = threading.RLock()
        self._pipelines: dict[str, Executions] = {}
        self._runners, self._assume_role, self._require, self._publish = (
            runners,
            assume_role,
            require,
            publish,
        )
        threading.Thread(target=self._watch_deadlines, name="codepipeline-deadlines", daemon=True).start()

    def create(self, declaration: Declaration, region: str) -> Executions:
        """Make a new pipeline of a declaration."""
        if declaration["name"] in self._pipelines:
            raise AwsError("PipelineNameInUseException", f"A pipeline with the name {declaration['name']} exists")
        definition = read(declaration, 1, region)
        self._check_role(definition.role_arn)
        check(definition)
        pipeline = Executions(
            definition, self._launch, lambda change: self._publish(definition.name, change), now, new_id
        )
        self._pipelines[definition.name] = pipeline
        return pipeline

    def update(self, declaration: Declaration, region: str) -> Executions:
        """Give a pipeline a new version; what runs in the old one is cancelled."""
        pipeline = self.find(declaration["name"])
        definition = read(declaration, pipeline.definition.version + 1, region)
        self._check_role(definition.role_arn)
        check(definition)
        pipeline.replace_definition(definition)
        return pipeline

    def delete(self, name: str) -> None:
        """Forget a pipeline; a name that is unknown is no error, as on AWS."""
        if name in self._pipelines:
            self._pipelines.pop(name).cancel_all()

    def find(self, name: str) -> Executions:
        """The pipeline of a name; PipelineNotFoundException when there is none."""
        if name not in self._pipelines:
            raise AwsError("PipelineNotFoundException", f"Account does not have a pipeline with name '{name}'")
        return self._pipelines[name]

    def all(self) -> list[Executions]:
        """Every pipeline, by name."""
        return [self._pipelines[name] for name in sorted(self._pipelines)]

    def report(self, run: ActionRun, outcome: Outcome) -> None:
        """Pass the outcome of an action run to its pipeline, unless that has been deleted."""
        with self.lock:
            pipeline = self._pipelines.get(run.execution.definition.name)
            if pipeline and run.execution in pipeline.executions:
                pipeline.report(run, outcome)

    def in_background(self, run: ActionRun, runner: Runner) -> None:
        """Let a runner do an action run's work in a thread of its own."""
        name = f"codepipeline-{run.action.name}-{run.id[:8]}"
        threading.Thread(target=self._work, args=(run, runner), name=name, daemon=True).start()

    def _launch(self, run: ActionRun) -> None:
        self.in_background(run, self._runners[run.action.provider])

    def _work(self, run: ActionRun, runner: Runner) -> None:
        outcome = self._outcome(run, runner)
        if outcome is not None:
            self.report(run, outcome)

    def _outcome(self, run: ActionRun, runner: Runner) -> Outcome | None:
        role_arn = run.action.role_arn or run.execution.definition.role_arn
        try:
            role = self._assume_role(run.execution.definition.role_arn, run.execution.id)
            if run.action.role_arn:
                # CodePipeline assumes an action's role with the pipeline's, not as a service.
                role = role.assume(run.action.role_arn, run.execution.id)
            return runner(
                Work(run, role, lambda action, resource: self._require(role_arn, action, resource), time.sleep)
            )
        except ActionFailed as error:
            return _failed(error.code, error.message, error.external_id, error.external_url)
        except AwsError as error:
            return _failed("PermissionError" if "AccessDenied" in error.code else "JobFailed", error.message)
        except ClientError as error:
            return _failed(_error_code(error), str(error))
        except (BotoCoreError, OSError) as error:
            return _failed("SystemUnavailable", str(error))
        except Exception:
            # An action must end whatever happens; the stage would stay locked for ever.
            logger.exception("The action %s failed", run.action.name)
            return _failed("SystemUnavailable", f"The local AWS's {run.action.provider} action broke, see cloud.log.")

    def _check_role(self, role_arn: str) -> None:
        try:
            self._assume_role(role_arn, "create-pipeline")
        except AwsError as error:
            message = f"CodePipeline is not authorized to perform AssumeRole on role {role_arn}"
            raise AwsError("InvalidStructureException", message) from error

    def _watch_deadlines(self) -> None:
        while True:
            time.sleep(SECONDS_BETWEEN_DEADLINE_CHECKS)
            with self.lock:
                for pipeline in self.all():
                    pipeline.fail_overdue()


def now() -> datetime:
    """The time, with its zone."""
    return datetime.now(UTC)


def new_id() -> str:
    """An id in the form of all of CodePipeline's ids."""
    return str(uuid.uuid4())


def _error_code(error: ClientError) -> str:
    code = error.response["Error"]["Code"]
    return "PermissionError" if "AccessDenied" in code or code == "AuthorizationError" else "JobFailed"


def _failed(code: str, message: str, external_id: str = "", external_url: str = "") -> Outcome:
    return Outcome(Failure(code, message[:LONGEST_MESSAGE] or code), external_id=external_id, external_url=external_url)
