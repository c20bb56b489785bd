"""Production is frozen: only an override gets through, and a way back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from playwright.sync_api import expect

from tests.support.rehearsals import STORY_TIMEOUT, Result
from tests.support.rehearsed_answers import Person, Stack
from tests.support.rehearsed_questions import NOTHING_YET, Asked, unanswered

pytestmark = [pytest.mark.timeout(STORY_TIMEOUT)]


@pytest.fixture(scope="module")
def frozen(live: str, played: Result, stack: Stack) -> Asked:
    """Production is frozen, and a model waits for one approval."""
    today = datetime.now(UTC).date()
    stack.set_variable("FREEZES", f"{today - timedelta(1)}/{today + timedelta(1)} stock-taking")
    stack.set_variable("REQUIRED_APPROVALS", "1")
    return Asked(stack.upload("v2", "urgent", notes="A customer waits for it.")).wait(played, stack)


def test_nobody_approves_in_a_freeze(frozen: Asked, stack: Stack, ada: Person) -> None:
    """Whoever tries is told until when, and the question stands."""
    ada.approve(frozen.release)
    ada.word("Production is closed by the freeze stock-taking until ")
    assert unanswered(stack, frozen.release) == NOTHING_YET


@pytest.fixture(scope="module")
def urgent(frozen: Asked, stack: Stack, ada: Person) -> Asked:
    """Ada overrides the freeze on her page: without a reason in vain, then with one."""
    page = ada.open(ada.link(frozen.release))
    page.get_by_label("It cannot wait").check()
    page.get_by_role("button", name=f"Approve {frozen.release}").click()
    expect(page.get_by_text(f"Say in a sentence why {frozen.release} cannot wait")).to_be_visible()
    assert unanswered(stack, frozen.release) == NOTHING_YET
    page.get_by_label("It cannot wait").check()
    page.get_by_role("textbox", name="Reason").fill("A customer waits")
    page.get_by_role("button", name=f"Approve {frozen.release}").click()
    stack.until(frozen.release, "live")
    return frozen


def test_an_override_of_a_freeze_is_recorded(urgent: Asked, stack: Stack, ada: Person) -> None:
    """In the ledger, on the card, and in CodePipeline's console."""
    decision = stack.release(urgent.release)["approval"]["decision"]
    assert (decision["by"], decision["override"], decision["reason"]) == ("ada@example.com", True, "A customer waits")
    expect(ada.card(urgent.release)).to_contain_text("although production was closed")
    told = stack.action(urgent.release, "Approve")["output"]["executionResult"]["externalExecutionSummary"]
    assert told == "approved by ada@example.com in page, although production was closed: A customer waits"


def test_production_goes_back_although_it_is_frozen(urgent: Asked, live: str, played: Result, stack: Stack) -> None:
    """By hand, as in the console; then it opens again."""
    target = stack.release(live)["execution_id"]
    played.client("codepipeline").rollback_stage(
        pipelineName="slipway", stageName="Production", targetPipelineExecutionId=target
    )
    stack.until(urgent.release, "rolled_back")
    stack.until(live, "live")
    assert httpx.get(played.output("ProductionUrl") + "/version", timeout=10).json()["release"] == live
    stack.until_idle()
    stack.set_variable("FREEZES", "")
