"""What Slipway asks of an existing pipeline, asked of a pipeline that is played: versions, retries, rollbacks."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from slipway.adapters.codepipeline.existing import AttachedPipeline
from slipway.approvals.supersede import Supersession
from slipway.attached.recorder import AttachedRecorder
from slipway.attached.smoke_test_order import SmokeTestOrder
from slipway.errors import AnswerRefused
from slipway.models import Decision, Deployment, ExistingPipeline, Json, Release, State
from slipway.releases import start_execution
from slipway.uploads import freeze
from slipway.uploads.layout import Layout
from slipway.uploads.upload import list_upload
from standins.aws.codepipeline.operations import Account
from standins.aws.codepipeline.operations.answers import Answers
from standins.aws.codepipeline.operations.control import Control
from standins.aws.codepipeline.operations.history import History
from standins.aws.wire import AwsError
from tests.support.fakes import FakeBucket, FakeEnvironments, FakeLedger, FakeQueue
from tests.support.played import Played, action, declaration, stage

KEY = "drop/model.onnx"
AT = datetime(2026, 11, 28, tzinfo=UTC)
ENVIRONMENT = Deployment("Ship/Go", "app", "environment")
EXISTING = ExistingPipeline(
    "digits", "source", KEY, "birds", (), ENVIRONMENT, ENVIRONMENT, {"Ask/Approve": 60}, source="Take"
)
RELEASE = Release(
    "birds-r1", "birds", 1, "birds-7f3c1e9a2b4d", State.RECEIVED, {State.RECEIVED: AT}, versions={KEY: "older"}
)
YES = Decision("approved", "ada@example.com", AT, "slack")
NO = replace(YES, outcome="rejected", reason="The owls are missing.")


@dataclass
class World:
    """A pipeline of a model in S3 and an approval, and Slipway's view of it."""

    played: Played
    attached: AttachedPipeline
    operations: dict[str, Callable[[Json], Any]]

    def call(self, operation: str, **request: Any) -> Any:
        """Ask for an operation as somebody at the console would."""
        self.played.time = self.played.time.replace(minute=self.played.time.minute + 1)
        return self.operations[operation]({"pipelineName": "digits", **request})

    def ask(self) -> str:
        """Start a release, fetch its model, and return its execution, which waits for an answer."""
        execution = self.attached.start(RELEASE)
        self.played.succeed("Take", next(one for one in self.played.pipeline.executions if one.id == execution))
        return execution

    def token(self, execution: str) -> str:
        """The token of the question that an execution waits with."""
        question = self.attached.question(execution)
        assert question is not None
        return question.token


@pytest.fixture
def world(aws_environment: None) -> World:
    return made(EXISTING, stage("Ask", action("Manual", "Approve")))


def made(existing: ExistingPipeline, *stages: Json) -> World:
    """A pipeline of a model in S3 and of further stages."""
    given = {"S3Bucket": "source", "S3ObjectKey": KEY, "PollForSourceChanges": "false"}
    take = action("S3", "Take", namespace="Source", outputArtifacts=[{"name": "Source"}], configuration=given)
    played, attached = Played(declaration(stages=[stage("Source", take), *stages])), AttachedPipeline(existing)
    pipelines: Any = SimpleNamespace(find=lambda _: played.pipeline)
    account = Account(pipelines, lambda: "arn:aws:iam::1:user/ada", lambda: "eu-central-1", lambda: "1")
    jobs: Any = SimpleNamespace(succeed=None, fail=None)
    operations: dict[str, Any] = {
        **Control(account).operations(),
        **History(account).operations(),
        **Answers(account, jobs).operations(),
    }

    def answer(model: Any, params: Json, **_: Any) -> tuple[Any, Json]:
        """Take the place of the network, as botocore lets an event do."""
        try:
            content = operations[model.name](json.loads(params["body"])) or {}
        except AwsError as error:
            return SimpleNamespace(status_code=400), {"Error": {"Code": error.code, "Message": error.message}}
        return SimpleNamespace(status_code=200), {**content, "ResponseMetadata": {}}

    in_place: Any = answer
    for client in (attached._client, attached._once):
        client.meta.events.register("before-call.codepipeline", in_place)
    return World(played, attached, operations)


def test_a_release_takes_its_own_version_and_not_the_newest(world: World) -> None:
    """However often it is started."""
    execution = world.ask()
    assert world.attached.start(RELEASE) == execution
    assert [one.pinned for one in world.played.pipeline.executions] == [{"Take": "older"}]
    assert [change.execution_id for change in world.attached.open_approvals()] == [execution]


def test_a_retried_stage_asks_anew(world: World) -> None:
    """What was answered before the retry answers nothing after it."""
    execution = world.ask()
    first = world.token(execution)
    world.attached.answer(first, NO)
    assert world.attached.state_of(execution) is State.FAILED
    rejection = world.attached.answered(execution)
    assert rejection is not None
    assert rejection.outcome == "rejected"
    world.call("RetryStageExecution", stageName="Ask", pipelineExecutionId=execution, retryMode="FAILED_ACTIONS")
    second = world.token(execution)
    assert (second != first, world.attached.answered(execution), world.attached.state_of(execution)) == (
        True,
        None,
        None,
    )
    with pytest.raises(AnswerRefused):
        world.attached.answer(first, YES)
    world.attached.answer(second, YES)
    approval = world.attached.answered(execution)
    assert approval is not None
    assert approval.outcome == "approved"
    told = [change.status for change in world.attached.changes_of(execution) if change.action == "Ask/Approve"]
    assert told == ["STARTED", "FAILED", "STARTED", "SUCCEEDED"]


def test_a_rollback_tells_what_it_restores(world: World) -> None:
    """By that its release carries the older model."""
    execution = world.ask()
    world.attached.answer(world.token(execution), YES)
    back = world.call("RollbackStage", stageName="Ask", targetPipelineExecutionId=execution)["pipelineExecutionId"]
    assert world.attached.rolls_back_to(back) == execution
    assert world.attached.rolls_back_to(execution) == ""


class Followed:
    """A pipeline of one stage that deploys, asks and deploys, and what Slipway's ledger has of its releases."""

    def __init__(self) -> None:
        deploys = (action("ElasticBeanstalk", name, order) for name, order in (("Try", 1), ("Go", 3)))
        shipping = stage("Ship", *deploys, action("Manual", "Approve", 2))
        self.world = made(ONE_STAGE, stage("Build", action("CodeBuild", "Image")), shipping)
        self.ledger, self.bucket, self.orders, pipeline = FakeLedger(), FakeBucket(), FakeQueue(), self.world.attached
        environments = FakeEnvironments({"staging": "v2", "production": "v1"})
        gate = Supersession(self.ledger, pipeline, withdraw=True)
        self.recorder = AttachedRecorder(ONE_STAGE, self.ledger, self.bucket, pipeline, environments, gate, self.orders)
        self.told = 0

    def upload(self) -> Release:
        """Start a release of the model that stands in the bucket."""
        self.bucket.put(KEY, b"weights", AT)
        listing = freeze.listed(list_upload(self.bucket, KEY, Layout.of(KEY, "birds")), self.bucket.versions(KEY))
        release = self.ledger.open(listing, State.RECEIVED, "", AT)
        return start_execution.start(self.ledger, self.world.attached, release)

    def happens(self, *ends: str) -> Release:
        """Let actions end well, one after the other, deliver what EventBridge tells, and return the release."""
        for name in ends:
            self.world.played.time += timedelta(minutes=1)
            self.world.played.succeed(name)
            self.deliver()
        return next(iter(self.ledger.releases.values()))

    def deliver(self) -> None:
        """Deliver what has not been told yet, each twice."""
        new, self.told = self.world.played.changes[self.told :], len(self.world.played.changes)
        for _, detail in new:
            event = {"time": self.world.played.time.isoformat(), "detail": detail}
            for _ in range(2):
                self.recorder.record_event(event)


ONE_STAGE = replace(
    EXISTING,
    builds=("Build/Image",),
    staging=Deployment("Ship/Try", "app", "s"),
    production=Deployment("Ship/Go", "app", "p"),
    approvals={"Ship/Approve": 60},
)


def test_a_rejected_stage_that_is_retried_is_tested_and_asked_anew(aws_environment: None) -> None:
    """Staging was not deployed again, but it may have changed since."""
    followed = Followed()
    execution = followed.upload().execution_id
    assert followed.happens("Take", "Image", "Try").state is State.TESTING
    assert [SmokeTestOrder.read(body).target for body, *_ in followed.orders.sent][-1] == "staging"
    before = len(followed.orders.sent)
    followed.world.attached.answer(followed.world.token(execution), NO)
    followed.deliver()
    assert followed.happens().state is State.REJECTED
    followed.world.call(
        "RetryStageExecution", stageName="Ship", pipelineExecutionId=execution, retryMode="FAILED_ACTIONS"
    )
    followed.deliver()
    assert followed.happens().state is State.TESTING
    assert len(followed.orders.sent) > before
    followed.world.attached.answer(followed.world.token(execution), YES)
    followed.deliver()
    assert followed.happens("Go").state is State.VERIFYING
    assert SmokeTestOrder.read(followed.orders.sent[-1][0]).target == "production"
