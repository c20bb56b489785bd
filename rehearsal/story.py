"""The story of a rehearsal: four uploads, what becomes of each, and who is asked."""

from collections.abc import Callable
from dataclasses import dataclass, field

from rehearsal.chat import APPROVER, Chat, question
from rehearsal.display import Display
from rehearsal.errors import RehearsalError
from rehearsal.ledger import Ledger, Release
from rehearsal.timeline import Timeline
from rehearsal.watch import Watch

APPEARS_WITHIN = 60.0
ENDS_WITHIN = 180.0
STUCK_AFTER = 15.0
ANSWERS_WITHIN = 30.0
REASON_WITHIN = 5.0
A_LONG_TIME = 7 * 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Scenario:
    """One upload, how its release has to end, and what has become of that when the story is over."""

    sample: str
    title: str
    ends: frozenset[str]
    afterwards: frozenset[str]
    asked: bool
    folder: str = ""

    @property
    def prefix(self) -> str:
        """Where it is uploaded to: its own folder of the model bucket, or the one that is overwritten each time."""
        return self.folder or f"models/digits/{self.sample}/"


LIVE = frozenset({"live"})
RETIRED = frozenset({"retired"})
STOPPED = frozenset({"failed", "refused"})
SCENARIOS = (
    Scenario("v1", "the first model goes to production", LIVE, RETIRED, asked=True),
    Scenario("v2", "a better one takes its place", LIVE, LIVE, asked=True),
    Scenario("worse", "one that answers wrongly is stopped on staging", STOPPED, STOPPED, asked=False),
    Scenario("broken", "one that does not load never gets that far", STOPPED, STOPPED, asked=False),
)


@dataclass(slots=True)
class Story:
    """Plays scenarios; `upload` copies a sample to its prefix, `ask` leaves the next approval to a person.

    `denied` tells whether IAM has denied anything in this scenario: no patience cures that. `answered` are the
    questions that somebody was told to answer, by what their buttons carry.
    """

    ledger: Ledger
    chat: Chat
    display: Display
    watch: Watch
    upload: Callable[[Scenario], None]
    ask: bool = False
    denied: Callable[[], bool] = lambda: False
    answered: set[str] = field(default_factory=set)

    def play(self, scenario: Scenario) -> Release:
        """Upload a sample, follow its release to the end and return it."""
        self.display.heading(scenario.sample, scenario.title)
        known = {release.id for release in self.ledger.releases()}
        timeline = Timeline(self.display, f"to {scenario.prefix}", scenario.ends)
        self.upload(scenario)
        release = self._appeared(scenario, known)
        release = self._followed(scenario, release.id, timeline)
        if release.state not in scenario.ends:
            raise RehearsalError(f"{_expected(scenario)}, but {_what_happened(release)}.")
        if not scenario.asked:
            self.display.say("Stopped before anybody was asked, as it should be.")
        return release

    def _appeared(self, scenario: Scenario, known: set[str]) -> Release:
        def new() -> Release | None:
            found = (release for release in self.ledger.releases() if release.id not in known)
            return next((release for release in found if release.prefix in {"", scenario.prefix}), None)

        complaint = f"The upload of {scenario.sample} opened no release within {APPEARS_WITHIN:.0f} s."
        return self.watch.until(new, APPEARS_WITHIN, complaint)

    def _followed(self, scenario: Scenario, release_id: str, timeline: Timeline) -> Release:
        """Follow a release until it ends; the time a person thinks does not count."""
        deadline = self.watch.now() + ENDS_WITHIN
        state, since = "", self.watch.now()
        while True:
            release = self._explained(self._release(release_id))
            timeline.show(release)
            if release.state != state:
                state, since = release.state, self.watch.now()
            elif self.watch.now() > since + STUCK_AFTER and self.denied():
                raise RehearsalError(f"{_expected(scenario)}, but {release_id} stays {state}.")
            if release.ended:
                return release
            if release.state == "waiting" and not release.answered_by:
                deadline += self._answered(scenario, release, timeline)
            if self.watch.now() > deadline:
                what = f"{release_id} is still {release.state} after {ENDS_WITHIN:.0f} s"
                raise RehearsalError(f"{_expected(scenario)}, but {what}.")
            self.watch.pause(0.3)

    def _explained(self, release: Release) -> Release:
        """Give the reason of a failure a moment to arrive: the events that tell of it keep no order."""
        deadline = self.watch.now() + REASON_WITHIN
        while release.ended and release.state != "live" and not release.reason and self.watch.now() < deadline:
            self.watch.pause(0.3)
            release = self._release(release.id)
        return release

    def _answered(self, scenario: Scenario, release: Release, timeline: Timeline) -> float:
        """See that a release gets its answer; returns the seconds it took."""
        began = self.watch.now()
        if not scenario.asked:
            raise RehearsalError(f"{_expected(scenario)}, but the approvers were asked about {release.id}.")
        complaint = f"No card with an Approve button for {release.id} came to Slack within {ANSWERS_WITHIN:.0f} s."
        card = self.watch.until(lambda: question(self.chat, release.id, self.answered), ANSWERS_WITHIN, complaint)
        self.answered.add(card.question_about(release.id))
        if self.ask:
            self.display.ask(timeline.current, f"for you: answer at {self.chat.page} (Ctrl-C ends)")
            self._until_answered(release.id, A_LONG_TIME)
            self.ask = False
        else:
            trouble = self.chat.press_approve(card)
            self._until_answered(release.id, ANSWERS_WITHIN, trouble)
            if trouble:
                self.display.say(f"Slack shows {APPROVER}: {trouble}")
        return self.watch.now() - began

    def _until_answered(self, release_id: str, seconds: float, trouble: str = "") -> None:
        def moved() -> Release | None:
            release = self._release(release_id)
            asked_again = question(self.chat, release_id, self.answered)  # a pipeline may have several approvals
            return release if release.answered_by or release.state != "waiting" or asked_again else None

        told = f" (Slack shows: {trouble.rstrip('.')})" if trouble else ""
        complaint = f"{APPROVER} pressed Approve, but {release_id} had no answer after {seconds:.0f} s{told}."
        self.watch.until(moved, seconds, complaint)

    def _release(self, release_id: str) -> Release:
        return next(release for release in self.ledger.releases() if release.id == release_id)


def _expected(scenario: Scenario) -> str:
    return f"{scenario.sample} was expected to end {' or '.join(sorted(scenario.ends))}" + (
        "" if scenario.asked else " before anybody is asked"
    )


def _what_happened(release: Release) -> str:
    return f"{release.id} ended {release.state}" + (f" ({release.reason.rstrip('.')})" if release.reason else "")
