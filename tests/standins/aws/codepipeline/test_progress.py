"""How executions move through a pipeline."""

from __future__ import annotations

from standins.aws.codepipeline.records import Status
from tests.support.played import Played, action, play, stage

BUILD = stage("Build", action("Lambda", "Open", 1), action("Lambda", "Compile", 2), action("Lambda", "Lint", 2))
STAGING = stage("Staging", action("Lambda", "Deploy", 1), action("Manual", "Approve", 2, timeoutInMinutes=30))


def test_run_orders_follow_each_other() -> None:
    """Actions of one run order run together, those of the next only when all of them have succeeded."""
    played = _building()
    assert played.running() == ["Open"]
    played.succeed("Open")
    assert played.running() == ["Compile", "Lint"]


def test_stages_follow_each_other() -> None:
    """An execution whose last stage succeeds has succeeded."""
    played = _building()
    for name in ("Open", "Compile", "Lint", "Deploy", "Approve"):
        played.succeed(name)
    assert played.told()[-3:] == ["Approve SUCCEEDED", "Staging SUCCEEDED", "pipeline SUCCEEDED"]


def test_a_failure_waits_for_its_neighbours() -> None:
    """When an action fails, the stage fails once the others of its run order have ended."""
    played = _building()
    played.succeed("Open")
    played.fail("Compile")
    assert "Build FAILED" not in played.told()
    played.succeed("Lint")
    assert played.told()[-3:] == ["Lint SUCCEEDED", "Build FAILED", "pipeline FAILED"]


def test_an_outcome_counts_once() -> None:
    """What is reported of an action that has ended changes nothing."""
    played = _building()
    run = played.run("Open")
    played.fail("Open")
    played.pipeline.report(run, run.outcome.__class__())
    assert run.status is Status.FAILED


def test_variables_are_resolved_when_an_action_begins() -> None:
    """An action sees the pipeline's variables, the execution's id and what actions before it have left."""
    text = "#{variables.ReleaseId} #{codepipeline.PipelineExecutionId} #{Opened.Number}"
    build = stage(
        "Build",
        action("Lambda", "Open", 1, namespace="Opened"),
        action("Lambda", "Use", 2, configuration={"UserParameters": text}),
    )
    played = play(build, variables=[{"name": "ReleaseId", "defaultValue": "auto"}])
    execution = played.start(ReleaseId="digits-r2")
    played.succeed("Take")
    played.succeed("Open", Number="7")
    assert played.run("Use").configuration["UserParameters"] == f"digits-r2 {execution.id} 7"


def test_an_unresolved_variable_fails_the_action() -> None:
    """An action that refers to a variable nobody has set fails without being launched."""
    build = stage(
        "Build",
        action("Lambda", "Open", 1, namespace="Opened"),
        action("Lambda", "Use", 2, configuration={"UserParameters": "#{Opened.Number}"}),
    )
    played = play(build)
    execution = played.start()
    played.succeed("Take")
    played.succeed("Open")
    failure = execution.current["Build", "Use"].outcome.failure
    assert failure
    assert failure.message.endswith("one or more variables could not be resolved: Action name=Use")
    assert [run.action.name for run in played.launched] == ["Take", "Open"]


def test_a_newer_execution_supersedes_one_that_waits() -> None:
    """Before a stage that is taken waits one execution at most, the newest."""
    played = _building()
    waiting, newest = played.start(), played.start()
    played.succeed("Take", waiting)
    played.succeed("Take", newest)
    assert (waiting.status, newest.status) == (Status.SUPERSEDED, Status.IN_PROGRESS)
    assert played.pipeline.records["Build"].waiting == [newest]


def test_the_execution_inside_a_stage_keeps_it() -> None:
    """Newer executions wait before a stage and do not push out the one inside."""
    played = _building()
    newer = played.start()
    played.succeed("Take", newer)
    inside = played.pipeline.executions[0]
    assert played.pipeline.records["Build"].holder is inside
    assert inside.status is Status.IN_PROGRESS


def test_a_failed_stage_lets_the_next_execution_in() -> None:
    """A stage whose execution has failed is free for the one that waits."""
    played = _building()
    newer = played.start()
    played.succeed("Take", newer)
    played.fail("Open")
    assert played.pipeline.records["Build"].holder is newer
    assert played.running() == ["Open"]


def test_a_queued_pipeline_supersedes_nobody() -> None:
    """In QUEUED mode executions enter a stage in the order they came."""
    played = play(BUILD, executionMode="QUEUED")
    first, second, third = played.start(), played.start(), played.start()
    assert played.pipeline.records["Source"].waiting == [second, third]
    played.succeed("Take", first)
    assert played.pipeline.records["Source"].holder is second
    assert third.status is Status.IN_PROGRESS


def test_an_approval_expires() -> None:
    """An approval nobody answers in its time fails, and with it the stage."""
    played = _building()
    for name in ("Open", "Compile", "Lint", "Deploy"):
        played.succeed(name)
    played.wait(minutes=29)
    assert played.running() == ["Approve"]
    played.wait(minutes=1)
    assert played.told()[-3:] == ["Approve FAILED", "Staging FAILED", "pipeline FAILED"]


def test_each_approval_has_a_token_of_its_own() -> None:
    """Approvals are told apart by their tokens."""
    played = play(stage("Ask", action("Manual", "Ann"), action("Manual", "Bob")))
    played.start()
    played.succeed("Take")
    ann, bob = played.run("Ann").token, played.run("Bob").token
    assert ann
    assert bob
    assert ann != bob


def _building() -> Played:
    """A pipeline whose first execution is in its Build stage."""
    played = play(BUILD, STAGING)
    played.start()
    played.succeed("Take")
    return played
