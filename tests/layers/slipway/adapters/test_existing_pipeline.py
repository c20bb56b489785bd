"""An existing pipeline is asked exactly what its API takes, and nothing that a pipeline of type V1 would refuse."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.stub import Stubber

from slipway.adapters.codepipeline.existing import AttachedPipeline
from slipway.errors import AnswerRefused
from slipway.models import ActionChange, Commit, Decision, Deployment, ExistingPipeline, Question, Release, State

AT = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
RUN, TOKEN = "0d6ed34f-b1dd-4b3f-8c5e-0e4a8a5f8f10", "1a2b3c4d-573f-4ea7-a67e-0a0b0c0d0e0f"
EXECUTION = "6f1e7a52-3b0c-4d0e-9a55-0c6f2d6b7a10"
EXISTING = ExistingPipeline(
    "theirs",
    "their-bucket",
    "final/",
    "birds",
    ("Build/Pack",),
    Deployment("Ship/Try", "app", "s"),
    Deployment("Ship/Go", "app", "p"),
    {"Ship/Yes": 60},
    console="https://console",
)
RELEASE = Release(
    "birds-r1", "birds", 1, "birds-7f3c1e9a2b4d", State.RECEIVED, {State.RECEIVED: AT}, versions={"m.zip": "v7"}
)


@pytest.fixture
def pipeline(aws_environment: None) -> AttachedPipeline:
    return AttachedPipeline(EXISTING)


def stubbed(pipeline: AttachedPipeline) -> Stubber:
    return Stubber(pipeline._client)


def state(*, token: str = TOKEN, status: str = "InProgress", action: str = "Yes") -> dict[str, Any]:
    latest = {"status": status, "token": token, "lastStatusChange": AT, "actionExecutionId": RUN}
    stage = {
        "stageName": "Ship",
        "latestExecution": {"pipelineExecutionId": EXECUTION, "status": "InProgress"},
        "actionStates": [{"actionName": "Try"}, {"actionName": action, "latestExecution": latest}],
    }
    return {"pipelineName": "theirs", "stageStates": [{"stageName": "Source"}, stage]}


def test_it_is_started_without_variables(pipeline: AttachedPipeline) -> None:
    """It has none; the release's own name makes a second start the first."""
    with stubbed(pipeline) as stub:
        asked = {"name": "theirs", "clientRequestToken": "birds-r1"}
        stub.add_response("start_pipeline_execution", {"pipelineExecutionId": EXECUTION}, asked)
        assert pipeline.start(RELEASE) == EXECUTION


def test_a_source_that_takes_it_is_told_the_exact_version(aws_environment: None) -> None:
    """So that nothing else is built, whatever is uploaded meanwhile."""
    pipeline = AttachedPipeline(replace(EXISTING, source="Fetch"))
    revision = {"actionName": "Fetch", "revisionType": "S3_OBJECT_VERSION_ID", "revisionValue": "v7"}
    with stubbed(pipeline) as stub:
        asked = {"name": "theirs", "clientRequestToken": "birds-r1", "sourceRevisions": [revision]}
        stub.add_response("start_pipeline_execution", {"pipelineExecutionId": EXECUTION}, asked)
        assert pipeline.start(RELEASE) == EXECUTION


def test_its_state_tells_the_question(pipeline: AttachedPipeline) -> None:
    """With the time that its definition gives an answer, and the console's page."""
    with stubbed(pipeline) as stub:
        stub.add_response("get_pipeline_state", state(), {"name": "theirs"})
        stub.add_response("get_pipeline_state", state(), {"name": "theirs"})
        assert pipeline.question(EXECUTION) == Question(TOKEN, AT, AT + timedelta(hours=1), "https://console")
        assert pipeline.open_approvals() == [ActionChange(EXECUTION, "Ship/Yes", RUN, "STARTED", AT)]


@pytest.mark.parametrize(
    "told",
    [state(status="Succeeded"), state(action="Other"), state(token="")],
    ids=["answered", "an approval of others", "without a token"],
)
def test_what_is_not_open_is_no_question(pipeline: AttachedPipeline, told: dict[str, Any]) -> None:
    """Nothing is asked about it."""
    if not told["stageStates"][1]["actionStates"][1]["latestExecution"]["token"]:
        del told["stageStates"][1]["actionStates"][1]["latestExecution"]["token"]
    with stubbed(pipeline) as stub:
        stub.add_response("get_pipeline_state", told)
        assert pipeline.question(EXECUTION) is None


def test_a_question_of_another_execution_is_not_this_one_s(pipeline: AttachedPipeline) -> None:
    """A stage holds one execution at a time."""
    with stubbed(pipeline) as stub:
        stub.add_response("get_pipeline_state", state())
        assert pipeline.question("another") is None


def test_an_answer_goes_to_the_approval_that_its_token_belongs_to(pipeline: AttachedPipeline) -> None:
    """There may be several."""
    put = {
        "pipelineName": "theirs",
        "stageName": "Ship",
        "actionName": "Yes",
        "token": TOKEN,
        "result": {"status": "Approved", "summary": "approved by ada@example.com in slack"},
    }
    with stubbed(pipeline) as stub, Stubber(pipeline._once) as once:
        stub.add_response("get_pipeline_state", state())
        once.add_response("put_approval_result", {}, put)
        pipeline.answer(TOKEN, Decision("approved", "ada@example.com", AT, "slack"))
        once.assert_no_pending_responses()


def test_an_answer_to_a_token_that_is_not_open_is_refused(pipeline: AttachedPipeline) -> None:
    """Somebody was faster, or the stage was retried."""
    with stubbed(pipeline) as stub:
        stub.add_response("get_pipeline_state", state(token="2a2b3c4d-573f-4ea7-a67e-0a0b0c0d0e0f"))
        with pytest.raises(AnswerRefused):
            pipeline.answer(TOKEN, Decision("approved", "ada@example.com", AT, "slack"))


def detail(action: str, status: str, execution: str = EXECUTION, minutes: int = 0, **more: Any) -> dict[str, Any]:
    stage, _, name = action.partition("/")
    begun = AT + timedelta(minutes=minutes)
    return {
        "pipelineExecutionId": execution,
        "actionExecutionId": f"run-of-{name}",
        "stageName": stage,
        "actionName": name,
        "startTime": begun,
        "lastUpdateTime": begun + timedelta(seconds=30),
        "status": status,
        **more,
    }


def test_what_happened_is_told_in_order(pipeline: AttachedPipeline) -> None:
    """CodePipeline lists the newest first."""
    result = {"executionResult": {"externalExecutionSummary": "broke", "externalExecutionUrl": "https://log"}}
    details = [detail("Ship/Try", "Failed", minutes=2, output=result), detail("Build/Pack", "Succeeded")]
    with stubbed(pipeline) as stub:
        stub.add_response("list_action_executions", {"actionExecutionDetails": details})
        found = pipeline.changes_of(EXECUTION)
    assert [(change.action, change.status) for change in found] == [
        ("Build/Pack", "STARTED"),
        ("Build/Pack", "SUCCEEDED"),
        ("Ship/Try", "STARTED"),
        ("Ship/Try", "FAILED"),
    ]
    assert (found[-1].summary, found[-1].log_url) == ("broke", "https://log")


def test_the_last_deployment_is_the_newest_run_of_the_action(pipeline: AttachedPipeline) -> None:
    """Whichever execution it was for."""
    details = [detail("Build/Pack", "InProgress", "newest"), detail("Ship/Try", "Succeeded", "newer")]
    for action, execution in (("Ship/Try", "newer"), ("Ship/Go", "")):
        with stubbed(pipeline) as stub:
            stub.add_response("list_action_executions", {"actionExecutionDetails": details}, {"pipelineName": "theirs"})
            assert pipeline.last_deployment(action) == execution


@pytest.mark.parametrize(("status", "expected"), [("Succeeded", None), ("Failed", State.FAILED), ("InProgress", None)])
def test_an_execution_that_succeeded_is_not_live(
    pipeline: AttachedPipeline, status: str, expected: State | None
) -> None:
    """Its production is tested first."""
    with stubbed(pipeline) as stub:
        stub.add_response("get_pipeline_execution", {"pipelineExecution": {"status": status}})
        assert pipeline.state_of(EXECUTION) is expected


def test_the_commit_is_that_of_the_code_and_not_of_the_model(pipeline: AttachedPipeline) -> None:
    """An S3 source has a revision, too: a version id."""
    revisions = [
        {"name": "Model", "revisionId": "IYV3p45BT0ac8hjHg1houSdS1a.Mro8e"},
        {"name": "Code", "revisionId": "8cf40f22d1", "revisionSummary": "Read sevens better"},
    ]
    with stubbed(pipeline) as stub:
        stub.add_response("get_pipeline_execution", {"pipelineExecution": {"artifactRevisions": revisions}})
        stub.add_response("list_action_executions", {"actionExecutionDetails": []})
        found = pipeline.commit_of(EXECUTION)
    assert found == Commit("8cf40f22d1", "", "Read sevens better")
