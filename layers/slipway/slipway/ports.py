"""What the rules need of other systems, as protocols: implemented by the adapters, and by fakes in tests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from slipway.models import (
    ActionChange,
    Alarm,
    Candidate,
    Card,
    Checksum,
    Claim,
    Commit,
    Decision,
    DeployedVersion,
    HttpAnswer,
    HttpRequest,
    Json,
    Mailbox,
    ObjectVersion,
    Question,
    Release,
    State,
    Subscription,
    UnfinishedUpload,
)

type Change = Callable[[Release], Release]
type CardChange = Callable[[Card], Card]
type MailboxChange = Callable[[Mailbox], Mailbox]
type Respond = Callable[[str, str], None]  # (response_url, text), for the person alone; raises ChatFailed


class FileReader(Protocol):
    """Where the files of a candidate are read: the model bucket, or a folder on its author's machine."""

    def checksum(self, key: str, version_id: str) -> Checksum | None:
        """Return the checksum that S3 stores with a version; None if there is none."""

    def read(self, key: str, version_id: str, start: int, length: int) -> bytes:
        """Read `length` bytes of a version from byte `start`; fewer if it ends before."""

    def stream(self, key: str, version_id: str, size: int) -> Iterable[bytes]:
        """Yield all `size` bytes of a version, in chunks of bounded size."""

    def text(self, key: str, limit: int) -> str:
        """Read the first `limit` bytes of an object as text; empty if there is no such object."""


class Bucket(FileReader, Protocol):
    """The model bucket."""

    def versions(self, prefix: str) -> list[ObjectVersion]:
        """Return the current version of each object below a prefix, or of the object with that key."""

    def arriving(self, prefix: str) -> list[UnfinishedUpload]:
        """Return the multipart uploads in progress below a prefix; completing one causes another event."""

    def write(self, key: str, body: bytes, content_type: str) -> str:
        """Store an object, and return its version id."""

    def write_once(self, key: str, body: bytes, content_type: str) -> None:
        """Store an object unless there is one under that key."""


class Ledger(Protocol):
    """The table of candidates and releases."""

    def open(self, candidate: Candidate, state: State, reason: str, at: datetime) -> Release:
        """Store a candidate with a new release, or return the release that its content already has.

        Content whose release ended without going live or being rejected (State.open_to_another), and that is uploaded
        again later, gets a new one.
        """

    def open_again(self, release: Release, execution_id: str, at: datetime) -> Release:
        """Store another release of the candidate of `release`, for an execution that already runs."""

    def open_back(self, target: Release, by: str, reason: str, at: datetime) -> Release:
        """Store a release that goes back to `target`, or return the unfinished one that already does."""

    def release(self, release_id: str) -> Release:
        """Read a release, or raise NotFound."""

    def release_of(self, execution_id: str) -> Release | None:
        """Return the release of a pipeline execution; None if it has none."""

    def change(self, release_id: str, change: Change) -> Release:
        """Apply a change to the stored release, and return the result; an equal result writes nothing.

        `change` may be called again when somebody else wrote first. Raises NotFound, or Conflict after many attempts.
        """

    def bind(self, release_id: str, execution_id: str) -> None:
        """Store which release an execution carries."""

    def live(self) -> Release | None:
        """Return the release that production runs; None before the first."""

    def go_live(self, release_id: str, at: datetime, *, attempt: int = 1, back: bool = False) -> Release:
        """Mark a release live and, in the same transaction, the previous one retired (rolled back if `back`)."""

    def unfinished(self) -> Iterable[Release]:
        """Yield the releases that have not ended."""

    def claim(self, job_id: str, owner: str, at: datetime, until: datetime, checkpoints: tuple[str, ...] = ()) -> Claim:
        """Take or renew the lease on a job until `until`; another owner's lease stays until it expires.

        `checkpoints` replace those that the lease has; without any, it keeps them.
        """

    def record_uploader(self, key: str, version_id: str, who: str, at: datetime) -> None:
        """Store who put a version of an object into the model bucket; expires when no release of it can begin."""

    def uploaders(self, versions: Sequence[tuple[str, str]]) -> dict[tuple[str, str], str]:
        """Return who put each of these (key, version id); those not known are left out."""

    def history(self, before: str = "", limit: int = 100, model: str = "") -> list[Release]:
        """Return the newest releases, newest first; with `before`, those opened before it, or raise NotFound."""

    def uploads_since(self, moment: datetime, limit: int) -> list[datetime]:
        """Return when uploads of all models were opened after a moment, newest first, of at most `limit` of them."""

    def card(self, release: Release) -> Card:
        """Read the Slack card of a release; empty if it was never posted."""

    def change_card(self, release: Release, change: CardChange) -> Card:
        """Apply a change to the stored card, and return the result; an equal result writes nothing."""

    def behind(self) -> Iterable[str]:
        """Yield the ids of the releases whose card may be out of date."""

    def change_mailbox(self, address: str, change: MailboxChange) -> Mailbox:
        """Apply a change to what is stored of an e-mail address, and return the result."""

    def waiting_mailboxes(self) -> Iterable[str]:
        """Yield the addresses for which a digest waits."""


class Pipeline(Protocol):
    """CodePipeline: executions, and their approvals."""

    def revision_of(self, execution_id: str) -> tuple[str, str]:
        """Return the message of an execution's commit and its provider, such as `GitHub`; empty where not known."""

    def commit_author(self, execution_id: str) -> str:
        """Return the address that an execution's commit claims for its author; empty if the source does not tell it."""

    def rolls_back_to(self, execution_id: str) -> str:
        """Return the id of the execution that a rollback restores; empty if the execution is no rollback."""

    def state_of(self, execution_id: str) -> State | None:
        """Return how an execution ended, as a state of its release; None while it runs."""

    def start(self, release: Release) -> str:
        """Start an execution for a release, of its commit if it names one, and return its id.

        A second start of the same release returns the first id.
        """

    def stop(self, execution_id: str, reason: str) -> None:
        """Stop an execution and abandon what it does; the reason is shown in the console."""

    def answered(self, execution_id: str) -> Decision | None:
        """Return the decision that CodePipeline has of an execution's approval; None if there is none."""

    def answer(self, token: str, answer: Decision) -> None:
        """Send a decision to CodePipeline, or raise AnswerRefused if it takes none for this token any more."""


class AttachedPipeline(Pipeline, Protocol):
    """An existing pipeline, which has no action of ours."""

    def commit_of(self, execution_id: str) -> Commit:
        """Return the commit that an execution builds; empty while that is unknown."""

    def open_approvals(self) -> list[ActionChange]:
        """Return the approvals that wait for an answer just now, as the changes that opened them."""

    def question(self, execution_id: str) -> Question | None:
        """Return the question that an execution waits with; None if none is open."""

    def changes_of(self, execution_id: str) -> list[ActionChange]:
        """Return what happened to the actions of an execution, in order."""

    def last_deployment(self, action: str) -> str:
        """Return the execution that a deploy action (`Stage/Action`) ran for last; empty if it never did."""


class OwnPipeline(Pipeline, Protocol):
    """The stack's own pipeline, whose stages roll back."""

    def roll_back(self, execution_id: str) -> str:
        """Start the rollback of production to an execution, and return its id, or raise RollbackRefused."""


class Alarms(Protocol):
    """The alarms of production."""

    def in_alarm(self) -> Iterable[Alarm]:
        """Yield the alarms that are in ALARM."""


class Environments(Protocol):
    """The Elastic Beanstalk environments."""

    def deployed(self, target: str) -> DeployedVersion:
        """Return what runs on a target, and how it is."""

    def deploy(self, target: str, version: str) -> None:
        """Begin to deploy an application version, which exists, to a target; `version` is its label."""

    def running(self, target: str) -> str:
        """Return the version label that runs on `staging` or `production`."""


class Images(Protocol):
    """The repository of the services' images."""

    def keep(self, image: str) -> None:
        """Keep an image (`HOST/REPOSITORY@sha256:…`) from being deleted by its age; raises ImageGone."""


class RequestSamples(Protocol):
    """Files of sampled requests of production."""

    def newest_first(self) -> Iterator[bytes]:
        """Yield the content of a bounded number of files, each of bounded size; raises SamplesUnreadable."""


class Jobs(Protocol):
    """The jobs that CodePipeline invokes a function for, and waits for."""

    def succeed(self, job_id: str, summary: str, outputs: dict[str, str]) -> None:
        """Report success, with the action's output variables."""

    def continue_later(self, job_id: str, token: str, percent: int, summary: str) -> None:
        """Report that a job goes on: CodePipeline invokes the function again, with a new job and this token."""

    def fail(self, job_id: str, message: str) -> None:
        """Report failure, with the sentence that the console shows."""


class Http(Protocol):
    """The HTTP client that asks the service under test."""

    async def send(self, request: HttpRequest) -> HttpAnswer:
        """Send a request and read the whole answer, or raise Unreachable (TooSlow after its timeout)."""

    async def close(self) -> None:
        """Close all connections; the next request opens new ones."""


class Chat(Protocol):
    """The Slack channel; each method raises ChatFailed if Slack does not accept the call."""

    def post(self, text: str, blocks: list[Json], thread: str = "") -> tuple[str, str]:
        """Post a message (into the thread of a `ts`, if given), and return the channel id and its `ts`."""

    def update(self, channel: str, ts: str, text: str, blocks: list[Json]) -> None:
        """Replace a message, or raise MessageGone if it was deleted."""

    def find_user(self, email: str) -> str:
        """Return the id of the user with an e-mail address; empty without one, or if Slack does not tell."""


class Mail(Protocol):
    """E-mail through SNS."""

    def send(self, to: str, subject: str, text: str) -> None:
        """Send a mail to one subscribed address, or raise MailFailed."""


class Subscriptions(Protocol):
    """The e-mail subscriptions of the SNS topic."""

    def all(self) -> Iterable[Subscription]:
        """Yield all e-mail subscriptions."""

    def subscribe(self, address: str) -> None:
        """Subscribe an address to the mail that is addressed to it; unconfirmed, it is asked again to confirm."""

    def set_filter(self, subscription: Subscription) -> None:
        """Set the filter by which a subscription gets only the mail that is addressed to it."""

    def unsubscribe(self, subscription: Subscription) -> None:
        """Remove a subscription."""


class MessageQueue(Protocol):
    """An SQS queue that another function reads."""

    def send(self, body: str) -> None:
        """Send a message."""


class DelayedQueue(MessageQueue, Protocol):
    """A queue that also delivers later."""

    def send_later(self, body: str, delay: timedelta) -> None:
        """Send a message that is delivered after a delay, at most 15 minutes."""


class Clock(Protocol):
    """The current time, and sleeping."""

    def now(self) -> datetime:
        """Return the current time, in UTC."""

    def sleep(self, seconds: float) -> None:
        """Block for so many seconds."""

    async def pause(self, seconds: float) -> None:
        """Suspend the coroutine for so many seconds."""
