"""Puts CodePipeline together and into MiniStack."""

from typing import Any

from standins.aws import events, registry, roles
from standins.aws.codepipeline.actions import Runner, beanstalk, codebuild, s3_source, source
from standins.aws.codepipeline.actions.approval import ManualApproval
from standins.aws.codepipeline.actions.lambda_ import Credentials, LambdaInvocation, artifact_policy
from standins.aws.codepipeline.cloudformation import TYPE, PipelineResource
from standins.aws.codepipeline.jobs import Job, Jobs
from standins.aws.codepipeline.operations import Account
from standins.aws.codepipeline.operations.answers import Answers
from standins.aws.codepipeline.operations.control import Control
from standins.aws.codepipeline.operations.declarations import Declarations
from standins.aws.codepipeline.operations.history import History
from standins.aws.codepipeline.pipelines import Pipelines, new_id, now
from standins.aws.codepipeline.records import ActionRun
from standins.aws.codepipeline.state_changes import StateChange
from standins.aws.undocumented import varied
from standins.aws.wire import Operation, Request, Service

PRINCIPAL = "codepipeline.amazonaws.com"
# AWS does not say how long it waits before it invokes a function again.
SECONDS_BEFORE_CONTINUATION = 2.0


def register() -> None:
    """Put CodePipeline into MiniStack's registries."""
    runners: dict[str, Runner] = {
        "CodeStarSourceConnection": source.run,
        "S3": s3_source.run,
        "CodeBuild": codebuild.run,
        "ElasticBeanstalk": beanstalk.run,
        "Manual": ManualApproval(lambda notice: events.record("notice", notice)),
    }
    pipelines = Pipelines(runners, _assume_role, roles.require, _publish)
    invocations: LambdaInvocation

    def resume(job: Job) -> None:
        pipelines.in_background(job.run, lambda work: invocations.resume(work, job, SECONDS_BEFORE_CONTINUATION))

    jobs = Jobs(pipelines.report, resume, now, new_id)
    invocations = LambdaInvocation(
        jobs, _artifact_credentials, registry.account, lambda event: events.record("job", event)
    )
    runners["Lambda"] = invocations
    service = Service("codepipeline", _operations(pipelines, jobs))
    resource = PipelineResource(service, registry.physical_name)
    registry.register(service, iam_resource, {TYPE: resource.handlers()})


def iam_resource(operation: str, request: Request) -> str:
    """The resource IAM is asked about, as the service authorization reference has it."""
    name = request.get("pipelineName") or request.get("name") or request.get("pipeline", {}).get("name")
    if not name or operation.startswith("PutJob"):
        return "*"
    parts = [name, request.get("stageName"), request.get("actionName")]
    return registry.arn("codepipeline", "/".join(part for part in parts if part))


def _operations(pipelines: Pipelines, jobs: Jobs) -> dict[str, Operation]:
    account = Account(pipelines, registry.caller, registry.region, registry.account)
    groups = (Declarations(account), History(account), Control(account), Answers(account, jobs))
    return {name: _locked(pipelines, each) for group in groups for name, each in group.operations().items()}


def _locked(pipelines: Pipelines, operation: Operation) -> Operation:
    def locked(request: Request) -> dict[str, Any] | None:
        with pipelines.lock:
            return operation(request)

    return locked


def _assume_role(role_arn: str, session_name: str) -> roles.RoleSession:
    return roles.session(role_arn, PRINCIPAL, session_name)


def _artifact_credentials(run: ActionRun) -> Credentials:
    session = roles.session(run.execution.definition.role_arn, PRINCIPAL, run.execution.id, artifact_policy(run))
    return {
        "accessKeyId": session.access_key_id,
        "secretAccessKey": session.secret_access_key,
        "sessionToken": session.session_token,
    }


def _publish(pipeline: str, change: StateChange) -> None:
    detail_type, detail = change
    arn = registry.arn("codepipeline", pipeline)
    events.publish("aws.codepipeline", detail_type, [arn], varied(detail))
