"""Only the right people decide, on evidence, about what stands now, once."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from slipway.approvals.policy import Policy
from slipway.approvals.submit_decision import SUBMIT_TIMEOUT
from slipway.approvals.voting import Voting
from slipway.errors import AnswerRefused
from slipway.models import (
    Approval,
    Ballot,
    Candidate,
    Commit,
    Decision,
    Question,
    Release,
    SmokeSummary,
    State,
    Verdict,
)
from slipway.releases.calendar import ALWAYS_OPEN, ReleaseCalendar
from slipway.releases.calendar_parameters import parse_calendar
from slipway.smoke.evidence_store import EvidenceStore
from tests.support.fakes import NOW, FakeBucket, FakeEnvironments, FakeLedger, FakePipeline
from tests.support.made_releases import changed

PEOPLE = "U0ADA=ada@example.com, U0GRACE=grace@example.com,U0EMMY=emmy@example.com"
QUESTION = Question("token", NOW, NOW + timedelta(hours=4))
YES = Ballot("birds-r1", QUESTION.id, "U0ADA", "approved", "slack")
ALSO = replace(YES, person="grace@example.com", source="page")
NO = replace(YES, person="U0GRACE", outcome="rejected", reason="blurred pictures")
WITHDRAWN = Decision("rejected", "Slipway", NOW, "slipway", "Superseded by birds-r2.")
EVIDENCE, DIGEST = "evidence/birds-r1/staging.json", hashlib.sha256(b"{}").hexdigest()


def smoke(verdict: Verdict = Verdict.PASSED) -> SmokeSummary:
    return SmokeSummary(verdict, 12, 0, 0, 1.5, EVIDENCE, version="build-1", digest=DIGEST)


@dataclass
class Room:
    """A release that waits, and everything around it."""

    ledger: FakeLedger = field(default_factory=FakeLedger)
    pipeline: FakePipeline = field(default_factory=FakePipeline)
    environments: FakeEnvironments = field(default_factory=lambda: FakeEnvironments({"staging": "build-1"}))
    bucket: FakeBucket = field(default_factory=FakeBucket)
    alarms: list[str] = field(default_factory=list)
    calendar: ReleaseCalendar = ALWAYS_OPEN

    def __post_init__(self) -> None:
        self.bucket.write(EVIDENCE, b"{}", "application/json")
        self.evidence = EvidenceStore(self.bucket, self.alarms.append)

    def change(self, **fields: object) -> Release:
        return self.ledger.change("birds-r1", lambda release: changed(release, **fields))

    def voting(self, required: int = 1, *, own: bool = False) -> Voting:
        policy = Policy.parse(PEOPLE, required, allow_self_approval=own)
        return Voting(self.ledger, self.pipeline, self.environments, policy, self.evidence, self.calendar)


@pytest.fixture
def room() -> Room:
    room = Room()
    room.ledger.open(Candidate("birds-000000000001", "birds", "models/birds/v1/", (), NOW), State.RECEIVED, "", NOW)
    room.change(state=State.WAITING, question=QUESTION, smoke={"staging": smoke()}, commit=Commit("8cf40f2"))
    return room


@pytest.mark.parametrize("left", [b"{ }", b"", b"{} "])
def test_an_approval_on_evidence_that_was_changed_is_refused(room: Room, left: bytes) -> None:
    """What the approver has seen may not be what the smoke test found; an alarm tells of it."""
    room.bucket.write(EVIDENCE, left, "application/json")
    with pytest.raises(AnswerRefused, match=r"was not approved\. The evidence was changed after the test"):
        room.voting().vote(YES, NOW)
    assert (room.pipeline.answers, len(room.alarms)) == ([], 1)


def test_a_rejection_needs_no_evidence(room: Room) -> None:
    """Nothing goes to production by it."""
    room.bucket.write(EVIDENCE, b"changed", "application/json")
    assert room.voting().vote(NO, NOW).approval.decision


@pytest.mark.parametrize(("ballot", "by"), [(YES, "ada@example.com"), (NO, "grace@example.com")])
def test_an_approvers_answer_reaches_the_pipeline_and_the_ledger(room: Room, ballot: Ballot, by: str) -> None:
    """Who decided what, where and why is kept."""
    given = Decision(ballot.outcome, by, NOW, "slack", ballot.reason)
    release = room.voting().vote(ballot, NOW)
    assert replace(release.approval, pending_since=None) == Approval(QUESTION, (given.vote,), decision=given)
    assert room.pipeline.answers == [("token", given)]


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"state": State.RELEASING}, "not waiting for an answer: it is releasing"),
        ({"state": State.TESTING, "question": None}, "not waiting"),
        ({"decision": Decision("rejected", "grace@example.com", NOW, "page")}, "already rejected by grace@example.com"),
        ({"decision": WITHDRAWN}, "not waiting for an answer any more: Superseded by birds-r2."),
        ({"pending_decision": WITHDRAWN}, "not waiting for an answer any more: Superseded by birds-r2."),
        ({"pending_decision": Decision("rejected", "grace@example.com", NOW, "page")}, "just being rejected by grace"),
        ({"question": replace(QUESTION, token="another")}, "asked about again since"),
        ({"question": replace(QUESTION, expires=NOW)}, "time to answer about birds-r1 is over"),
        ({"smoke": {}}, "has not passed"),
        ({"smoke": {"staging": smoke(Verdict.INCONCLUSIVE)}}, "has not passed"),
        ({"author": "Ada@example.com"}, "You uploaded birds-000000000001 yourself"),
        ({"commit": Commit("8cf40f2", "Ada@example.com")}, "Commit 8cf40f2 is your own"),
    ],
)
def test_an_answer_to_what_does_not_stand_is_refused(room: Room, fields: dict[str, object], why: str) -> None:
    """The pipeline hears nothing and the ledger stays as it was."""
    before = room.change(**fields)
    with pytest.raises(AnswerRefused, match=why):
        room.voting().vote(YES, NOW)
    assert room.pipeline.answers == []
    assert room.ledger.release("birds-r1") == before


def test_what_is_not_on_staging_any_more_cannot_be_approved(room: Room) -> None:
    """Somebody deployed by hand: the card says so, and nothing is decided."""
    room.environments.versions["staging"] = "by hand"
    with pytest.raises(AnswerRefused, match="staging runs by hand"):
        room.voting().vote(YES, NOW)
    assert room.pipeline.answers == []
    assert "staging runs by hand" in room.ledger.release("birds-r1").reason


def test_what_is_not_on_staging_any_more_can_be_rejected(room: Room) -> None:
    """A no needs no evidence."""
    room.environments.versions["staging"] = "by hand"
    assert room.voting().vote(NO, NOW).approval.decision is not None


@pytest.mark.parametrize("person", ["U0LINUS", "linus@example.com", "", "ada@example.com.evil.example"])
def test_a_stranger_is_refused(room: Room, person: str) -> None:
    """Being in the channel does not make an approver."""
    with pytest.raises(AnswerRefused, match="not among the approvers"):
        room.voting().vote(replace(YES, person=person), NOW)


def test_a_release_nobody_knows_is_refused(room: Room) -> None:
    """A button can be older than the ledger."""
    with pytest.raises(AnswerRefused, match="no release"):
        room.voting().vote(replace(YES, release="birds-r9"), NOW)


def test_two_of_two_are_two_different_people(room: Room) -> None:
    """The first one's second vote is still one."""
    voting = room.voting(required=2)
    assert voting.vote(YES, NOW).approval.decision is None
    assert voting.vote(replace(YES, person="ada@example.com", source="page"), NOW).approval.decision is None
    assert room.pipeline.answers == []
    release = voting.vote(ALSO, NOW)
    assert release.approval.decision is not None
    assert (release.approval.decision.by, [vote.by for vote in release.approval.votes]) == (
        "grace@example.com",
        ["ada@example.com", "grace@example.com"],
    )


def test_one_no_ends_it_whatever_the_quorum(room: Room) -> None:
    """Two of two may say yes, one alone may say no."""
    voting = room.voting(required=2)
    voting.vote(YES, NOW)
    release = voting.vote(NO, NOW)
    assert release.approval.decision is not None
    assert (release.approval.decision.outcome, release.approval.decision.reason) == ("rejected", "blurred pictures")


def test_who_changes_their_mind_before_the_quorum_is_counted_once(room: Room) -> None:
    """The last word of each person counts."""
    voting = room.voting(required=3)
    voting.vote(YES, NOW)
    release = voting.vote(replace(YES, outcome="rejected"), NOW)
    assert [(vote.by, vote.outcome) for vote in release.approval.votes] == [("ada@example.com", "rejected")]


def test_the_vote_of_somebody_who_has_left_does_not_count(room: Room) -> None:
    """The parameter Approvers was changed between the votes."""
    room.voting(required=2).vote(YES, NOW)
    left = Policy.parse("U0GRACE=grace@example.com,U0EMMY=emmy@example.com", 2)
    without = replace(room.voting(), policy=left)
    assert without.vote(ALSO, NOW).approval.decision is None


def test_the_author_may_approve_where_that_is_allowed(room: Room) -> None:
    """AllowSelfApproval is for teams of one."""
    room.change(author="ada@example.com")
    assert room.voting(own=True).vote(YES, NOW).approval.decision is not None


def test_the_author_may_always_reject(room: Room) -> None:
    """Nobody needs a second person to stop an own model."""
    room.change(author="grace@example.com")
    assert room.voting().vote(NO, NOW).approval.decision is not None


def test_what_the_pipeline_refuses_is_not_written_down_as_an_answer(room: Room) -> None:
    """The ledger never says approved before the pipeline does."""
    room.pipeline.answers.append(("token", Decision("rejected", "console", NOW, "console")))
    with pytest.raises(AnswerRefused):
        room.voting().vote(YES, NOW)
    assert room.ledger.release("birds-r1").approval.decision is None


def test_the_same_ballot_delivered_twice_is_one_vote(room: Room) -> None:
    """Nothing is said twice to the pipeline, and nobody is told that they came too late."""
    first = room.voting().vote(YES, NOW)
    assert room.voting().vote(YES, NOW + timedelta(seconds=1)) == first
    assert len(room.pipeline.answers) == 1


def test_a_decision_whose_carrier_died_is_carried_out_later(room: Room) -> None:
    """By the second delivery of the same ballot, when it is certain that the first one is dead."""
    deciding = Decision("approved", "ada@example.com", NOW, "slack")
    room.change(votes=(deciding,), pending_decision=deciding)
    assert room.voting().vote(YES, NOW + SUBMIT_TIMEOUT - timedelta(seconds=1)).approval.decision is None
    assert room.voting().vote(YES, NOW + SUBMIT_TIMEOUT).approval.decision == deciding
    assert room.pipeline.answers == [("token", deciding)]


def test_a_decision_that_was_taken_and_not_confirmed_is_known_by_its_words(room: Room) -> None:
    """A second answer is refused by CodePipeline, which then shows the first one as somebody's in the console."""
    deciding = Decision("approved", "ada@example.com", NOW, "slack")
    room.change(votes=(deciding,), pending_decision=deciding, execution_id="execution")
    room.pipeline.answers.append(("token", deciding))
    room.pipeline.console["execution"] = Decision("approved", "a role", NOW, "console", deciding.summary)
    resumed = room.voting().resume(room.ledger.release("birds-r1"), NOW + SUBMIT_TIMEOUT)
    assert (resumed.approval.decision, resumed.approval.pending_decision) == (deciding, None)


def test_an_answer_in_the_console_that_was_faster_is_the_one_that_is_shown(room: Room) -> None:
    """Who was too late is told so, and is not said to have decided."""
    faster = Decision("rejected", "somebody", NOW, "console", "no")
    room.change(execution_id="execution")
    room.pipeline.answers.append(("token", faster))
    room.pipeline.console["execution"] = faster
    with pytest.raises(AnswerRefused):
        room.voting().vote(YES, NOW)
    assert room.ledger.release("birds-r1").approval.decision == faster


def test_a_question_that_codepipeline_has_closed_is_not_answered_again(room: Room) -> None:
    """Its news of why may take a while."""
    room.pipeline.answers.append(("token", Decision("rejected", "nobody knows", NOW, "console")))
    with pytest.raises(AnswerRefused):
        room.voting().vote(YES, NOW)
    with pytest.raises(AnswerRefused, match="answered elsewhere or has expired"):
        room.voting().vote(NO, NOW)
    assert len(room.pipeline.answers) == 1


def test_a_decision_is_not_carried_out_when_its_question_is_gone(room: Room) -> None:
    """The stage has failed meanwhile, and may have been retried with another outcome."""
    deciding = Decision("approved", "ada@example.com", NOW, "slack")
    room.change(votes=(deciding,), pending_decision=deciding, state=State.FAILED)
    room.voting().resume(room.ledger.release("birds-r1"), NOW + SUBMIT_TIMEOUT)
    assert room.pipeline.answers == []


def resumed(room: Room, voting: Voting) -> Release:
    return voting.resume(room.ledger.release("birds-r1"), NOW + SUBMIT_TIMEOUT)


def test_votes_that_come_to_suffice_decide_without_another_one(room: Room) -> None:
    """A deployment has lowered the quorum."""
    room.voting(required=2).vote(YES, NOW)
    assert resumed(room, room.voting(required=2)).approval.decision is None
    release = resumed(room, room.voting())
    decision = Decision.completed_by(release.approval.votes[0])
    assert (release.approval.decision, release.approval.pending_decision) == (decision, None)
    assert room.pipeline.answers == [("token", decision)]


def test_votes_that_come_to_suffice_decide_only_on_what_was_tested(room: Room) -> None:
    """Somebody has deployed by hand since the vote: the card says so, until it is right again."""
    room.voting(required=2).vote(YES, NOW)
    room.environments.versions["staging"] = "by hand"
    assert "staging runs by hand" in resumed(room, room.voting()).reason
    assert room.pipeline.answers == []
    room.environments.versions["staging"] = "build-1"
    release = resumed(room, room.voting())
    assert (release.reason, len(room.pipeline.answers)) == ("", 1)


def test_votes_that_come_to_suffice_too_late_decide_nothing(room: Room) -> None:
    """What has expired is CodePipeline's to end."""
    room.voting(required=2).vote(YES, NOW)
    release = room.change(question=replace(QUESTION, expires=NOW + SUBMIT_TIMEOUT))
    assert room.voting().resume(release, NOW + SUBMIT_TIMEOUT) == release
    assert room.pipeline.answers == []


def test_that_staging_had_moved_on_is_not_said_any_longer_than_it_is_so(room: Room) -> None:
    """Neither when the next one votes nor when the sweep looks."""
    looks: tuple[Callable[[], Release], ...] = (
        lambda: room.voting(required=2).vote(ALSO, NOW),
        lambda: resumed(room, room.voting(required=2)),
    )
    for look in looks:
        room.environments.versions["staging"] = "by hand"
        with pytest.raises(AnswerRefused, match="staging runs by hand"):
            room.voting(required=2).vote(YES, NOW)
        room.environments.versions["staging"] = "build-1"
        assert look().reason == ""


def test_a_late_look_at_staging_says_nothing_of_a_release_that_has_moved_on(room: Room) -> None:
    """It went to production while somebody looked."""
    room.environments.versions["staging"] = "another"
    ask = room.environments.running

    def slow(target: str) -> str:
        room.change(state=State.RELEASING)
        return ask(target)

    room.environments.running = slow  # type: ignore[method-assign]
    with pytest.raises(AnswerRefused):
        room.voting().vote(YES, NOW)
    assert room.ledger.release("birds-r1").reason == ""


@pytest.mark.parametrize("people", [PEOPLE.replace("U0ADA=ada", "U0KAY=kay"), PEOPLE])
def test_a_decision_that_the_policy_does_not_make_is_not_carried_out(room: Room, people: str) -> None:
    """Its voter has left, or a quorum has been raised, while its carrier was dead: the question stands again."""
    deciding = Decision("approved", "ada@example.com", NOW, "slack")
    room.change(votes=(deciding,), pending_decision=deciding)
    voting = replace(room.voting(), policy=Policy.parse(people, 2 if people == PEOPLE else 1))
    release = resumed(room, voting)
    assert (release.approval.pending_decision, release.approval.decision, release.accepts_votes) == (None, None, True)
    assert room.pipeline.answers == []


def test_a_decision_that_is_submitted_late_is_compared_with_staging_again(room: Room) -> None:
    """Whoever delays it and deploys something else meanwhile gets nothing approved; the votes stand."""
    deciding = Decision("approved", "ada@example.com", NOW, "slack")
    room.change(votes=(deciding,), pending_decision=deciding)
    room.environments.versions["staging"] = "by hand"
    release = resumed(room, room.voting())
    assert (release.approval.pending_decision, room.pipeline.answers) == (None, [])
    assert "staging runs by hand" in release.reason
    room.environments.versions["staging"] = "build-1"
    assert resumed(room, room.voting()).approval.decision == deciding


def test_a_decision_of_old_votes_has_a_carrier_of_its_own_time(room: Room) -> None:
    """Another function, which still has the policy from before a deployment, must not take back what is on its way."""
    room.voting(required=2).vote(YES, NOW)
    later, answers = NOW + timedelta(minutes=30), room.pipeline.answer

    def slow(token: str, answer: Decision) -> None:
        room.voting(required=2).resume(room.ledger.release("birds-r1"), later)
        answers(token, answer)

    room.pipeline.answer = slow  # type: ignore[method-assign]
    release = room.voting().resume(room.ledger.release("birds-r1"), later)
    assert (release.approval.pending_decision, release.approval.decision and release.approval.decision.by) == (
        None,
        "ada@example.com",
    )


def test_what_was_taken_back_too_late_is_written_down_all_the_same(room: Room) -> None:
    """Its carrier was only slow: the ledger must not ask about what CodePipeline has been told."""
    answers = room.pipeline.answer

    def slower(token: str, answer: Decision) -> None:
        room.change(pending_decision=None)
        answers(token, answer)

    room.pipeline.answer = slower  # type: ignore[method-assign]
    release = room.voting().vote(YES, NOW)
    assert (release.accepts_votes, release.approval.decision and release.approval.decision.by) == (
        False,
        "ada@example.com",
    )


def test_a_decision_that_the_policy_does_not_make_any_more_but_was_taken_stays(room: Room) -> None:
    """CodePipeline has heard it before its carrier died."""
    deciding = Decision("approved", "ada@example.com", NOW, "slack")
    room.change(votes=(deciding,), pending_decision=deciding, execution_id="execution")
    room.pipeline.answers.append(("token", deciding))
    room.pipeline.console["execution"] = Decision("approved", "a role", NOW, "console", deciding.summary)
    assert resumed(room, room.voting(required=2)).approval.decision == deciding


def test_a_withdrawal_is_carried_out_whatever_the_policy(room: Room) -> None:
    """Nobody has voted for it: a newer release takes the place."""
    room.change(pending_decision=WITHDRAWN)
    assert resumed(room, room.voting()).approval.decision == WITHDRAWN


def test_a_person_who_is_spelled_anew_replaces_their_own_vote(room: Room) -> None:
    """The parameter Approvers was changed between the votes."""
    room.voting(required=3).vote(YES, NOW)
    anew = Policy.parse(PEOPLE.replace("ada@", "ADA@"), 3)
    release = replace(room.voting(), policy=anew).vote(replace(YES, outcome="rejected"), NOW)
    assert [(vote.by, vote.outcome) for vote in release.approval.votes] == [("ADA@example.com", "rejected")]


def test_what_an_uploader_s_suite_loosened_has_to_be_seen_before_an_approval_counts(room: Room) -> None:
    """Slack's button has no room for it: the review page has."""
    room.change(smoke={"staging": replace(smoke(), loosened=("`accuracy` is switched off.",))})
    with pytest.raises(AnswerRefused, match="tick on the review page"):
        room.voting().vote(YES, NOW)
    assert room.voting().vote(replace(YES, acknowledged=True), NOW).approval.decision


def test_a_loosened_suite_can_be_rejected_at_once(room: Room) -> None:
    """Nothing has to be ticked for that."""
    room.change(smoke={"staging": replace(smoke(), loosened=("`accuracy` is switched off.",))})
    assert room.voting().vote(NO, NOW).approval.decision


def test_a_quorum_that_a_deployment_made_is_not_stuck_before_its_time(room: Room) -> None:
    """The votes are old, the decision is not: whoever made it still has two minutes to submit it."""

    class Interrupted(FakePipeline):
        def answer(self, token: str, answer: Decision) -> None:
            raise TimeoutError

    room.voting(required=2).vote(YES, NOW)
    later = NOW + timedelta(hours=1)
    with pytest.raises(TimeoutError):
        replace(room.voting(), pipeline=Interrupted()).resume(room.ledger.release("birds-r1"), later)
    decided = room.ledger.release("birds-r1")
    assert decided.approval.pending_decision
    assert room.voting().resume(decided, later + SUBMIT_TIMEOUT - timedelta(seconds=1)).approval.decision is None
    assert room.pipeline.answers == []
    assert room.voting().resume(decided, later + SUBMIT_TIMEOUT).approval.decision == decided.approval.pending_decision


OFFICE = parse_calendar("Sun 10:00-16:00 UTC", "")
OPENING = NOW + timedelta(hours=1)
URGENT = replace(YES, source="page", override=True, reason="customers are down")


def test_an_approval_while_production_is_closed_is_refused(room: Room) -> None:
    """Nothing is kept of it, and the person is told when production opens."""
    room.calendar = OFFICE
    with pytest.raises(AnswerRefused, match=r"until 2026-11-22 10:00:00 UTC\. .*tick on the review page"):
        room.voting().vote(YES, NOW)
    assert (room.pipeline.answers, room.ledger.release("birds-r1").approval.votes) == ([], ())


def test_a_rejection_needs_no_release_hours(room: Room) -> None:
    """Nothing goes to production by it."""
    room.calendar = OFFICE
    assert room.voting().vote(NO, NOW).approval.decision


def test_an_override_releases_and_is_kept_with_its_reason(room: Room) -> None:
    """CodePipeline's summary says it, too."""
    room.calendar = OFFICE
    decision = room.voting().vote(URGENT, NOW).approval.decision
    assert decision
    assert (decision.override, decision.reason) == (True, "customers are down")
    assert decision.summary == "approved by ada@example.com in page, although production was closed: customers are down"


def test_an_override_without_a_reason_is_refused(room: Room) -> None:
    """Somebody will ask why."""
    room.calendar = OFFICE
    with pytest.raises(AnswerRefused, match="Say in a sentence why birds-r1 cannot wait"):
        room.voting().vote(replace(URGENT, reason=" "), NOW)


def test_an_override_while_production_is_open_is_none(room: Room) -> None:
    """It would look as if something had been passed over."""
    room.calendar = OFFICE
    decision = room.voting().vote(URGENT, OPENING).approval.decision
    assert decision
    assert not decision.override


def test_votes_that_suffice_since_a_deployment_wait_for_the_opening(room: Room) -> None:
    """The sweep counts them again and again, and submits the decision when production opens."""
    room.voting(required=2).vote(YES, NOW)
    room.calendar = OFFICE
    assert not room.voting().resume(room.ledger.release("birds-r1"), NOW).approval.decision
    assert room.pipeline.answers == []
    assert room.voting().resume(room.ledger.release("birds-r1"), OPENING).approval.decision


def test_a_stuck_approval_is_not_submitted_hours_after_the_closing(room: Room) -> None:
    """It is dropped, and its votes are counted again when production opens."""
    last_week = NOW - timedelta(days=7) + timedelta(hours=6)
    stuck = Decision("approved", "ada@example.com", last_week, "page")
    room.change(votes=(stuck.vote,), pending_decision=stuck, pending_since=last_week)
    room.calendar = OFFICE
    assert room.voting().resume(room.ledger.release("birds-r1"), NOW).approval.pending_decision is None
    assert room.pipeline.answers == []
    decision = room.voting().resume(room.ledger.release("birds-r1"), OPENING).approval.decision
    assert decision == stuck
