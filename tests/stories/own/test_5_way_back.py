"""Going back, and what is not deployed although it was tested."""

from __future__ import annotations

import httpx
import pytest
from playwright.sync_api import expect

from tests.support.rehearsals import STORY_TIMEOUT, Result
from tests.support.rehearsed_answers import Person, Stack, until
from tests.support.rehearsed_questions import NOTHING_YET, TIGHTER, Asked, unanswered

pytestmark = [pytest.mark.timeout(STORY_TIMEOUT)]


@pytest.fixture(scope="module")
def way_back(live: str, played: Result, stack: Stack, ada: Person) -> Asked:
    """Ada goes back to what was live before, as the card of what is live offers."""
    ada.go_back(live, played.summary["releases"][1]["release"])
    said = ada.word("is on its way").inner_text()
    return Asked(next(one["release"] for one in stack.releases() if one["release"] in said)).wait(played, stack)


def test_the_way_back_is_tested_and_not_built_again(way_back: Asked, played: Result, stack: Stack) -> None:
    """It is a release of its own, of the earlier one's content and image."""
    second, item = played.summary["releases"][1], stack.release(way_back.release)
    assert item["rollback"] == {"to": second["release"], "by": "ada@example.com"}
    assert item["candidate"] == second["candidate"]
    assert item["smoke"]["staging"]["verdict"] == "passed"
    assert "was built before: " in stack.build_log(way_back.release)


def test_an_approval_on_forged_evidence_is_refused(way_back: Asked, stack: Stack, ada: Person) -> None:
    """Whoever can write to the bucket cannot show approvers what they like."""
    with stack.forged(f"evidence/{way_back.release}/staging.json"):
        ada.approve(way_back.release)
        ada.word(f"{way_back.release} was not approved. The evidence was changed after the test")
    assert unanswered(stack, way_back.release) == NOTHING_YET


def test_an_answer_in_the_console_is_shown_like_any_other(
    way_back: Asked, played: Result, stack: Stack, ada: Person
) -> None:
    """With the name and the summary that CodePipeline keeps; nobody is called as if it had failed."""
    stack.answer_in_the_console("Rejected", "We keep the new one")
    answer = stack.until(way_back.release, "rejected")["approval"]["decision"]
    assert (answer["outcome"], answer["source"]) == ("rejected", "console")
    assert (answer["by"], answer["reason"]) == ("root", "We keep the new one")
    expect(ada.card(way_back.release)).to_contain_text("Rejected by root in the AWS console")
    expect(ada.card(way_back.release)).to_contain_text("We keep the new one")
    assert not [message for message in played.slack() if message["text"].startswith(f"{way_back.release} failed")]


def test_a_build_that_was_changed_after_its_test_is_not_deployed(
    way_back: Asked, live: str, played: Result, stack: Stack
) -> None:
    """Whoever can write artifacts cannot put them into production, although the release was tested and approved.

    Its suite was held to the service's own: nobody has written one of record.
    """
    tampered = Asked(stack.upload("v2", "tampered", suite=TIGHTER, notes="Nothing to see here.")).wait(played, stack)
    stack.replace_artifact(tampered.release, "Bundle")
    stack.answer_in_the_console("Approved", "It looks right")
    stack.until(tampered.release, "failed")
    # The pipeline's own event, which has no reason, may arrive before the action's.
    reason = until(lambda: stack.release(tampered.release).get("reason", ""), "why it failed")
    assert reason.startswith(f"Production / Check: The build of {tampered.release} was changed after its test")
    assert stack.action(tampered.release, "SmokeTest")["status"] == "Succeeded"
    version = httpx.get(played.output("ProductionUrl") + "/version", timeout=10).json()
    assert (version["release"], stack.release(live)["state"]) == (live, "live")
