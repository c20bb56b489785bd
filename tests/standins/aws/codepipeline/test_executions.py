"""What can be done to executions: start, stop, retry, roll back, cancel."""

from __future__ import annotations

import json

from standins.aws.codepipeline.definition import read
from standins.aws.codepipeline.records import Execution, Status
from tests.support.played import Played, action, declaration, play, stage

RELEASE = stage("Release", action("Lambda", "Deploy", 1), action("Lambda", "Verify", 2))
SAFE_RELEASE = RELEASE | {"onFailure": {"result": "ROLLBACK"}}


def test_a_request_token_starts_one_execution() -> None:
    """Starting again with the same client request token finds the execution it has started."""
    played = play(RELEASE)
    assert played.start("upload-1") is played.start("upload-1")
    assert played.start("upload-2") is not played.pipeline.executions[0]


def test_a_variable_has_its_default() -> None:
    """A variable that is not given has its default."""
    played = play(RELEASE, variables=[{"name": "ReleaseId", "defaultValue": "auto"}])
    assert played.start().variables == {"ReleaseId": "auto"}


def test_stopping_waits_for_running_actions() -> None:
    """A stopped execution ends when its running action has ended, and starts no other."""
    played, execution = _releasing()
    played.pipeline.stop(execution, abandon=False, reason="lunch")
    assert execution.status is Status.STOPPING
    played.succeed("Deploy")
    assert played.told()[-3:] == ["Deploy SUCCEEDED", "Release STOPPED", "pipeline STOPPED"]


def test_abandoning_does_not_wait() -> None:
    """An abandoned execution ends at once, and its running actions with it."""
    played, execution = _releasing()
    played.pipeline.stop(execution, abandon=True, reason="")
    assert played.told()[-3:] == ["Deploy ABANDONED", "Release STOPPED", "pipeline STOPPED"]


def test_a_stop_gives_its_reason() -> None:
    """The events of a stop carry the comment of whoever stopped it."""
    played, execution = _releasing()
    played.pipeline.stop(execution, abandon=True, reason="lunch")
    assert played.changes[-1][1]["stop-execution-comments"] == "lunch"


def test_a_waiting_execution_stops_at_once() -> None:
    """An execution that waits before a stage runs nothing, so it stops at once."""
    played, _ = _releasing()
    waiting = played.start()
    played.succeed("Take", waiting)
    played.pipeline.stop(waiting, abandon=False, reason="")
    assert waiting.status is Status.STOPPED
    assert not played.pipeline.records["Release"].waiting


def test_a_retry_runs_what_failed() -> None:
    """A retry of the failed actions keeps what succeeded and counts as another attempt."""
    played, execution = _releasing()
    played.succeed("Deploy")
    played.fail("Verify")
    played.pipeline.retry(execution, all_actions=False)
    assert played.told()[-3:] == ["pipeline RESUMED", "Release RESUMED", "Verify STARTED"]
    assert played.changes[-1][1]["pipeline-execution-attempt"] == 2.0


def test_a_retry_can_run_the_whole_stage() -> None:
    """A retry of all actions begins the stage anew."""
    played, execution = _releasing()
    played.succeed("Deploy")
    played.fail("Verify")
    played.pipeline.retry(execution, all_actions=True)
    assert played.running() == ["Deploy"]


def test_a_stage_can_retry_by_itself_once() -> None:
    """OnFailure RETRY runs a failed stage again, but only once."""
    played = play(RELEASE | {"onFailure": {"result": "RETRY", "retryConfiguration": {"retryMode": "ALL_ACTIONS"}}})
    execution = played.start()
    played.succeed("Take")
    played.fail("Deploy")
    assert played.running() == ["Deploy"]
    played.fail("Deploy")
    assert execution.status is Status.FAILED


def test_a_failed_release_is_rolled_back() -> None:
    """OnFailure ROLLBACK runs the stage again with the artifacts and variables of the last success."""
    played, failed, good = _failed_release()
    rollback = played.pipeline.executions[-1]
    assert (rollback.kind, rollback.rollback_of, rollback.stage.name) == ("ROLLBACK", good.id, "Release")
    assert (rollback.artifacts, rollback.variables) == (good.artifacts, good.variables)
    assert json.loads(rollback.trigger.detail) == {"FailedPipelineExecutionId": failed.id}


def test_a_rollback_ends_with_its_stage() -> None:
    """A rollback that succeeds is over, and it is no target for another."""
    played, _, good = _failed_release()
    rollback = played.pipeline.executions[-1]
    played.succeed("Deploy")
    played.succeed("Verify")
    assert rollback.status is Status.SUCCEEDED
    assert played.pipeline.rollback_target("Release") is good


def test_a_failed_rollback_is_not_rolled_back() -> None:
    """A rollback that fails itself ends there."""
    played, _, _ = _failed_release()
    played.fail("Deploy")
    assert [execution.status for execution in played.pipeline.executions[-2:]] == [Status.FAILED, Status.FAILED]
    assert not played.running()


def test_a_first_release_has_nothing_to_go_back_to() -> None:
    """Without an earlier success the execution fails and says so."""
    played = play(SAFE_RELEASE)
    execution = played.start()
    played.succeed("Take")
    played.fail("Deploy")
    assert played.pipeline.executions == [execution]
    assert execution.summary.startswith("Stage Release has no successful execution")


def test_a_new_version_cancels_what_runs() -> None:
    """Updating a pipeline cancels its executions and leaves nothing of the old version to roll back to."""
    played, execution = _releasing()
    played.pipeline.replace_definition(read(declaration(RELEASE), 2, "us-east-1"))
    assert execution.status is Status.CANCELLED
    assert played.told()[-3:] == ["Deploy CANCELED", "Release CANCELED", "pipeline CANCELED"]
    assert played.pipeline.rollback_target("Release") is None


def test_a_closed_stage_lets_nobody_in() -> None:
    """Executions wait before a stage whose transition is disabled until it is enabled."""
    played = play(RELEASE)
    played.pipeline.close_transition("Release", "freeze", "ada")
    played.start()
    played.succeed("Take")
    assert not played.running()
    played.pipeline.open_transition("Release", "ada")
    assert played.running() == ["Deploy"]


def _releasing() -> tuple[Played, Execution]:
    """An execution whose Deploy is running."""
    played = play(RELEASE)
    execution = played.start()
    played.succeed("Take")
    return played, execution


def _failed_release() -> tuple[Played, Execution, Execution]:
    """A release that failed after one that succeeded."""
    played = play(SAFE_RELEASE, variables=[{"name": "ReleaseId", "defaultValue": "auto"}])
    good = played.start(ReleaseId="digits-r1")
    for name in ("Take", "Deploy", "Verify"):
        played.succeed(name)
    failed = played.start(ReleaseId="digits-r2")
    for name in ("Take", "Deploy"):
        played.succeed(name)
    played.fail("Verify")
    return played, failed, good
