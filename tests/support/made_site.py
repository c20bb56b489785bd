"""The pages on a stack that is made up: releases of three months, one of which waits for an answer."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random

from slipway.approvals.policy import Policy
from slipway.approvals.voting import Voting
from slipway.errors import AnswerRefused
from slipway.models import Approval, Approver, Commit, Decision, Question, Release, SmokeSummary, State, Verdict
from slipway.smoke.evidence import Evidence
from slipway.smoke.evidence_store import EvidenceStore
from slipway.web.app import WebApp
from slipway.web.authentication import Authenticator
from slipway.web.history.pages import HistoryPages
from slipway.web.personal_links import PersonalLinks
from slipway.web.review import ReviewPage
from tests.support import made_evidence
from tests.support.fakes import NOW, FakeBucket, FakeEnvironments, FakeLedger, FakePipeline
from tests.support.made_releases import changed

ADA, GRACE, LINUS = (Approver(f"U0{name.upper()}", f"{name}@example.com") for name in ("ada", "grace", "linus"))
SECRET = "signs every link of these tests"
COMMIT = "4b94a01c7d2e4b94a01c7d2e4b94a01c7d2e4b94"


@dataclass
class FakeBack:
    """The way back, which keeps who asked for what."""

    ledger: FakeLedger
    asked: list[tuple[str, str, str, str]] = field(default_factory=list)
    refuses: str = ""

    def start(self, person: str, live: str, target: str, reason: str, now: datetime) -> Release:
        if self.refuses:
            raise AnswerRefused(self.refuses)
        self.asked.append((person, live, target, reason))
        return self.ledger.open_again(self.ledger.release(target), f"back-{target}", now)


@dataclass
class World:
    """The pages, and everything around them."""

    now: datetime = NOW
    required: int = 2
    own: bool = False
    secrets: list[str] = field(default_factory=lambda: [SECRET])
    ledger: FakeLedger = field(default_factory=FakeLedger)
    bucket: FakeBucket = field(default_factory=FakeBucket)
    alarms: list[str] = field(default_factory=list)
    pipeline: FakePipeline = field(default_factory=FakePipeline)
    environments: FakeEnvironments = field(default_factory=lambda: FakeEnvironments({"staging": "build-12"}))

    def __post_init__(self) -> None:
        self.evidence = EvidenceStore(self.bucket, self.alarms.append)
        self.policy = Policy((ADA, GRACE, LINUS), self.required, self.own)
        voting = Voting(self.ledger, self.pipeline, self.environments, self.policy, self.evidence)
        self.links = PersonalLinks(lambda: self.secrets)
        self.back = FakeBack(self.ledger)
        review = ReviewPage(voting, self.links)
        history = HistoryPages(self.ledger, self.evidence, self.back)
        self.app = WebApp(Authenticator(self.links, self.policy), review, history)

    def keep(self, release: Release) -> Release:
        self.ledger.releases[release.id] = release
        return release

    def token(self, person: Approver = ADA, release: str = "digits-r12") -> str:
        return self.links.review(person, self.ledger.release(release)).partition("t=")[2]

    def history_token(self, person: Approver = ADA) -> str:
        return self.links.history(person, self.now).partition("t=")[2]

    def waits(self, evidence: Evidence | None = None, **changes: object) -> Release:
        """Put a release before the approvers."""
        evidence = evidence or made_evidence.passed()
        summary = self.evidence.write(replace(evidence, release="digits-r12", target="staging"))
        return self.keep(changed(waiting(summary), **changes))


def waiting(smoke: SmokeSummary) -> Release:
    """Make a release that waits for an answer since an hour ago."""
    asked = NOW - timedelta(hours=1)
    steps = (State.RECEIVED, State.BUILDING, State.STAGING, State.TESTING, State.WAITING)
    return Release(
        "digits-r12",
        "digits",
        12,
        "digits-7f3c1e9a2b4d",
        State.WAITING,
        {state: asked - timedelta(minutes=3 * (4 - place)) for place, state in enumerate(steps)},
        prefix="models/digits/2026-11-22/",
        uploaded_at=asked - timedelta(minutes=13),
        author="linus@example.com",
        execution_id="execution-12",
        smoke={"staging": replace(smoke, version="build-12")},
        commit=Commit(COMMIT, author="kay@example.com", message="Read sevens better"),
        approval=Approval(
            question=Question("token-12", asked, NOW + timedelta(days=2, hours=23), "https://console.example.com")
        ),
    )


def past(world: World, count: int = 36) -> None:
    """Tell three months of releases."""
    random = Random(12)
    ends = [State.RETIRED] * 6 + [State.REJECTED, State.FAILED, State.ROLLED_BACK, State.EXPIRED, State.REFUSED]
    for number in range(count, 0, -1):
        at = NOW - timedelta(days=2.3 * number + 1.5, hours=random.random() * 8)
        model, state = ("birds", "dogs")[number % 3 == 0], ends[number % len(ends)]
        world.keep(ended(model, count + 1 - number, State.LIVE if number == 1 else state, at, random))
    world.ledger.live_id = next(one.id for one in world.ledger.releases.values() if one.state is State.LIVE)


def ended(model: str, number: int, state: State, at: datetime, random: Random) -> Release:
    """Make a release that came to an end."""
    wait = timedelta(minutes=random.randint(4, 600))
    times = {State.RECEIVED: at, State.BUILDING: at + timedelta(seconds=20)}
    if state is not State.REFUSED:
        times[State.WAITING] = at + timedelta(minutes=random.randint(6, 40))
    once_live = state in (State.RETIRED, State.ROLLED_BACK, State.LIVE)
    if once_live or state is State.FAILED:
        times[State.RELEASING] = times[State.WAITING] + wait
        times[State.LIVE if once_live else State.FAILED] = times[State.RELEASING] + timedelta(minutes=4)
    if state is not State.LIVE and state not in times:
        times[state] = max(times.values()) + timedelta(days=1)
    answer = (
        Decision("approved", "ada@example.com", times[State.RELEASING], "slack") if State.RELEASING in times else None
    )
    asked = Question("token", times[State.WAITING], at + timedelta(days=3)) if State.WAITING in times else None
    summary = SmokeSummary(
        Verdict.PASSED, 8, 0, 0, 12, f"evidence/{model}-r{number}/staging.json", "v", 0.97, 0.96, 9.1
    )
    return Release(
        f"{model}-r{number}",
        model,
        number,
        f"{model}-{number:012x}",
        state,
        times,
        prefix=f"models/{model}/v{number}/",
        uploaded_at=at - timedelta(seconds=30),
        author=f"{random.choice(('linus', 'kay', 'barbara'))}@example.com",
        smoke={"staging": summary} if asked else {},
        reason="Staging / Deploy: it did not become healthy" if state is State.FAILED else "",
        commit=Commit(COMMIT),
        approval=Approval(question=asked, votes=(answer.vote,) if answer else (), decision=answer),
    )
