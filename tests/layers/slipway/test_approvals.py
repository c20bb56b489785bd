"""Only the right people decide, on evidence, about what stands now."""

from dataclasses import replace
from datetime import timedelta

import pytest
from fakes import NOW, FakeLedger, FakePipeline

from slipway import approvals
from slipway.errors import AnswerRefused
from slipway.models import Answer, Approval, Candidate, Click, Release, SmokeSummary, State, Verdict

PEOPLE = "U0ADA=ada@example.com, U0GRACE=grace@example.com"
YES = Answer("approved", "U0ADA", NOW, "slack")
NO = Answer("rejected", "U0GRACE", NOW, "slack")


def smoke(verdict: Verdict) -> SmokeSummary:
    return SmokeSummary(verdict, 12, 0, 0, 1.5, "evidence/birds-r1/staging.json")


@pytest.fixture
def ledger() -> FakeLedger:
    ledger = FakeLedger()
    ledger.open(Candidate("birds-000000000001", "birds", "models/birds/v1/", (), NOW), State.RECEIVED, "", NOW)
    change(ledger, state=State.WAITING, approval=Approval("token", NOW, NOW + timedelta(hours=4)))
    change(ledger, smoke={"staging": smoke(Verdict.PASSED)})
    return ledger


def change(ledger: FakeLedger, **fields: object) -> Release:
    return ledger.change("birds-r1", lambda release: replace(release, **fields))  # type: ignore[arg-type]


def answer(ledger: FakeLedger, given: Answer = YES, pipeline: FakePipeline | None = None, own: bool = False) -> Release:
    return approvals.Panel(ledger, pipeline or FakePipeline(), PEOPLE, own).answer("birds-r1", given)


@pytest.mark.parametrize("given", [YES, NO])
def test_an_approvers_answer_reaches_the_pipeline_and_the_ledger(ledger: FakeLedger, given: Answer) -> None:
    """Who decided what is kept."""
    pipeline = FakePipeline()
    assert answer(ledger, given, pipeline).answer == given
    assert pipeline.answers == [("token", given)]


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"state": State.RELEASING}, "not waiting"),
        ({"state": State.TESTING, "approval": None}, "not waiting"),
        ({"answer": NO}, "already rejected"),
        ({"smoke": {}}, "has not passed"),
        ({"smoke": {"staging": smoke(Verdict.INCONCLUSIVE)}}, "has not passed"),
        ({"author": "Ada@example.com"}, "yourself"),
    ],
)
def test_an_answer_to_what_does_not_stand_is_refused(ledger: FakeLedger, fields: dict[str, object], why: str) -> None:
    """The pipeline hears nothing and the ledger stays as it was."""
    before = change(ledger, **fields)
    pipeline = FakePipeline()
    with pytest.raises(AnswerRefused, match=why):
        answer(ledger, YES, pipeline)
    assert pipeline.answers == []
    assert ledger.release("birds-r1") == before


def test_a_stranger_is_refused(ledger: FakeLedger) -> None:
    """Being in the channel does not make an approver."""
    with pytest.raises(AnswerRefused, match="not among the approvers"):
        answer(ledger, replace(YES, by="U0LINUS"))


def test_a_release_nobody_knows_is_refused(ledger: FakeLedger) -> None:
    """A button can be older than the ledger."""
    with pytest.raises(AnswerRefused, match="no release"):
        approvals.Panel(ledger, FakePipeline(), PEOPLE, own=False).answer("birds-r9", YES)


def test_the_author_may_approve_where_that_is_allowed(ledger: FakeLedger) -> None:
    """AllowSelfApproval is for teams of one."""
    change(ledger, author="ada@example.com")
    assert answer(ledger, own=True).answer == YES


def test_the_author_may_always_reject(ledger: FakeLedger) -> None:
    """Nobody needs a second person to stop an own model."""
    change(ledger, author="grace@example.com")
    assert answer(ledger, NO).answer == NO


def test_what_the_pipeline_refuses_is_not_written_down(ledger: FakeLedger) -> None:
    """The ledger never says approved before the pipeline does."""
    pipeline = FakePipeline(answers=[("token", NO)])
    with pytest.raises(AnswerRefused):
        answer(ledger, YES, pipeline)
    assert ledger.release("birds-r1").answer is None


@pytest.mark.parametrize(("action", "decision"), [("approve", "approved"), ("reject", "rejected")])
def test_a_press_of_a_button_is_an_answer(ledger: FakeLedger, action: str, decision: str) -> None:
    """Each button decides what it says."""
    panel = approvals.Panel(ledger, FakePipeline(), PEOPLE, own=False)
    pressed = panel.press(Click("U0ADA", action, "birds-r1"), NOW)
    assert pressed is not None
    assert pressed.answer is not None
    assert (pressed.answer.decision, pressed.answer.by, pressed.answer.source) == (decision, "U0ADA", "slack")


def test_a_button_that_decides_nothing_changes_nothing(ledger: FakeLedger) -> None:
    """Links are buttons, too."""
    pipeline = FakePipeline()
    assert (
        approvals.Panel(ledger, pipeline, PEOPLE, own=False).press(Click("U0ADA", "staging", "birds-r1"), NOW) is None
    )
    assert pipeline.answers == []


def test_a_reminder_is_due_at_half_time_and_once(ledger: FakeLedger) -> None:
    """Four hours to answer: reminded after two."""
    assert list(approvals.remind(ledger, NOW + timedelta(minutes=119))) == []
    reminded = list(approvals.remind(ledger, NOW + timedelta(minutes=120)))
    assert [release.reminded_at for release in reminded] == [NOW + timedelta(minutes=120)]
    assert list(approvals.remind(ledger, NOW + timedelta(minutes=180))) == []
