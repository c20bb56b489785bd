"""The story: what is uploaded, who is asked, and how each release must end."""

import io
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rehearsal.chat import Card
from rehearsal.errors import RehearsalError
from rehearsal.interruption import Interruption
from rehearsal.ledger import Release, Smoke
from rehearsal.plain import PlainDisplay
from rehearsal.processes import Children
from rehearsal.story import SCENARIOS, Scenario, Story
from rehearsal.watch import Watch

START = datetime(2026, 11, 22, 10, tzinfo=UTC)
V1, V2, WORSE, BROKEN = SCENARIOS
TO_WAITING = ["received", "building", "staging", "testing", "waiting"]
TO_LIVE = ["releasing", "verifying", "live"]


@dataclass
class FakeRelease:
    """Plays ledger, Slack and clock: with each look, a release moves on to the next state of its script."""

    script: list[str]
    after_answer: list[str] = field(default_factory=list)
    reason: str = ""
    silent: bool = False
    answered_by_itself_after: float | None = None
    now: float = 0.0
    known: list[Release] = field(default_factory=list)
    uploads: list[str] = field(default_factory=list)
    presses: list[str] = field(default_factory=list)
    page: str = "http://127.0.0.1:4567/"

    def __post_init__(self) -> None:
        self.script = list(self.script)

    def clock(self) -> float:
        """The time, which `sleep` moves on."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds
        if self.answered_by_itself_after is not None and self.now > self.answered_by_itself_after:
            self.answer("U0GRACE")

    def upload(self, scenario: Scenario) -> None:
        """Open a release, if there is a script for it."""
        self.uploads.append(scenario.prefix)
        if self.script:
            self.known.append(Release("digits-r1", "digits-abc", "digits", scenario.prefix, "", {}))

    def releases(self) -> list[Release]:
        """Look into the ledger."""
        if self.known and self.script:
            self._move(self.script.pop(0))
        return list(self.known)

    def _move(self, state: str) -> None:
        release = self.known[-1]
        moment = START + timedelta(seconds=len(release.times))
        moved = replace(release, state=state, times=release.times | {state: moment}, reason=self.reason)
        self.known[-1] = replace(moved, smoke={"staging": Smoke(7)} if "testing" in moved.times else {})

    def cards(self) -> list[Card]:
        """Look into Slack."""
        button = {"type": "button", "action_id": "approve", "value": self.known[-1].id}
        return [] if self.silent else [Card("C0RELEASES", "1.0", "", [{"type": "actions", "elements": [button]}])]

    def press_approve(self, card: Card) -> str:
        """Answer as the rehearsal does."""
        self.presses.append(card.ts)
        self.answer("U0ADA")
        return ""

    def answer(self, person: str) -> None:
        """Answer as a person does."""
        if not self.known[-1].answered_by:
            self.known[-1] = replace(self.known[-1], answered_by=person, decision="approved")
            self.script += self.after_answer


@dataclass
class TwoApprovals(FakeRelease):
    """A release that is asked about twice: the second question is on the same card."""

    def cards(self) -> list[Card]:
        """Look into Slack, whose button carries another question after each press."""
        button = {"type": "button", "action_id": "approve", "value": f"{self.known[-1].id} {len(self.presses)}"}
        return [Card("C0RELEASES", "1.0", "", [{"type": "actions", "elements": [button]}])]

    def answer(self, person: str) -> None:
        """Answer, which lets the release go on only the second time."""
        if len(self.presses) == 2:
            FakeRelease.answer(self, person)


@dataclass
class Play:
    """A story, and what it showed."""

    story: Story
    out: io.StringIO

    def lines(self) -> list[str]:
        """What was shown, without the time of day and without columns."""
        return [" ".join(line.split()[1:]) for line in self.out.getvalue().splitlines()]


@pytest.fixture
def playing(tmp_path: Path) -> Callable[..., Play]:
    """Return a function that makes a story about a release."""

    def put(fake: FakeRelease, *, ask: bool = False) -> Play:
        out = io.StringIO()
        display = PlainDisplay(out, clock=fake.clock)
        watch = Watch(Interruption(), Children(tmp_path), fake.clock, fake.sleep)
        return Play(Story(fake, fake, display, watch, fake.upload, ask=ask), out)

    return put


def test_each_state_of_a_release_is_shown_with_its_seconds(playing: Callable[..., Play]) -> None:
    """The seconds are those that pass for whoever watches; the whole is the ledger's."""
    fake = FakeRelease(TO_WAITING, TO_LIVE)
    play = playing(fake)
    assert play.story.play(V1).state == "live"
    assert play.lines() == [
        "v1: the first model goes to production",
        "ok uploaded to models/digits/v1/ (0.0 s)",
        "ok received digits-r1 · digits-abc (0.0 s)",
        "ok building (0.3 s)",
        "ok staging (0.3 s)",
        "ok testing 7 passed (0.3 s)",
        "ok waiting approved by U0ADA (0.3 s)",
        "ok releasing (0.0 s)",
        "ok verifying (0.3 s)",
        "ok live in all (7.0 s)",
    ]
    assert fake.presses == ["1.0"]


def test_states_that_passed_between_two_looks_are_shown_too(playing: Callable[..., Play]) -> None:
    """A quick pipeline hides nothing."""
    fake = FakeRelease(["live"])
    play = playing(fake)
    upload = fake.upload

    def quick(scenario: Scenario) -> None:
        upload(scenario)
        for state in ("received", "building", "staging"):
            fake._move(state)

    play.story.upload = quick
    play.story.play(V1)
    assert [line.split()[1] for line in play.lines()[1:]] == [
        "uploaded",
        "received",
        "building",
        "staging",
        "live",
    ]


def test_the_first_approval_is_left_to_the_person_who_watches(playing: Callable[..., Play]) -> None:
    """However long the person thinks; the next approval is pressed."""
    fake = FakeRelease(TO_WAITING, TO_LIVE, answered_by_itself_after=1000)
    play = playing(fake, ask=True)
    play.story.play(V1)
    assert fake.presses == []
    assert ".. waiting for you: answer at http://127.0.0.1:4567/ (Ctrl-C ends)" in play.lines()
    assert play.story.ask is False


def test_a_reason_that_comes_after_the_failure_is_shown(playing: Callable[..., Play]) -> None:
    """Of two events that tell of one failure, the one without the reason may come first."""
    fake = FakeRelease(["received", "failed"])
    play = playing(fake)
    sleep = fake.sleep

    def until_the_reason_comes(seconds: float) -> None:
        sleep(seconds)
        if fake.now > 2:
            fake.known[-1] = replace(fake.known[-1], reason="it reads wrongly")

    play.story.watch = Watch(Interruption(), Children(Path()), fake.clock, until_the_reason_comes)
    assert play.story.play(WORSE).reason == "it reads wrongly"
    assert "ok failed it reads wrongly (1.0 s)" in play.lines()


@pytest.mark.parametrize("end", ["failed", "refused"])
def test_a_bad_model_has_to_be_stopped_before_anybody_is_asked(playing: Callable[..., Play], end: str) -> None:
    """Whether it is refused or fails, it says why."""
    play = playing(FakeRelease(["received", "building", end], reason="it does not load"))
    assert play.story.play(BROKEN).state == end
    assert f"ok {end} it does not load (2.0 s)" in play.lines()
    assert play.lines()[-1] == "Stopped before anybody was asked, as it should be."


def test_a_bad_model_that_people_are_asked_about_fails_the_rehearsal(playing: Callable[..., Play]) -> None:
    """A smoke test that lets it through is the bug the rehearsal is there to find."""
    play = playing(FakeRelease(TO_WAITING))
    with pytest.raises(RehearsalError) as caught:
        play.story.play(WORSE)
    assert str(caught.value) == (
        "worse was expected to end failed or refused before anybody is asked,"
        " but the approvers were asked about digits-r1."
    )


def test_a_release_that_ends_otherwise_says_what_was_expected_and_the_ledgers_reason(
    playing: Callable[..., Play],
) -> None:
    """The ledger's reason is part of the sentence."""
    play = playing(FakeRelease(["received", "failed"], reason="The image cannot be built."))
    with pytest.raises(RehearsalError) as caught:
        play.story.play(V2)
    assert str(caught.value) == ("v2 was expected to end live, but digits-r1 ended failed (The image cannot be built).")
    play.story.display.fail("")
    assert "no failed The image cannot be built. (0.0 s)" in play.lines()


def test_a_release_that_stands_still_fails_the_rehearsal(playing: Callable[..., Play]) -> None:
    """Three minutes are enough for any release."""
    fake = FakeRelease(["received", "building"])
    with pytest.raises(
        RehearsalError, match="v1 was expected to end live, but digits-r1 is still building after 180 s"
    ):
        playing(fake).story.play(V1)
    assert 180 < fake.now < 182


def test_a_release_that_iam_holds_up_fails_the_rehearsal_soon(playing: Callable[..., Play]) -> None:
    """No patience cures a missing permission."""
    fake = FakeRelease(["received"])
    story = replace(playing(fake).story, denied=lambda: True)
    with pytest.raises(RehearsalError, match="digits-r1 stays received"):
        story.play(V1)
    assert fake.now < 20


def test_an_upload_that_opens_no_release_fails_the_rehearsal(playing: Callable[..., Play]) -> None:
    """A release of an earlier upload is not mistaken for it."""
    fake = FakeRelease([], known=[Release("digits-r0", "c", "digits", V1.prefix, "live", {})])
    with pytest.raises(RehearsalError, match="The upload of v1 opened no release within 60 s"):
        playing(fake).story.play(V1)


def test_a_question_that_never_comes_to_slack_fails_the_rehearsal(playing: Callable[..., Play]) -> None:
    """A release that waits for an answer nobody can give is no success."""
    play = playing(FakeRelease(TO_WAITING, silent=True))
    with pytest.raises(RehearsalError, match="No card with an Approve button for digits-r1 came to Slack within 30 s"):
        play.story.play(V1)


def test_a_pipeline_with_two_approvals_is_answered_twice(playing: Callable[..., Play]) -> None:
    """Each question once, although the release waits all the time."""
    fake = TwoApprovals(TO_WAITING, TO_LIVE)
    assert playing(fake).story.play(V1).state == "live"
    assert len(fake.presses) == 2
