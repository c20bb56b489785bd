"""What is lost is found: events, functions that die, evidence, the time of a schedule."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from rehearsal import catching_up
from tests.support.paths import ROOT
from tests.support.rehearsals import STORY_TIMEOUT, Result
from tests.support.rehearsed_answers import Item, Person, Stack, until
from tests.support.rehearsed_operator import Operator
from tests.support.rehearsed_questions import NOTHING_YET, TIGHTER, Asked, unanswered

pytestmark = [pytest.mark.timeout(STORY_TIMEOUT)]


def test_the_sweep_finds_an_end_of_which_no_event_told(operator: Operator, played: Result, stack: Stack) -> None:
    """EventBridge may lose events; the pipeline knows.

    Nor does the ledger know which execution it is: the sweep starts it once more, which begins no other.
    """
    with catching_up.without_pipeline_events(played.client):
        lost = stack.upload("worse", "lost", notes="Of this nobody hears.")
        execution = stack.until(lost, "building")["execution_id"]
        operator.die_before_binding(stack.release(lost), played.output("LedgerTable"))
        assert _swept(played, stack, lost)["execution_id"] == execution
        until(lambda: _swept(played, stack, lost)["state"] == "failed", f"{lost} is found to have failed")


def _swept(played: Result, stack: Stack, release: str) -> Item:
    catching_up.call(played.client, "Sweep")
    return stack.release(release)


@pytest.fixture(scope="module")
def died(operator: Operator, played: Result, stack: Stack) -> Asked:
    """A model with a suite of its own, held to the suite of record; the function that decided about it has died."""
    operator.put_suite_of_record("digits", played.output("ModelBucket"), ROOT / "service" / "suite")
    asked = Asked(stack.upload("v2", "died", suite=TIGHTER, notes="Nobody finished this.")).wait(played, stack)
    until(lambda: stack.release(asked.release).get("uploaders"), "CloudTrail tells who uploaded")
    operator.die_over(stack.release(asked.release), played.output("LedgerTable"), "grace@example.com")
    return asked


def test_the_sweep_submits_the_decision_of_a_function_that_died(died: Asked, played: Result, stack: Stack) -> None:
    """Checked once more by policy, staging and evidence."""
    _swept(played, stack, died.release)
    assert stack.until(died.release, "live")["approval"]["decision"]["by"] == "grace@example.com"


def test_where_codepipeline_cannot_roll_back_an_alarm_opens_a_release(
    died: Asked, operator: Operator, stack: Stack
) -> None:
    """The pipeline has changed since what was live before; the release that goes back needs an approval."""
    before = stack.until(died.release, "live")["previous_live"]
    stack.until_idle()
    operator.update_pipeline()
    built = operator.builds()
    operator.set_alarm("ProductionHealthAlarm", "Production is Severe")
    told = "goes back instead, and needs an approval."
    until(lambda: told in stack.release(died.release).get("reason", ""), "a release goes back")
    opened = stack.releases()[0]
    assert opened["rollback"] == {"to": before, "by": "Slipway"}
    operator.stop_next_build(built)
    stack.until(opened["release"], "failed")


def test_what_was_answered_elsewhere_meanwhile_is_looked_up(
    operator: Operator, played: Result, stack: Stack, ada: Person
) -> None:
    """No event has told it: CodePipeline refuses a second answer, and says which it has."""
    asked = Asked(stack.upload("v2", "twice", notes="Two people answer at once.")).wait(played, stack)
    until(lambda: stack.release(asked.release).get("uploaders"), "CloudTrail tells who uploaded")
    with catching_up.without_pipeline_events(played.client):
        stack.answer_in_the_console("Rejected", "Not this one")
        ada.approve(asked.release)
        ada.word("This question has been answered elsewhere or has expired.")
        until(lambda: _swept(played, stack, asked.release)["state"] == "rejected", "the sweep finds the rejection")


def test_an_approval_on_deleted_evidence_is_refused(
    operator: Operator, played: Result, stack: Stack, ada: Person
) -> None:
    """On the card, and when the sweep submits the decision of a function that died; the page is shown all the same.

    What is answered elsewhere meanwhile is looked up for the page, too.
    """
    asked = Asked(stack.upload("v2", "bare", notes="Its evidence is gone.")).wait(played, stack)
    until(lambda: stack.release(asked.release).get("uploaders"), "CloudTrail tells who uploaded")
    link = ada.link(asked.release)
    with stack.deleted(f"evidence/{asked.release}/staging.json"):
        assert ada.status(link) == 200
        ada.approve(asked.release)
        ada.word(f"{asked.release} was not approved.")
        assert unanswered(stack, asked.release) == NOTHING_YET
        operator.die_over(stack.release(asked.release), played.output("LedgerTable"), "grace@example.com")
        swept = _swept(played, stack, asked.release)
        assert (swept["state"], swept["approval"].keys() & {"decision", "pending_decision"}) == ("waiting", set())
    with catching_up.without_pipeline_events(played.client):
        stack.answer_in_the_console("Rejected", "It has no evidence")
        page = ada.open(link)
        page.get_by_role("button", name=f"Approve {asked.release}").click()
        expect(page.get_by_text("This question has been answered elsewhere or has expired.")).to_be_visible()
        until(lambda: _swept(played, stack, asked.release)["state"] == "rejected", "the sweep finds the rejection")


def test_an_execution_in_the_name_of_a_release_that_another_one_carries_fails(
    operator: Operator, played: Result, stack: Stack
) -> None:
    """Whoever starts the pipeline by hand cannot deploy under a name that was approved."""
    variables = [{"name": "ReleaseId", "value": played.summary["releases"][1]["release"]}]
    started = stack.pipeline.start_pipeline_execution(name="slipway", variables=variables)["pipelineExecutionId"]

    def ended() -> bool:
        found = stack.pipeline.get_pipeline_execution(pipelineName="slipway", pipelineExecutionId=started)
        return bool(found["pipelineExecution"]["status"] == "Failed")

    until(ended, "the execution fails")


def test_cards_that_are_behind_are_looked_for(operator: Operator, played: Result) -> None:
    """Every five minutes; its role is enough."""
    catching_up.call(played.client, "Announce")


def test_every_schedule_calls_its_function(operator: Operator) -> None:
    """By a role of its own; nobody waits five minutes here."""
    roles = operator.hurried_schedules()
    assert len(roles) >= 3
    until(lambda: roles <= operator.callers("lambda:InvokeFunction"), f"{sorted(roles)} call their functions")
