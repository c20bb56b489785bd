"""What follows from testing releases in an existing pipeline."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from slipway.approvals.policy import Policy
from slipway.attached.smoke_test_order import SmokeTestOrder
from slipway.attached.suite_of_record import SuitesOfRecord
from slipway.attached.way_back import AttachedRollback
from slipway.errors import AnswerRefused, SuiteInvalid
from slipway.models import Release, State
from slipway.smoke.job.reporting import Continuation
from tests.layers.slipway.attached.conftest import ASKED, BUILT, ON_PRODUCTION, World
from tests.support.fakes import NOW, FakeBucket

PEOPLE = Policy.parse("U0ADA=ada@example.com", 1)


def waiting_test(world: World) -> Release:
    """Bring a release to where its approval is open and its test ordered."""
    release = world.upload()
    world.reach(release.execution_id, *ASKED)
    world.ask(release.execution_id)
    return release


def on_production(world: World) -> Release:
    """Bring a release to where production has it and its test is ordered."""
    release = waiting_test(world)
    world.tests().run(world.order(), "owner", 60)
    world.reach(release.execution_id, *ON_PRODUCTION)
    return release


def test_people_are_asked_after_the_test(world: World) -> None:
    """Nobody is asked about what was not tested; the question is CodePipeline's own."""
    release = waiting_test(world)
    assert world.ledger.release(release.id).state is State.TESTING
    assert world.tests().run(world.order(), "owner", 60) == "All is well."
    asked = world.ledger.release(release.id)
    assert asked.state is State.WAITING
    assert asked.approval.question
    assert (asked.approval.question.token, asked.approval.question.link) == ("token", "https://console/vogel")


def test_staging_is_tested_beside_production(world: World) -> None:
    """At the addresses that discovery found, under a job of its own, which is closed in the end."""
    waiting_test(world)
    world.tests().run(world.order(), "owner", 60)
    ((request, files),) = world.smoke_test.asked
    assert (request.url, request.production_url, request.target) == ("http://probe", "http://ernst", "staging")
    assert files == ["passport.json", "suite.yaml"]
    assert world.smoke_test.closed == [request.job]


def test_a_failed_test_rejects_before_anybody_is_asked(world: World) -> None:
    """The release has failed, with the reason, and the event of the rejection changes nothing of that."""
    release = waiting_test(world)
    world.failing("staging")
    world.tests().run(world.order(), "owner", 60)
    failed = world.happens(release.execution_id, "Liefern/Ja", "FAILED")
    assert failed
    assert (failed.state, failed.reason) == (State.FAILED, "Two checks failed.")
    ((token, decision),) = world.pipeline.answers
    assert (token, decision.outcome, decision.source) == ("token", "rejected", "slipway")
    assert State.WAITING not in failed.times


def test_a_failed_test_is_asked_about_all_the_same_if_operators_want_it(world: World) -> None:
    """With a warning that says not to approve."""
    release = waiting_test(world)
    world.failing("staging")
    world.tests(reject_failed=False).run(world.order(), "owner", 60)
    asked = world.ledger.release(release.id)
    assert (asked.state, asked.warnings[-1]) == (State.WAITING, "Do not approve: Two checks failed.")
    assert not world.pipeline.answers


def test_a_suite_longer_than_an_invocation_is_continued_by_another_order(world: World) -> None:
    """Under a job of its own."""
    waiting_test(world)
    world.smoke_test.results["staging"] = Continuation("run-1", 40, "40 % done.")
    first = world.order()
    world.tests().run(first, "owner", 60)
    assert world.order() == replace(first, token="run-1", number=1)
    assert world.order().job != first.job


def test_an_order_that_another_invocation_does_is_left_to_it(world: World) -> None:
    """A queue delivers twice."""
    release = waiting_test(world)
    world.smoke_test.results["staging"] = None
    world.tests().run(world.order(), "owner", 60)
    assert world.ledger.release(release.id).state is State.TESTING
    assert not world.smoke_test.closed


def test_the_second_approval_is_asked_about_without_another_test(world: World) -> None:
    """Staging has not changed between them; it is a question of its own."""
    release = waiting_test(world)
    world.tests().run(world.order(), "owner", 60)
    world.reach(release.execution_id, ("Liefern/Ja", "SUCCEEDED"), ("Liefern/Wirklich", "STARTED"))
    world.ask(release.execution_id, "second")
    world.tests().run(world.order(), "owner", 60)
    asked = world.ledger.release(release.id)
    assert asked.approval.question
    assert (asked.approval.question.token, len(world.smoke_test.asked)) == ("second", 1)


def test_an_approval_that_was_answered_meanwhile_is_not_asked_about(world: World) -> None:
    """Somebody was faster in the console."""
    release = waiting_test(world)
    world.pipeline.open.clear()
    world.tests().run(world.order(), "owner", 60)
    assert world.ledger.release(release.id).state is State.TESTING
    world.reach(release.execution_id, ("Liefern/Ernst", "STARTED"))
    assert "nobody waits" in world.tests().run(world.order(), "owner", 60)


def test_what_is_not_on_staging_any_more_is_not_tested(world: World) -> None:
    """Another execution has deployed there: its version would be taken for this release's."""
    release = waiting_test(world)
    world.pipeline.deployments["Liefern/Probe"] = "another"
    world.tests().run(world.order(), "owner", 60)
    assert not world.smoke_test.asked
    assert "Another execution has deployed to vogel-probe" in world.ledger.release(release.id).reason


@pytest.mark.parametrize("rejects", [True, False])
def test_a_changed_model_is_rejected_only_if_operators_want_it(world: World, rejects: bool) -> None:
    """Otherwise people see the warning."""
    release = world.upload()
    world.put(b"other")
    world.reach(release.execution_id, *ASKED)
    world.ask(release.execution_id)
    world.tests(reject_changed=rejects).run(world.order(), "owner", 60)
    assert world.ledger.release(release.id).state is (State.FAILED if rejects else State.WAITING)
    assert bool(world.pipeline.answers) is rejects


def test_production_is_live_when_it_passed_the_same_suite(world: World) -> None:
    """And not before."""
    release = on_production(world)
    world.tests().run(world.order(), "owner", 60)
    assert world.ledger.live() == world.ledger.release(release.id)
    assert [request.url for request, _ in world.smoke_test.asked] == ["http://probe", "http://ernst"]


def test_production_that_fails_is_told_with_the_way_back(world: World) -> None:
    """The release before stays what is live in the ledger, and the version that it ran as is named."""
    release = on_production(world)
    world.failing("production")
    world.tests(mode="tell").run(world.order(), "owner", 60)
    failed = world.ledger.release(release.id)
    assert (failed.state, failed.can_go_back) == (State.FAILED, False)
    assert failed.reason == "Two checks failed. Before, vogel-ernst ran version-1."


def test_production_that_fails_is_offered_the_way_back(world: World) -> None:
    """An approver takes it; Beanstalk is told once, and looked at until the version before runs."""
    release = on_production(world)
    world.failing("production")
    world.environments.versions["production"] = "version-2"
    world.tests().run(world.order(), "owner", 60)
    assert world.ledger.release(release.id).can_go_back
    rollback = AttachedRollback(world.ledger, PEOPLE, world.orders)
    rollback.start("U0ADA", release.id, "version-1", "", NOW)
    world.tests().run(world.order(), "owner", 60)
    world.environments.status = "Updating"
    world.tests().run(world.order(), "owner", 60)
    assert world.environments.begun == [("production", "version-1")]
    assert world.orders.sent[-1][1] == timedelta(seconds=30)
    world.environments.versions["production"], world.environments.status = "version-1", "Ready"
    world.tests().run(world.order(), "owner", 60)
    back = world.ledger.release(release.id)
    assert (back.state, back.taken_back_by) == (State.ROLLED_BACK, "ada@example.com")


def test_production_that_fails_is_taken_back_by_itself_if_operators_want_it(world: World) -> None:
    """Nobody is asked."""
    release = on_production(world)
    world.failing("production")
    world.tests(mode="go-back").run(world.order(), "owner", 60)
    assert (world.order().target, world.order().release) == ("way back", release.id)
    assert world.ledger.release(release.id).taken_back_by == "Slipway"


def test_a_live_release_goes_back_to_the_one_before(world: World) -> None:
    """Which is live again then."""
    first = on_production(world)
    world.tests().run(world.order(), "owner", 60)
    world.clock.sleep(3600)
    second = world.upload(b"newer")
    world.reach(second.execution_id, *ASKED)
    world.ask(second.execution_id, "other")
    world.tests().run(world.order(), "owner", 60)
    world.reach(second.execution_id, *ON_PRODUCTION)
    world.tests().run(world.order(), "owner", 60)
    AttachedRollback(world.ledger, PEOPLE, world.orders).start("U0ADA", second.id, first.id, "", NOW)
    world.tests().run(world.order(), "owner", 60)
    assert world.ledger.live() == world.ledger.release(first.id)
    assert world.ledger.release(second.id).state is State.ROLLED_BACK


def test_there_is_no_way_back_from_what_production_does_not_run(world: World) -> None:
    """The person is told why."""
    release = waiting_test(world)
    with pytest.raises(AnswerRefused, match="is testing: there is no way back"):
        AttachedRollback(world.ledger, PEOPLE, world.orders).start("U0ADA", release.id, "version-1", "", NOW)


def test_without_a_suite_of_record_people_are_warned(world: World) -> None:
    """Only that the service answers is tested then."""
    release = waiting_test(world)
    world.tests().run(world.order(), "owner", 60)
    (warning,) = world.ledger.release(release.id).warnings
    assert "There is no suite of record" in warning
    assert "suites/vogel/suite.yaml" in warning


def test_a_test_that_cannot_be_run_counts_as_failed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its sentence is the reason."""
    release = waiting_test(world)

    def breaks(*_: object) -> None:
        raise SuiteInvalid("suite.yaml, line 3: that is no check.")

    monkeypatch.setattr(world.smoke_test, "run", breaks)
    world.tests().run(world.order(), "owner", 60)
    assert world.ledger.release(release.id).reason == "suite.yaml, line 3: that is no check."


def test_an_order_is_a_message_and_back() -> None:
    """Whatever it says."""
    order = SmokeTestOrder("vogel-r1", "execution", "staging", "run", "token", 3)
    assert SmokeTestOrder.read(order.message) == order


def suite_of(bucket: FakeBucket, release: Release) -> tuple[str, str, list[str], dict[str, str]]:
    with SuitesOfRecord(bucket).open(release) as artifacts:
        archive = artifacts["Suite"].archive
        text = archive.read("suite.yaml").decode()
        return text, artifacts["Suite"].sha256, archive.namelist(), json.loads(archive.read("passport.json"))


def test_a_suite_of_record_is_an_archive_with_the_passport(world: World) -> None:
    """Equal ones are equal byte for byte, so that a run can be continued."""
    release = world.upload()
    world.reach(release.execution_id, *BUILT)
    world.records.put("suites/vogel/suite.yaml", b"ready: {path: /ping}\n")
    world.records.put("suites/vogel/golden/1.png", b"picture")
    world.records.put("suites/other/suite.yaml", b"never: read")
    text, sha256, names, passport = suite_of(world.records, release)
    assert names == ["golden/1.png", "suite.yaml", "passport.json"]
    assert passport["release"] == release.id
    assert text == "identity: deployment\nready:\n  path: /ping\n"
    assert suite_of(world.records, release)[1] == sha256


def test_a_suite_that_says_how_the_release_is_known_keeps_that(world: World) -> None:
    """As a service may tell its commit."""
    world.records.put("suites/vogel/suite.yaml", b"identity: {path: /ping, expression: sha, member: commit}\n")
    assert "expression: sha" in suite_of(world.records, world.upload())[0]


def test_a_suite_with_mistakes_is_left_to_whoever_reads_it(world: World) -> None:
    """Who says which line is wrong."""
    world.records.put("suites/vogel/suite.yaml", b"ready: [\n")
    assert suite_of(world.records, world.upload())[0] == "ready: [\n"
