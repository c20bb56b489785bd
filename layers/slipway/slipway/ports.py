"""What the rules need from the world outside, as protocols that the adapters (and the tests' fakes) fulfil."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Protocol

from slipway.models import (
    Candidate,
    Card,
    Checksum,
    Claim,
    Decision,
    HttpAnswer,
    HttpRequest,
    Json,
    ObjectVersion,
    Release,
    State,
    Subscription,
)

type Change = Callable[[Release], Release]
type CardChange = Callable[[Card], Card]
type Respond = Callable[[str, str], None]  # to a click's response_url, for the person alone; raises ChatFailed


class Bucket(Protocol):
    """The model bucket."""

    def versions(self, prefix: str) -> list[ObjectVersion]:
        """Give the current version of every object below a prefix (or of the object with that very key)."""

    def arriving(self, prefix: str) -> bool:
        """Tell whether an object is just being sent in parts below a prefix: its end will be an event of its own."""

    def checksum(self, key: str, version_id: str) -> Checksum | None:
        """Give the checksum that S3 keeps of a version, if it keeps one."""

    def read(self, key: str, version_id: str, start: int, length: int) -> bytes:
        """Read so many bytes of a version from a position on, fewer if it ends before."""

    def stream(self, key: str, version_id: str, size: int) -> Iterable[bytes]:
        """Yield all bytes of a version from its beginning to its end, in chunks that bound the memory."""

    def text(self, key: str, limit: int) -> str:
        """Read an object as text, at most `limit` bytes of it; one that is not there is empty."""

    def write(self, key: str, body: bytes, content_type: str) -> str:
        """Store an object, and return its version."""

    def write_once(self, key: str, body: bytes, content_type: str) -> None:
        """Store an object unless there is one: the first stays."""


class Ledger(Protocol):
    """The one record of candidates and releases."""

    def open(self, candidate: Candidate, state: State, reason: str, at: datetime) -> Release:
        """Record a candidate with a release; a content that is known gives the release it has.

        A content whose release came to nothing (State.open_to_another) and that is uploaded again, later, gets another.
        """

    def open_again(self, release: Release, execution_id: str, at: datetime) -> Release:
        """Record another release of a known candidate, carried by an execution that already runs."""

    def open_back(self, target: Release, by: str, reason: str, at: datetime) -> Release:
        """Record another release of what a release was; while one is on its way back to it, gives that one."""

    def release(self, release_id: str) -> Release:
        """Read a release, or raise NotFound."""

    def release_of(self, execution_id: str) -> Release | None:
        """Give the release that a pipeline execution carries."""

    def change(self, release_id: str, change: Change) -> Release:
        """Apply a change to what stands now; an equal result writes nothing."""

    def bind(self, release_id: str, execution_id: str) -> None:
        """Remember which release an execution carries."""

    def live(self) -> Release | None:
        """Give the release that production runs."""

    def go_live(self, release_id: str, at: datetime, *, attempt: int = 1, back: bool = False) -> Release:
        """Mark a release live, and the one before it retired (or, on the way `back`, rolled back), together."""

    def unfinished(self) -> Iterable[Release]:
        """Give all releases that have not ended."""

    def claim(self, job_id: str, owner: str, at: datetime, until: datetime) -> Claim:
        """Take a pipeline's job, or go on holding it; what another holds stays theirs for their time."""

    def record_uploader(self, key: str, version_id: str, who: str, at: datetime) -> None:
        """Keep who put a version of an object into the model bucket, for as long as a release of it may begin."""

    def uploaders(self, versions: Sequence[tuple[str, str]]) -> dict[tuple[str, str], str]:
        """Return who put each of these (key, version id), as far as it is known."""

    def history(self, before: str = "", limit: int = 100, model: str = "") -> list[Release]:
        """Give the newest releases, newest first; those opened before one that is named, or raise NotFound."""

    def card(self, release: Release) -> Card:
        """Read a release's card; one that was never posted is empty."""

    def change_card(self, release: Release, change: CardChange) -> Card:
        """Apply a change to a release's card as it stands now; an equal result writes nothing."""

    def behind(self) -> Iterable[str]:
        """Give the releases whose card may say less than the ledger."""


class Pipeline(Protocol):
    """The pipeline that carries releases."""

    def revision_of(self, execution_id: str) -> tuple[str, str]:
        """Give the message of the commit that an execution carries, and who keeps it: `GitHub`, empty if unknown."""

    def commit_author(self, execution_id: str) -> str:
        """Return the e-mail address of the author of an execution's commit; empty if the source does not tell it."""

    def rolls_back_to(self, execution_id: str) -> str:
        """Give the execution that an execution rolls back to; empty for one that carries something new."""

    def state_of(self, execution_id: str) -> State | None:
        """Give how an execution ended, as a state of its release; None while it runs."""

    def start(self, release_id: str, commit: str = "") -> str:
        """Start an execution of a release, or give the one that was started for it; of a commit, if one is named."""

    def answered(self, execution_id: str) -> Decision | None:
        """Give the answer that an execution got in the console, if it got one."""

    def answer(self, token: str, answer: Decision) -> None:
        """Give an approver's answer, or raise AnswerRefused when the question no longer stands."""


class Environments(Protocol):
    """Staging and production."""

    def running(self, target: str) -> str:
        """Give the label of the version that runs on a target, `staging` or `production`."""


class Jobs(Protocol):
    """The job that CodePipeline waits for."""

    def succeed(self, job_id: str, summary: str, outputs: dict[str, str]) -> None:
        """Report that a job is done."""

    def continue_later(self, job_id: str, token: str, percent: int, summary: str) -> None:
        """Ask to be called again with a token, in a job of its own."""

    def fail(self, job_id: str, message: str) -> None:
        """Report that a job failed."""


class Http(Protocol):
    """A client of the service under test."""

    async def send(self, request: HttpRequest) -> HttpAnswer:
        """Send a request and read the answer to its last byte, or raise Unreachable (TooSlow after its time)."""

    async def close(self) -> None:
        """Let go of all connections; another request opens new ones."""


class Chat(Protocol):
    """The Slack channel; what it does not take raises ChatFailed."""

    def post(self, text: str, blocks: list[Json], thread: str = "") -> tuple[str, str]:
        """Post a message, into a thread if one is named; gives the channel's id and the message's `ts`."""

    def update(self, channel: str, ts: str, text: str, blocks: list[Json]) -> None:
        """Replace a message, or raise MessageGone if somebody has deleted it."""


class Mail(Protocol):
    """The approvers' e-mail."""

    def send(self, to: str, subject: str, text: str) -> None:
        """Send a mail to one address that has subscribed, or raise MailFailed."""


class Subscriptions(Protocol):
    """Who gets the mail, as their subscriptions say."""

    def all(self) -> Iterable[Subscription]:
        """Give every e-mail subscription there is."""

    def subscribe(self, address: str) -> None:
        """Subscribe an address to what is addressed to it; until it is confirmed, this asks for that again."""

    def set_filter(self, subscription: Subscription) -> None:
        """Let a subscription get only what is addressed to its owner."""

    def unsubscribe(self, subscription: Subscription) -> None:
        """End a subscription."""


class MessageQueue(Protocol):
    """A queue whose messages are handled by another function."""

    def send(self, body: str) -> None:
        """Send a message."""


class Clock(Protocol):
    """The time, and waiting for it."""

    def now(self) -> datetime:
        """Give the time, in UTC."""

    def sleep(self, seconds: float) -> None:
        """Wait."""

    async def pause(self, seconds: float) -> None:
        """Wait, and let others go on."""
