"""CodePipeline's operations over HTTP, under IAM."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.played import action, stage

pytestmark = pytest.mark.cloud


def test_an_approved_execution_succeeds(asking: Any, wait_until: Any) -> None:
    """An answer ends the approval; a second answer and a wrong token are refused."""
    token = asking.token()
    asking.answer(token)
    wait_until(lambda: asking.executions()[0]["status"] == "Succeeded")
    with pytest.raises(ClientError, match="ApprovalAlreadyCompletedException"):
        asking.answer(token)
    with pytest.raises(ClientError, match="InvalidApprovalTokenException"):
        asking.answer(str(uuid.uuid4()))


def test_a_rejected_execution_can_be_retried(asking: Any) -> None:
    """A rejection fails the stage, which a retry runs again with a new token."""
    token = asking.token()
    asking.answer(token, "Rejected")
    assert asking.approval()["errorDetails"] == {"code": "Rejected", "message": "seen"}
    place = {"pipelineName": asking.name, "stageName": "Ask"}
    execution = asking.executions()[0]["pipelineExecutionId"]
    asking.client.retry_stage_execution(**place, pipelineExecutionId=execution, retryMode="FAILED_ACTIONS")
    assert asking.token() != token


def test_an_execution_can_be_abandoned(asking: Any) -> None:
    """An abandoned execution is stopped at once, and its reason is kept."""
    asking.token()
    execution = asking.executions()[0]["pipelineExecutionId"]
    asking.client.stop_pipeline_execution(
        pipelineName=asking.name, pipelineExecutionId=execution, abandon=True, reason="lunch"
    )
    stopped = asking.executions()[0]
    assert (stopped["status"], stopped["stopTrigger"]) == ("Stopped", {"reason": "lunch"})


def test_a_stage_can_be_rolled_back(asking: Any, wait_until: Any) -> None:
    """A rollback is an execution of its own that runs one stage as it once was; sources have none."""
    asking.answer(asking.token())
    wait_until(lambda: asking.executions()[0]["status"] == "Succeeded")
    back = {"pipelineName": asking.name, "targetPipelineExecutionId": asking.executions()[0]["pipelineExecutionId"]}
    asking.client.rollback_stage(**back, stageName="Ask")
    asking.answer(asking.token())
    assert [(each["executionType"], each["status"]) for each in asking.executions()] == [
        ("ROLLBACK", "Succeeded"),
        ("STANDARD", "Succeeded"),
    ]
    with pytest.raises(ClientError, match="UnableToRollbackStageException"):
        asking.client.rollback_stage(**back, stageName="Source")


def test_a_closed_stage_shows_who_waits(asking: Any, wait_until: Any) -> None:
    """The state of a pipeline names the execution that waits before a closed stage."""
    asking.answer(asking.token())
    place = {"pipelineName": asking.name, "stageName": "Ask", "transitionType": "Inbound"}
    asking.client.disable_stage_transition(**place, reason="freeze")
    execution = asking.client.start_pipeline_execution(name=asking.name)["pipelineExecutionId"]
    waiting = wait_until(lambda: asking.stage().get("inboundExecution"))
    assert waiting["pipelineExecutionId"] == execution
    asking.client.enable_stage_transition(**place)
    assert asking.stage()["latestExecution"]["pipelineExecutionId"] == execution


def test_the_same_token_starts_nothing_new(asking: Any) -> None:
    """A client request token names one execution."""
    started = [
        asking.client.start_pipeline_execution(name=asking.name, clientRequestToken="upload-1") for _ in range(2)
    ]
    assert started[0]["pipelineExecutionId"] == started[1]["pipelineExecutionId"]


def test_an_earlier_commit_can_be_taken_again(asking: Any, surroundings: Any, wait_until: Any) -> None:
    """Its source is the one of then, whatever the folder holds by now."""
    asking.answer(asking.token())
    wait_until(lambda: asking.executions()[0]["status"] == "Succeeded")
    (first,) = asking.executions()[0]["sourceRevisions"]
    new = surroundings.cloud.source / "new.py"
    new.touch()
    try:
        pinned = {"actionName": "Take", "revisionType": "COMMIT_ID", "revisionValue": first["revisionId"]}
        again = asking.client.start_pipeline_execution(name=asking.name, sourceRevisions=[pinned])
        newest = asking.client.start_pipeline_execution(name=asking.name)
    finally:
        took = [wait_until(lambda started=started: taken(asking, started)) for started in (again, newest)]
        new.unlink()
    assert took[0] == first["revisionId"] != took[1]


def taken(asking: Any, started: dict[str, Any]) -> str:
    """The revision that an execution took, once it has."""
    found = next(one for one in asking.executions() if one["pipelineExecutionId"] == started["pipelineExecutionId"])
    return "".join(one["revisionId"] for one in found["sourceRevisions"])


def test_a_commit_that_never_was_fails_the_source(asking: Any, wait_until: Any) -> None:
    """The execution starts: only the repository knows its commits."""
    pinned = {"actionName": "Take", "revisionType": "COMMIT_ID", "revisionValue": "0" * 40}
    asking.client.start_pipeline_execution(name=asking.name, sourceRevisions=[pinned])
    wait_until(lambda: asking.executions()[0]["status"] == "Failed")


@pytest.mark.parametrize(
    "wrong", [{"actionName": "Approve"}, {"revisionType": "IMAGE_DIGEST"}, {"revisionType": "S3_OBJECT_KEY"}]
)
def test_a_revision_that_no_source_action_takes_is_refused(asking: Any, wrong: dict[str, str]) -> None:
    """Only a source takes revisions, and only of its own kind."""
    pinned = {"actionName": "Take", "revisionType": "COMMIT_ID", "revisionValue": "0" * 40, **wrong}
    with pytest.raises(ClientError, match="ValidationException"):
        asking.client.start_pipeline_execution(name=asking.name, sourceRevisions=[pinned])


@pytest.fixture
def old(surroundings: Any) -> Any:
    """A pipeline of the type V1 whose approval was answered once."""
    made = surroundings.create(stage("Ask", action("Manual", "Approve")), pipelineType="V1")
    made.answer(made.token())
    return made


def test_a_v1_pipeline_takes_no_values_no_revisions_and_no_way_back(old: Any, wait_until: Any) -> None:
    """These came with V2."""
    wait_until(lambda: old.executions()[0]["status"] == "Succeeded")
    with pytest.raises(ClientError, match="has no variable ReleaseId"):
        old.client.start_pipeline_execution(name=old.name, variables=[{"name": "ReleaseId", "value": "r1"}])
    pinned = {"actionName": "Take", "revisionType": "COMMIT_ID", "revisionValue": "0" * 40}
    with pytest.raises(ClientError, match="need a pipeline of the type V2"):
        old.client.start_pipeline_execution(name=old.name, sourceRevisions=[pinned])
    back = old.executions()[0]["pipelineExecutionId"]
    with pytest.raises(ClientError, match="Only a pipeline of the type V2"):
        old.client.rollback_stage(pipelineName=old.name, stageName="Ask", targetPipelineExecutionId=back)


def test_an_s3_source_takes_the_newest_version_or_the_one_it_is_told(surroundings: Any, wait_until: Any) -> None:
    """And says which one it took."""
    s3 = surroundings.cloud.client("s3")
    s3.create_bucket(Bucket="source")
    s3.put_bucket_versioning(Bucket="source", VersioningConfiguration={"Status": "Enabled"})
    first, second = (s3.put_object(Bucket="source", Key="code.zip", Body=text)["VersionId"] for text in (b"1", b"2"))
    given = {"S3Bucket": "source", "S3ObjectKey": "code.zip", "PollForSourceChanges": "false"}
    take = action("S3", "Take", namespace="Source", outputArtifacts=[{"name": "Source"}], configuration=given)
    made = surroundings.create(stages=[stage("Source", take), stage("Ask", action("Manual", "Approve"))])
    made.token()
    assert made.runs()["Take"]["output"]["outputVariables"]["VersionId"] == second
    made.answer(made.token())
    pinned = {"actionName": "Take", "revisionType": "S3_OBJECT_VERSION_ID", "revisionValue": first}
    started = made.client.start_pipeline_execution(name=made.name, sourceRevisions=[pinned])
    assert wait_until(lambda: taken(made, started)) == first


def test_a_caller_needs_the_permission(asking: Any, surroundings: Any, allowing: Any) -> None:
    """IAM is asked about the very pipeline, stage and action."""
    arn = f"arn:aws:codepipeline:us-east-1:000000000000:{asking.name}"
    may = allowing(f"{arn}/Ask/*", "codepipeline:PutApprovalResult")
    role = surroundings.cloud.role("clerk", {"AWS": "arn:aws:iam::000000000000:root"}, may)
    clerk = surroundings.cloud.client("codepipeline", *surroundings.cloud.assume(role))
    answer = {"token": str(uuid.uuid4()), "result": {"status": "Approved", "summary": ""}}
    place = {"pipelineName": asking.name, "actionName": "Approve"}
    with pytest.raises(ClientError, match="InvalidApprovalTokenException"):
        clerk.put_approval_result(**place, **answer, stageName="Ask")
    with pytest.raises(ClientError, match="AccessDenied"):
        clerk.put_approval_result(**place, **answer, stageName="Source")
    with pytest.raises(ClientError, match="AccessDenied"):
        clerk.get_pipeline_state(name=asking.name)
