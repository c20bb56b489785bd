"""The words of the field as values: candidates, releases, approvals, evidence."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

type Decision = Literal["approved", "rejected"]
type Source = Literal["slack", "page", "console", "slipway"]
type Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ObjectVersion:
    """One version of one S3 object; `size` in bytes."""

    key: str
    version_id: str
    size: int
    etag: str
    modified: datetime


@dataclass(frozen=True, slots=True)
class Arrival:
    """What an event tells of an object: that it is there, since when, and which version it is.

    An event may lack the version; its ETag and size then tell. `seen` is what an earlier look at the upload has left.
    """

    key: str
    at: datetime
    version_id: str = ""
    etag: str = ""
    size: int = -1
    seen: str = ""

    def is_of(self, item: ObjectVersion) -> bool:
        """Tell whether it is this very version that has arrived."""
        if item.key != self.key:
            return False
        if self.version_id:
            return item.version_id == self.version_id
        return not self.etag or (item.etag, item.size) == (self.etag, self.size)


@dataclass(frozen=True, slots=True)
class Checksum:
    """A checksum as S3 keeps it: `value` is base64, with `-N` behind it if composite."""

    algorithm: str
    value: str


@dataclass(frozen=True, slots=True)
class CandidateFile:
    """One file of a candidate: `path` below the upload's prefix, and the exact version it stands for."""

    path: str
    key: str
    version_id: str
    size: int
    etag: str
    checksum: Checksum | None = None


@dataclass(frozen=True, slots=True)
class Force:
    """A person's word that a known content is released again: why, and the version of `_RELEASE` that says so."""

    reason: str
    version_id: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """One upload, frozen as a list of exact object versions and named by its content."""

    name: str
    model: str
    prefix: str
    files: tuple[CandidateFile, ...]
    uploaded_at: datetime
    author: str = ""
    force: Force | None = None

    @property
    def bytes(self) -> int:
        """The size of all files together."""
        return sum(file.size for file in self.files)


class State(StrEnum):
    """Where a release stands; a release on its way only ever moves down this list."""

    RECEIVED = "received"
    BUILDING = "building"
    STAGING = "staging"
    TESTING = "testing"
    WAITING = "waiting"
    RELEASING = "releasing"
    VERIFYING = "verifying"
    LIVE = "live"
    REFUSED = "refused"
    FAILED = "failed"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"
    STOPPED = "stopped"
    ROLLED_BACK = "rolled_back"
    RETIRED = "retired"

    @property
    def ended(self) -> bool:
        """Whether nothing but a retry (or a newer live release) moves a release on from here."""
        return list(State).index(self) >= list(State).index(State.LIVE)

    @property
    def open_to_another(self) -> bool:
        """Whether the same content, uploaded again, is worth another release: nobody has said no to it."""
        return self.ended and self not in (State.LIVE, State.REFUSED, State.REJECTED)


class Verdict(StrEnum):
    """What a smoke test says of a build; `inconclusive` means that it could not be judged."""

    PASSED = "passed"
    FAILED = "failed"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True, slots=True)
class SmokeSummary:
    """What the ledger keeps of the evidence.

    `evidence` is its key in the model bucket, `version` the label of what ran in the environment that was tested.
    Accuracies are shares, `p95` is in milliseconds, `changed` counts predictions; None is what was not measured.
    """

    verdict: Verdict
    passed: int
    failed: int
    inconclusive: int
    seconds: float
    evidence: str
    version: str = ""
    accuracy: float | None = None
    production_accuracy: float | None = None
    p95: float | None = None
    production_p95: float | None = None
    changed: int | None = None


@dataclass(frozen=True, slots=True)
class Approval:
    """A question put to the approvers: CodePipeline's token for it, and until when it can be answered.

    It is `closed` when CodePipeline has refused an answer: its news of why are on their way.
    """

    token: str
    asked_at: datetime
    expires: datetime
    link: str = ""
    closed: bool = False

    @property
    def question(self) -> str:
        """Name the question where its token must not be read: on buttons and in links."""
        return hashlib.sha256(self.token.encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Answer:
    """A person's answer, and where it was given.

    `by` is an approver's e-mail address, what AWS calls whoever answered in the console, or Slipway itself.
    """

    decision: Decision
    by: str
    at: datetime
    source: Source
    reason: str = ""

    @property
    def summary(self) -> str:
        """Say it in the 512 characters that CodePipeline keeps, and shows in its console."""
        said = f"{self.decision} by {self.by} in {self.source}"
        return (f"{said}: {self.reason}" if self.reason else said)[:512]

    def or_else(self, told: Answer | None) -> Answer | None:
        """Give this one if what CodePipeline tells of the answer that it took shows that it is this one."""
        return self if told and told.reason.split() == self.summary.split() else told


@dataclass(frozen=True, slots=True)
class Repeat:
    """Another upload of a release's content that started nothing: where it lies, and when its last object arrived."""

    prefix: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Release:
    """One run of a candidate and a commit through the pipeline.

    `times` holds when each state was first reached. `attempt` is CodePipeline's count of stage retries.
    `revision` counts the writes to the ledger, so that two writers never overwrite each other.
    `before` is the last release of the same content, and `forced` why its content was released again all the same.
    `back_to` is the release that this one goes back to, as `back_by` has asked; `before_live` is what was live before
    this one was. `repository` is as in Commit, `bytes` what the model weighs, `log` an address where one reads why it
    failed.
    `at_gate` is since when it is built and waits for staging to be free, `behind` the release it waits for, and `newer`
    the one that waits for this one, or has taken its place.
    `votes` has each person's last word on the question that stands; `deciding` is the answer that they make and that
    CodePipeline has not taken yet, `answer` the one that it has.
    """

    id: str
    model: str
    number: int
    candidate: str
    state: State
    times: dict[State, datetime]
    prefix: str = ""
    uploaded_at: datetime | None = None
    author: str = ""
    before: str = ""
    forced: str = ""
    back_to: str = ""
    back_by: str = ""
    before_live: str = ""
    bytes: int = 0
    repeats: tuple[Repeat, ...] = ()
    execution_id: str = ""
    commit: str = ""
    commit_author: str = ""
    commit_message: str = ""
    repository: str = ""
    reason: str = ""
    log: str = ""
    attempt: int = 1
    smoke: dict[str, SmokeSummary] = field(default_factory=dict)
    at_gate: datetime | None = None
    behind: str = ""
    newer: str = ""
    approval: Approval | None = None
    votes: tuple[Answer, ...] = ()
    deciding: Answer | None = None
    answer: Answer | None = None
    reminders: tuple[str, ...] = ()
    revision: int = 0

    @property
    def opened_at(self) -> datetime:
        """When the release was opened, whatever happened to it since."""
        return self.times.get(State.RECEIVED) or min(self.times.values())

    @property
    def asks(self) -> bool:
        """Whether an answer is still taken."""
        asked = self.approval is not None and not self.approval.closed
        return self.state is State.WAITING and asked and not (self.answer or self.deciding)


@dataclass(frozen=True, slots=True)
class Commit:
    """What of the service's code an execution carries; `author` is an e-mail address.

    `repository` is the address of where it lies, empty if that is not known.
    """

    id: str
    author: str = ""
    message: str = ""
    repository: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """A step of a pipeline execution, as an event tells it; `action` is `Stage / Action` where one failed.

    `answer` is the one that was given in the console, where the step shows that there was one; `log` is an address
    where one reads why an action failed.
    """

    execution_id: str
    state: State
    at: datetime
    attempt: int = 1
    reason: str = ""
    action: str = ""
    answer: Answer | None = None
    log: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """The one Slack message of a release and what has been said outside it.

    `shown` is a digest of what the message shows; `mailed` and `threaded` name what was said once; `lost` counts the
    messages that somebody deleted.
    `writer` alone may say something, until `until`; `news` tells them that the release has moved meanwhile. What is
    `behind` may say less than the ledger.
    """

    channel: str = ""
    ts: str = ""
    shown: str = ""
    mailed: tuple[str, ...] = ()
    threaded: tuple[str, ...] = ()
    lost: int = 0
    writer: str = ""
    until: datetime | None = None
    news: bool = False
    behind: bool = False
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Approver:
    """A person who may answer."""

    slack_id: str
    email: str


@dataclass(frozen=True, slots=True)
class Subscription:
    """An e-mail subscription of the topic: `arn` is empty until its owner has confirmed it.

    A `personal` one gets only what is addressed to its owner.
    """

    address: str
    arn: str = ""
    personal: bool = False


@dataclass(frozen=True, slots=True)
class Ballot:
    """What a person says to a question; `person` is a Slack user id or an e-mail address, as `source` knows people."""

    release: str
    question: str
    person: str
    decision: Decision
    source: Source
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Click:
    """What a person did on a card, or in a modal that a card opened.

    `value` is what the button (or the modal) carries, `reason` what was written. `response_url` takes a word to the
    person for half an hour, `trigger_id` opens a modal within three seconds.
    """

    user: str
    action: str
    value: str = ""
    response_url: str = ""
    trigger_id: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """An HTTP request; `timeout` in seconds bounds everything, to the last byte of the answer.

    `anew` asks for a connection of its own, which a load balancer may give to another instance.
    """

    method: str
    url: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    timeout: float = 10
    anew: bool = False


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """An HTTP response; header names in lower case.

    `seconds` run from the moment that a connection took the request to the last byte; `cut` is a body that was longer
    than what is read.
    """

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """Whether a job is this invocation's, until when it is somebody's, and how many have begun it."""

    ours: bool
    until: datetime
    taken: int = 1
