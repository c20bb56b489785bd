"""Whatever order people, the pipeline and time come in: only what was tested and approved is released, and once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.utils import parseaddr

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from slipway.approvals.policy import Policy
from slipway.approvals.reminders import Reminders
from slipway.approvals.supersede import Supersession
from slipway.approvals.voting import Voting
from slipway.errors import AnswerRefused
from slipway.models import (
    Ballot,
    Candidate,
    Commit,
    Decision,
    Outcome,
    PipelineStep,
    Question,
    Release,
    SmokeSummary,
    State,
    Verdict,
)
from slipway.releases import start_execution
from slipway.releases.reconcile import reconcile
from slipway.releases.record_question import record_question
from slipway.releases.record_smoke_test import record_smoke_test
from slipway.releases.record_step import record_step
from tests.support.fakes import NOW, FakeBucket, FakeEnvironments, FakeEvidence, FakeLedger

PEOPLE = "U0ADA=ada@example.com,U0GRACE=grace@example.com,U0EMMY=emmy@example.com"
VOTERS = ("U0ADA", "grace@example.com", "U0EMMY", "ADA@Example.com", "GRACE@example.com", "U0EMMY", "U0LINUS")
AUTHORS = ("linus@example.com", "linus@example.com", "Ada Lovelace <ADA@example.com>")
DEPLOYED = (PEOPLE, PEOPLE.replace("ada@", "ADA@"), "U0GRACE=Grace@example.com,U0EMMY=emmy@example.com")
TIMEOUT = timedelta(hours=4)
RELEASES = 3
APPROVED = (State.RELEASING, State.VERIFYING, State.LIVE, State.RETIRED)


class Died(Exception):
    """The function that carried an answer to the pipeline was killed."""


@dataclass
class Execution:
    """What CodePipeline knows of a release: the truth that the ledger follows."""

    release: str
    phase: str = "building"
    attempt: int = 1
    token: str = ""
    expires: datetime = NOW
    ended: State | None = None


@dataclass
class Questions:
    """CodePipeline, as far as it asks: it takes one answer per token while that stands."""

    executions: dict[str, Execution] = field(default_factory=dict)
    taken: dict[str, Decision] = field(default_factory=dict)
    given: dict[str, list[Decision]] = field(default_factory=lambda: defaultdict(list))
    dies: str = ""
    watch: Callable[[str, Decision], None] = lambda token, answer: None

    def commit_author(self, execution_id: str) -> str:
        return ""

    def revision_of(self, execution_id: str) -> tuple[str, str]:
        raise NotImplementedError("nothing here asks for a commit")

    def open(self, token: str) -> bool:
        return token not in self.taken and any(
            one.token == token and one.phase == "waiting" for one in self.executions.values()
        )

    def answer(self, token: str, answer: Decision) -> None:
        dies, self.dies = self.dies, ""
        if dies == "before":
            raise Died
        self.given[token].append(answer)
        self.watch(token, answer)
        if not self.open(token):
            raise AnswerRefused("This question has been answered elsewhere or has expired.")
        self.taken[token] = answer
        if dies == "after":
            raise Died

    def answered(self, execution_id: str) -> Decision | None:
        """Tell of an answer as the console does: who gave ours is a role, and the words are ours."""
        taken = self.taken.get(self.executions[execution_id].token)
        if taken is None or taken.source == "console":
            return taken
        return Decision(taken.outcome, "a role", taken.at, "console", taken.summary)

    def state_of(self, execution_id: str) -> State | None:
        return self.executions[execution_id].ended

    def rolls_back_to(self, execution_id: str) -> str:
        return ""

    def stop(self, execution_id: str, reason: str) -> None:
        raise AssertionError("nothing here stops an execution")

    def start(self, release: Release) -> str:
        return f"run-{release.id}"


class Staging(FakeEnvironments):
    """Staging, where something else may happen just while somebody looks at it."""

    meanwhile: Callable[[], None] | None = None
    seen: str = ""

    def running(self, target: str) -> str:
        self.seen = seen = super().running(target)
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile:
            meanwhile()
        return seen


class Interleavings(RuleBasedStateMachine):
    """People vote, CodePipeline works, its news come late, twice and out of order, and functions die."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.ledger, self.bucket, self.pipeline = FakeLedger(), FakeBucket(), Questions()
        self.staging = Staging()
        self.pipeline.watch = self.given
        self.news: list[Callable[[], None]] = []
        self.ballots: list[Ballot] = []
        self.died: set[str] = set()
        self.answers: dict[str, Decision] = {}

    @initialize(required=st.integers(1, 2), withdraw=st.booleans(), own=st.booleans(), punctual=st.booleans())
    def begin(self, required: int, withdraw: bool, own: bool, punctual: bool) -> None:
        self.punctual = punctual
        policy = Policy.parse(PEOPLE, required, allow_self_approval=own)
        self.voting = Voting(self.ledger, self.pipeline, self.staging, policy, FakeEvidence())
        self.gate = Supersession(self.ledger, self.pipeline, withdraw)

    # ------------------------------------------------------------ CodePipeline

    def execution(self, phase: str) -> Execution | None:
        return next((one for one in self.pipeline.executions.values() if one.phase == phase), None)

    def staging_is_free(self) -> bool:
        return not self.execution("waiting")

    def tell(self, execution: Execution, state: State, **known: str) -> None:
        """Send news of a step; when it arrives is another matter."""
        step = PipelineStep(f"run-{execution.release}", state, self.now, execution.attempt, **known)  # type: ignore[arg-type]
        self.news.append(lambda: self.record(step))

    def record(self, step: PipelineStep) -> None:
        record_step(self.ledger, self.bucket, self.pipeline, step)

    @precondition(lambda self: len(self.pipeline.executions) < RELEASES)
    @rule(author=st.sampled_from(AUTHORS))
    def come_to_the_gate(self, author: str) -> None:
        """A model arrives and is built at once."""
        self.upload(author)
        self.build()
        if self.staging_is_free():
            self.stage(Verdict.PASSED)
        self.settle()

    def settle(self) -> None:
        """Where news are punctual, they are there before anything else happens."""
        while self.punctual and self.news:
            self.news.pop(0)()

    @precondition(lambda self: len(self.pipeline.executions) < RELEASES)
    @rule(author=st.sampled_from(AUTHORS))
    def upload(self, author: str) -> None:
        """A model arrives, and its build begins."""
        number = len(self.pipeline.executions) + 1
        candidate = Candidate(f"birds-{number:012}", "birds", f"models/birds/v{number}/", (), self.now, author)
        release = self.ledger.open(candidate, State.RECEIVED, "", self.now)
        execution = self.pipeline.executions[f"run-{release.id}"] = Execution(release.id)
        start_execution.open_for_execution(self.ledger, release.id, f"run-{release.id}", Commit("8cf40f2"), self.now)
        self.tell(execution, State.BUILDING)

    @precondition(lambda self: self.execution("building"))
    @rule()
    def build(self) -> None:
        execution = self.execution("building")
        assert execution
        execution.phase, at = "built", self.now
        self.news.append(lambda: self.survive(lambda: self.gate.release_built(execution.release, at)))

    @precondition(lambda self: self.execution("built") and self.staging_is_free())
    @rule(verdict=st.sampled_from([Verdict.PASSED, Verdict.PASSED, Verdict.PASSED, Verdict.FAILED]))
    def stage(self, verdict: Verdict) -> None:
        execution = self.execution("built")
        assert execution
        self.enter_staging(execution, verdict)

    @precondition(lambda self: self.execution("no") and self.staging_is_free())
    @rule(verdict=st.sampled_from([Verdict.PASSED, Verdict.FAILED]))
    def retry(self, verdict: Verdict) -> None:
        """Somebody retries the stage: the same build again, a new question."""
        execution = self.execution("no")
        assert execution
        execution.attempt += 1
        execution.ended = None
        self.enter_staging(execution, verdict)
        self.settle()

    def enter_staging(self, execution: Execution, verdict: Verdict) -> None:
        build = f"build-of-{execution.release}"
        self.staging.versions["staging"] = build
        self.tell(execution, State.STAGING)
        self.tell(execution, State.TESTING)
        counts = (3, 0, 0) if verdict is Verdict.PASSED else (2, 1, 0)
        summary = SmokeSummary(verdict, *counts, 1.0, "evidence", build)
        record_smoke_test(self.ledger, execution.release, "staging", summary)
        if verdict is Verdict.PASSED:
            self.ask(execution)
        else:
            self.end(execution, State.FAILED, action="Staging / SmokeTest", reason="a seven was read as a one")

    def ask(self, execution: Execution) -> None:
        execution.phase, execution.token = "waiting", f"token-{execution.release}-{execution.attempt}"
        self.now += timedelta(seconds=1)
        execution.expires = self.now + TIMEOUT
        approval = Question(execution.token, self.now, execution.expires)
        self.tell(execution, State.WAITING)
        self.news.append(lambda: self.survive(lambda: self.notice(execution.release, approval)))

    def notice(self, release_id: str, approval: Question) -> None:
        self.gate.approval_requested(record_question(self.ledger, release_id, approval), self.now)

    def end(self, execution: Execution, state: State, **known: str) -> None:
        execution.phase = "no"
        execution.ended = State.FAILED
        self.tell(execution, state, **known)
        self.tell(execution, State.FAILED)

    def proceed(self) -> None:
        """CodePipeline acts on the answer that it has taken, or on the time that is over."""
        execution = self.execution("waiting")
        if execution is None:
            return
        taken = self.pipeline.taken.get(execution.token)
        if taken and taken.outcome == "approved":
            execution.phase, execution.ended = "yes", State.LIVE
            for state in (State.RELEASING, State.VERIFYING, State.LIVE):
                self.tell(execution, state)
        elif taken or self.now >= execution.expires:
            self.end(execution, State.REJECTED, action="Staging / Approve")

    # ------------------------------------------------------------ people

    @precondition(lambda self: self.pipeline.executions)
    @rule(
        data=st.data(),
        stale=st.sampled_from([False, False, False, True]),
        person=st.sampled_from(VOTERS),
        decision=st.sampled_from(["approved", "approved", "approved", "rejected"]),
        dies=st.sampled_from(["", "", "", "before", "after"]),
        meanwhile=st.sampled_from(["", "", "vote", "console", "newer", "by hand", "expiry"]),
    )
    def vote(self, data: st.DataObject, stale: bool, person: str, decision: Outcome, dies: str, meanwhile: str) -> None:
        """Somebody answers what waits, or what they see on some card, be it as old as it may."""
        execution = None if stale else self.execution("waiting")
        attempt = execution.attempt if execution else 0
        if execution is None:
            execution = data.draw(st.sampled_from(list(self.pipeline.executions.values())))
            attempt = data.draw(st.integers(1, execution.attempt))
        seen = Question(f"token-{execution.release}-{attempt}", self.now, self.now)
        ballot = Ballot(execution.release, seen.id, person, decision, "slack", "because")
        self.ballots.append(ballot)
        self.staging.meanwhile = {
            "vote": lambda: self.cast(replace(ballot, person="U0EMMY"), ""),
            "console": lambda: self.answer_in_console("approved"),
            "newer": self.all_arrive,
            "by hand": self.deploy_by_hand,
            "expiry": self.expire,
        }.get(meanwhile)
        self.cast(ballot, dies)
        self.staging.meanwhile = None

    @precondition(lambda self: self.execution("waiting"))
    @rule(person=st.sampled_from(VOTERS[:3]), dies=st.sampled_from(["", "", "before", "after"]))
    def approve(self, person: str, dies: str) -> None:
        """Somebody says yes to what waits."""
        execution = self.execution("waiting")
        assert execution
        question = Question(execution.token, self.now, self.now).id
        self.ballots.append(Ballot(execution.release, question, person, "approved", "slack"))
        self.cast(self.ballots[-1], dies)

    @precondition(lambda self: self.ballots)
    @rule(data=st.data())
    def deliver_a_ballot_again(self, data: st.DataObject) -> None:
        """The queue delivers at least once."""
        self.cast(data.draw(st.sampled_from(self.ballots)), "")

    def cast(self, ballot: Ballot, dies: str) -> None:
        self.pipeline.dies = dies
        self.survive(lambda: self.check_accepted(ballot, self.voting.vote(ballot, self.now)))

    def check_accepted(self, ballot: Ballot, release: Release) -> None:
        assert release.approval.question
        assert release.approval.question.id == ballot.question, "an answer to another question was taken"

    def survive(self, step: Callable[[], object]) -> None:
        try:
            step()
        except AnswerRefused:
            pass
        except Died:
            self.died |= {release.id for release in self.ledger.releases.values() if release.approval.pending_decision}
        self.pipeline.dies = ""

    @rule(what=st.sampled_from(["", "", "approved", "rejected", "by hand"]))
    def somebody_is_in_the_console(self, what: str) -> None:
        """Now and then, somebody answers or deploys there."""
        if what == "by hand":
            self.deploy_by_hand()
        elif what:
            self.answer_in_console(what)  # type: ignore[arg-type]

    def answer_in_console(self, decision: Outcome) -> None:
        execution = self.execution("waiting")
        if execution and self.pipeline.open(execution.token) and self.now < execution.expires:
            self.pipeline.taken[execution.token] = Decision(decision, "somebody", self.now, "console")

    @rule(people=st.sampled_from(DEPLOYED), required=st.integers(1, 2))
    def deploy_slipway_anew(self, people: str, required: int) -> None:
        """Other people decide now, or are spelled in another way, or it takes more of them or fewer."""
        policy = Policy.parse(people, required, allow_self_approval=self.voting.policy.allow_self_approval)
        self.voting = replace(self.voting, policy=policy)

    @precondition(lambda self: self.execution("waiting"))
    @rule(person=st.sampled_from(VOTERS[:3]), people=st.sampled_from(DEPLOYED), required=st.integers(1, 2))
    def deploy_slipway_anew_over_a_dead_carrier(self, person: str, people: str, required: int) -> None:
        """A decision is in the ledger, and another policy carries it out, or does not."""
        self.approve(person, "before")
        self.deploy_slipway_anew(people, required)
        self.wait(3)
        self.sweep()

    def deploy_by_hand(self) -> None:
        self.staging.versions["staging"] = "by-hand"

    # ------------------------------------------------------------ time, and news

    @rule(minutes=st.sampled_from([0, 1, 3, 3, 300]))
    def wait(self, minutes: int) -> None:
        """Time passes, and CodePipeline works."""
        self.now += timedelta(minutes=minutes)
        self.proceed()
        self.settle()

    def expire(self) -> None:
        execution = self.execution("waiting")
        if execution:
            self.now = max(self.now, execution.expires)
            self.proceed()

    @precondition(lambda self: self.news)
    @rule(data=st.data(), again=st.booleans(), dies=st.sampled_from(["", "", "", "before", "after"]))
    def deliver(self, data: st.DataObject, again: bool, dies: str) -> None:
        """News arrive in any order, and some of them again later."""
        position = data.draw(st.integers(0, len(self.news) - 1))
        news = self.news[position] if again else self.news.pop(position)
        self.pipeline.dies = dies
        news()
        self.pipeline.dies = ""

    @precondition(lambda self: self.news)
    @rule()
    def deliver_in_order(self) -> None:
        """Mostly, news are neither late nor lost."""
        while self.news:
            self.news.pop(0)()

    def all_arrive(self) -> None:
        for execution in self.pipeline.executions.values():
            if execution.phase == "built":
                self.survive(lambda execution=execution: self.gate.release_built(execution.release, self.now))  # type: ignore[misc]

    @rule()
    def sweep(self) -> None:
        list(reconcile(self.ledger, self.bucket, self.pipeline, self.now))
        list(Reminders(self.ledger).record_due(self.now))
        for release in list(self.ledger.unfinished()):
            self.survive(lambda release=release: self.voting.resume(release, self.now))  # type: ignore[misc]
        self.check_nobody_waits_for_nothing()

    def check_nobody_waits_for_nothing(self) -> None:
        """Votes that suffice are counted, unless staging has moved on or time is over."""
        for release in self.ledger.unfinished():
            if release.accepts_votes and release.approval.question and self.now < release.approval.question.expires:
                assert release.reason or self.voting.policy.decision(release) is None

    # ------------------------------------------------------------ what must hold

    def given(self, token: str, answer: Decision) -> None:
        """Look at the moment at which an answer is given to CodePipeline."""
        given = self.pipeline.given[token]
        assert all(one == answer for one in given), "two answers to one question"
        release = next(
            one
            for one in self.ledger.releases.values()
            if one.approval.question and one.approval.question.token == token
        )
        assert len(given) == 1 or release.id in self.died, "an answer given twice, though nobody died"
        assert release.approval.pending_decision == answer
        if answer.outcome == "approved" and token not in self.pipeline.taken:
            self.check_approval(release)

    def check_approval(self, release: Release) -> None:
        policy, smoke = self.voting.policy, release.smoke["staging"]
        people = {one.email.lower() for one in policy.approvers}
        said_yes = {vote.by.lower() for vote in release.approval.votes if vote.outcome == "approved"} & people
        author = parseaddr(release.author)[1].lower()
        assert len(said_yes - ({author} if not policy.allow_self_approval else set())) >= policy.required
        assert smoke.verdict is Verdict.PASSED
        assert smoke.version == f"build-of-{release.id}"
        assert release.id in self.died or self.staging.seen == smoke.version, "another build was on staging"

    @invariant()
    def the_ledger_says_only_what_codepipeline_has_taken(self) -> None:
        """Perhaps of a question that it has not heard of yet: CodePipeline tells its newest answer."""
        for release in self.ledger.releases.values():
            taken = [one for token, one in self.pipeline.taken.items() if token.startswith(f"token-{release.id}-")]
            assert release.approval.decision is None or release.approval.decision in taken

    @invariant()
    def an_answer_stays(self) -> None:
        for release in self.ledger.releases.values():
            if release.approval.decision and release.approval.question:
                assert (
                    self.answers.setdefault(release.approval.question.token, release.approval.decision)
                    == release.approval.decision
                )

    @invariant()
    def only_what_was_approved_goes_on(self) -> None:
        for release in self.ledger.releases.values():
            if release.state in APPROVED:
                execution = self.pipeline.executions[f"run-{release.id}"]
                assert self.pipeline.taken[execution.token].outcome == "approved"

    def teardown(self) -> None:
        """In the end, when all news have come, the ledger says what CodePipeline knows."""
        self.proceed()
        while self.news:
            self.news.pop()()
        self.sweep()
        for execution in self.pipeline.executions.values():
            state = self.ledger.release(execution.release).state
            assert (state in APPROVED) == (execution.phase == "yes"), (state, execution)
            assert execution.phase != "no" or state.ended


def test_only_what_was_tested_and_approved_is_released_and_once() -> None:
    """Interleavings of all that can happen to three releases: always the same ones, and random ones in a soak."""
    soak = settings.get_current_profile_name() == "soak"
    chosen = settings(
        max_examples=5000 if soak else 250,
        derandomize=not soak,
        stateful_step_count=50,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Interleavings, settings=chosen)
