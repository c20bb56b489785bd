"""The events of an existing pipeline move releases, and order their tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from slipway.models import ActionChange, Arrival, Commit, Decision, Release, State
from slipway.uploads.receive import UploadReceiver
from tests.layers.slipway.attached.conftest import ASKED, BUILT, ON_PRODUCTION, ON_STAGING, PUSH, World, receiver
from tests.support.fakes import NOW
from tests.support.made_models import onnx, weights


def test_an_upload_in_place_starts_the_pipeline_once(world: World) -> None:
    """Each object has an event of its own, and may be told twice; the folder is always the same."""
    uploads: UploadReceiver = receiver(world, accepted=("onnx", "b.bin"))
    world.bucket.put("endmodell/a.onnx", onnx(), NOW)
    found = [uploads.receive(Arrival("endmodell/a.onnx", NOW)) for _ in range(2)]
    assert {release.id for release in found if release} == {"vogel-r1"}
    assert world.pipeline.executions == {"vogel-r1": "execution-of-vogel-r1"}
    world.bucket.put("endmodell/a.onnx", onnx(initializers=[weights("w", b"1")]), NOW + timedelta(minutes=5))
    again = uploads.receive(Arrival("endmodell/a.onnx", NOW + timedelta(minutes=5)))
    assert again
    assert (again.id, again.prefix, again.model) == ("vogel-r2", "endmodell/", "vogel")


@pytest.mark.parametrize("key", ["other/a.onnx", "endmodell/", "endmodell/teile/"])
def test_what_lies_elsewhere_starts_nothing(world: World, key: str) -> None:
    """The bucket is others', and full of other things."""
    world.bucket.put(key, b"x", NOW)
    assert receiver(world).receive(Arrival(key, NOW)) is None


def test_a_release_moves_as_the_actions_of_the_pipeline_do(world: World) -> None:
    """By what discovery found: no name is known to the rules."""
    release, states = world.upload(), []
    for action, state in (*ASKED, *ON_PRODUCTION):
        moved = world.happens(release.execution_id, action, state)
        states += [moved.state] if moved and moved.state not in states else []
    assert states == [State.BUILDING, State.STAGING, State.TESTING, State.RELEASING, State.VERIFYING]


def test_the_end_of_an_execution_makes_nothing_live(world: World) -> None:
    """Production is tested first, and a later failure of something else does not undo it."""
    release = world.upload()
    world.reach(release.execution_id, *ASKED, *ON_PRODUCTION)
    for action, state in (("", "SUCCEEDED"), ("Liefern/Nachher", "FAILED"), ("", "FAILED")):
        world.happens(release.execution_id, action, state)
    assert world.ledger.release(release.id).state is State.VERIFYING


@pytest.mark.parametrize(
    ("status", "state"), [("FAILED", State.FAILED), ("SUPERSEDED", State.SUPERSEDED), ("STOPPED", State.STOPPED)]
)
def test_an_execution_that_ends_otherwise_ends_its_release(world: World, status: str, state: State) -> None:
    """Whatever ended it."""
    release = world.upload()
    world.reach(release.execution_id, *BUILT)
    world.happens(release.execution_id, "", status)
    assert world.ledger.release(release.id).state is state


def test_a_failed_action_gives_its_reason_and_its_log(world: World) -> None:
    """As CodePipeline summarizes it."""
    release = world.upload()
    result = {"external-execution-summary": "COMMAND_EXECUTION_ERROR", "external-execution-url": "https://log"}
    world.happens(release.execution_id, "Bauen/Packen", "STARTED")
    failed = world.happens(release.execution_id, "Bauen/Packen", "FAILED", result=result)
    assert failed
    assert (failed.state, failed.reason) == (State.FAILED, "Bauen / Packen: COMMAND_EXECUTION_ERROR")
    assert failed.log_url == "https://log"


@pytest.mark.parametrize("action", ["Liefern/Ja", "Liefern/Wirklich"])
def test_an_open_approval_orders_the_test_of_staging(world: World, action: str) -> None:
    """Of each approval between staging and production; the order names the run of the action, so that it is one job."""
    release = world.upload()
    world.reach(release.execution_id, *ON_STAGING, (action, "STARTED"))
    order = world.order()
    assert (order.release, order.target) == (release.id, "staging")
    assert order.job == f"{release.execution_id}-{action}-1.staging.0"


def test_an_approval_that_is_not_before_production_is_others(world: World) -> None:
    """Its answer is none of ours."""
    release = world.upload()
    world.reach(release.execution_id, *BUILT, ("Budget/Ja", "STARTED"))
    assert not world.orders.sent


def test_the_deployment_of_production_orders_its_test(world: World) -> None:
    """After it has ended."""
    release = world.upload()
    world.reach(release.execution_id, *ASKED, *ON_PRODUCTION)
    assert (world.order().target, world.order().release) == ("production", release.id)


def test_what_production_ran_before_is_remembered_when_people_are_asked(world: World) -> None:
    """It is the way back; while production is being changed, nobody can tell."""
    release = world.upload()
    assert world.reach(release.execution_id, *ASKED).replaced_version == "version-1"
    world.environments.versions["production"], world.environments.status = "version-2", "Updating"
    assert world.reach(release.execution_id, ("Liefern/Wirklich", "STARTED")).replaced_version == "version-1"


def test_a_release_gets_the_commit_that_is_built(world: World) -> None:
    """Once its source is there."""
    world.pipeline.commit = Commit("8cf40f2", "ada@example.com", "Read sevens better")
    release = world.upload()
    assert world.reach(release.execution_id, *BUILT).commit.id == "8cf40f2"


def test_a_push_of_code_is_a_release_of_what_stands_there(world: World) -> None:
    """Slipway has not started it; every event of it tells of the same release."""
    world.put()
    for action, state in (("", "STARTED"), ("Quelle/Git", "STARTED"), ("Bauen/Packen", "STARTED")):
        world.happens(PUSH, action, state)
    (release,) = world.ledger.releases.values()
    assert (release.id, release.state, release.execution_id) == ("vogel-r1", State.BUILDING, PUSH)
    assert set(release.versions) == {"a.onnx", "teile/b.bin"}
    assert not world.pipeline.executions


def test_a_push_of_code_after_an_upload_names_that(world: World) -> None:
    """The same content with other code is another release."""
    first = world.upload()
    world.reach(first.execution_id, *BUILT)
    world.happens(PUSH, "", "STARTED")
    release = world.ledger.release_of(PUSH)
    assert release
    assert (release.id, release.candidate, release.previous_release) == ("vogel-r2", first.candidate, first.id)


def test_a_rollback_of_the_pipeline_s_own_is_a_release_of_what_it_restores(world: World) -> None:
    """Not of the newer model that stands there: what it deploys was built before."""
    first = world.upload()
    world.reach(first.execution_id, *ASKED, *ON_PRODUCTION)
    world.upload(b"newer")
    world.pipeline.rollbacks["back"] = first.execution_id
    release = world.happens("back", "Liefern/Ernst", "STARTED")
    assert release is not None
    assert (release.previous_release, release.versions, release.state) == (first.id, first.versions, State.RELEASING)
    assert release.warnings == (
        f"CodePipeline rolled back to {first.id}: its artifacts are deployed again, and nothing is built.",
    )


def test_a_rollback_to_what_was_before_slipway_says_so(world: World) -> None:
    """Nobody knows which model that was."""
    world.put()
    world.pipeline.rollbacks["back"] = "of-last-year"
    release = world.happens("back", "Liefern/Ernst", "STARTED")
    assert release is not None
    assert "rolled back to the execution of-last-year, unknown to Slipway" in release.warnings[0]


def test_a_push_of_code_that_builds_what_was_refused_warns(world: World) -> None:
    """A model that was refused lies there all the same."""
    first = world.upload()
    world.ledger.change(first.id, lambda current: replace(current, state=State.REFUSED, reason="It is no model."))
    world.happens(PUSH, "", "STARTED")
    release = world.ledger.release_of(PUSH)
    assert release
    assert release.warnings == ("The build reads the model that was refused as vogel-r1: It is no model.",)


def test_nothing_to_build_is_no_release(world: World) -> None:
    """An empty folder is nothing that could be named."""
    assert world.happens(PUSH, "", "STARTED") is None


def test_an_execution_of_ours_that_is_not_written_down_yet_is_no_push(world: World) -> None:
    """Its event may be faster than the function that started it: starting it again gives the same execution."""
    release = world.upload()
    world.ledger.executions.clear()
    world.ledger.change(release.id, lambda current: replace(current, execution_id=""))
    world.happens("execution-of-vogel-r1", "", "STARTED")
    assert list(world.ledger.releases) == ["vogel-r1"]
    assert world.ledger.executions == {"execution-of-vogel-r1": "vogel-r1"}


def test_executions_that_ended_before_slipway_came_are_none_of_its(world: World) -> None:
    """Only a sign of life opens a release."""
    world.put()
    for status in ("SUCCEEDED", "FAILED", "SUPERSEDED"):
        assert world.happens("execution-of-old", "", status) is None
    assert not world.ledger.releases


def test_a_model_that_changes_while_it_is_built_is_warned_of(world: World) -> None:
    """The build reads what is newest: the release says which files had which versions."""
    release = world.upload(b"one")
    world.reach(release.execution_id, ("Bauen/Packen", "STARTED"))
    world.put(b"two")
    changed = world.reach(release.execution_id, *BUILT[1:])
    assert changed.model_changed
    assert changed.warnings[0].startswith(
        "The model was changed while it was built: a.onnx was v1, is v3; teile/b.bin was v2, is v4."
    )


def test_a_model_that_stays_is_not_warned_of(world: World) -> None:
    """Neither at the first build nor at a later one."""
    release = world.upload()
    assert world.reach(release.execution_id, *BUILT).warnings == ()


def test_a_newer_build_takes_the_place_of_the_release_that_waits(world: World) -> None:
    """As in Slipway's own pipeline: the stage is locked while its approval waits."""
    first = world.upload(b"one")
    world.reach(first.execution_id, *ASKED)
    world.ask(first.execution_id)
    world.tests().run(world.order(), "owner", 60)
    second = world.upload(b"two")
    world.reach(second.execution_id, *BUILT)
    ((token, decision),) = world.pipeline.answers
    assert (token, decision.outcome, decision.reason) == ("token", "rejected", f"Superseded by {second.id}.")


def test_an_answer_in_the_console_is_seen(world: World) -> None:
    """Whether the test of staging has ended or not."""
    release = world.upload()
    world.reach(release.execution_id, *ASKED)
    said = Decision("approved", "grace", NOW, "console", "looks good")
    world.pipeline.console[release.execution_id] = said
    moved = world.reach(release.execution_id, ("Liefern/Ja", "SUCCEEDED"), ("Liefern/Ernst", "STARTED"))
    assert (moved.state, moved.approval.decision) == (State.RELEASING, said)


def test_a_retried_stage_is_tested_again(world: World) -> None:
    """CodePipeline counts the attempts."""
    release = world.upload()
    world.reach(release.execution_id, *ASKED, ("Liefern/Ja", "FAILED"))
    moved = world.happens(release.execution_id, "Liefern/Ja", "STARTED", attempt=2)
    assert moved
    assert (moved.state, moved.attempt) == (State.TESTING, 2)
    assert world.order().job.endswith("Liefern/Ja-2.staging.0")


def test_a_notice_of_another_pipeline_is_none_of_ours(world: World) -> None:
    """A topic may be everybody's."""
    assert world.recorder.record_approval_request({"approval": {"pipelineName": "Other"}}, NOW) is None


def test_a_notice_tells_of_an_approval_whose_event_was_lost(world: World) -> None:
    """It names no execution: the pipeline's state does."""
    release = world.upload()
    world.reach(release.execution_id, *ON_STAGING)
    opened = ActionChange(release.execution_id, "Liefern/Ja", "run", "STARTED", NOW)
    world.pipeline.changes[release.execution_id] = [opened]
    told = world.recorder.record_approval_request({"approval": {"pipelineName": "Vogel"}}, NOW)
    assert told
    assert (told.state, world.order().release) == (State.TESTING, release.id)


def test_what_no_event_told_is_asked_for(world: World) -> None:
    """The sweep catches up; what is known already orders nothing again."""
    release = world.upload()
    moved = world.reach(release.execution_id, *ON_STAGING)
    told = [("Liefern/Probe", "STARTED"), ("Liefern/Probe", "SUCCEEDED"), ("Liefern/Ja", "STARTED")]
    world.pipeline.changes[release.execution_id] = [
        ActionChange(release.execution_id, action, action, status, NOW + timedelta(minutes=30))
        for action, status in told
    ]
    caught = world.recorder.catch_up(moved, NOW)
    assert caught
    assert (caught.state, len(world.orders.sent)) == (State.TESTING, 1)
    assert world.recorder.catch_up(caught, NOW) is None
    assert len(world.orders.sent) == 1


def test_a_release_without_an_execution_has_nothing_to_catch_up_with(world: World) -> None:
    """It was refused, or waits to be started."""
    release: Release = world.upload()
    assert world.recorder.catch_up(replace(release, execution_id=""), NOW) is None


@pytest.mark.parametrize("state", [State.FAILED, State.SUPERSEDED, State.STOPPED])
def test_an_end_that_no_event_told_ends_the_release(world: World, state: State) -> None:
    """An execution may be superseded or stopped between two actions."""
    release = world.upload()
    moved = world.reach(release.execution_id, *BUILT)
    world.pipeline.ended[release.execution_id] = state
    caught = world.recorder.catch_up(moved, NOW + timedelta(minutes=30))
    assert caught
    assert caught.state is state


def test_what_production_has_is_not_ended_by_what_the_pipeline_does_later(world: World) -> None:
    """Its test decides."""
    release = world.upload()
    moved = world.reach(release.execution_id, *ASKED, *ON_PRODUCTION)
    world.pipeline.ended[release.execution_id] = State.FAILED
    world.recorder.catch_up(moved, NOW + timedelta(minutes=30))
    assert world.ledger.release(release.id).state is State.VERIFYING
