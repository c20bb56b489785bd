"""The words of the field as values: candidates, releases, approvals, evidence."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

type Decision = Literal["approved", "rejected"]
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
class Candidate:
    """One upload, frozen as a list of exact object versions and named by its content."""

    name: str
    model: str
    prefix: str
    files: tuple[CandidateFile, ...]
    uploaded_at: datetime
    author: str = ""

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
    """What the ledger keeps of the evidence; `evidence` is its key in the model bucket.

    Accuracies are shares, `p95` is in milliseconds, `changed` counts predictions; None is what was not measured.
    """

    verdict: Verdict
    passed: int
    failed: int
    inconclusive: int
    seconds: float
    evidence: str
    accuracy: float | None = None
    production_accuracy: float | None = None
    p95: float | None = None
    production_p95: float | None = None
    changed: int | None = None


@dataclass(frozen=True, slots=True)
class Approval:
    """A question put to the approvers: CodePipeline's token for it, and until when it can be answered."""

    token: str
    asked_at: datetime
    expires: datetime
    link: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """A person's answer; `by` is a Slack user id or an e-mail address, `source` where it was given."""

    decision: Decision
    by: str
    at: datetime
    source: Literal["slack", "console"]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Release:
    """One run of a candidate and a commit through the pipeline.

    `times` holds when each state was first reached. `attempt` is CodePipeline's count of stage retries.
    `revision` counts the writes to the ledger, so that two writers never overwrite each other.
    """

    id: str
    model: str
    number: int
    candidate: str
    state: State
    times: dict[State, datetime]
    prefix: str = ""
    author: str = ""
    execution_id: str = ""
    commit: str = ""
    reason: str = ""
    attempt: int = 1
    smoke: dict[str, SmokeSummary] = field(default_factory=dict)
    approval: Approval | None = None
    answer: Answer | None = None
    reminded_at: datetime | None = None
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Progress:
    """A step of a pipeline execution, as an event tells it; `action` is `Stage / Action` where one failed."""

    execution_id: str
    state: State
    at: datetime
    attempt: int = 1
    reason: str = ""
    action: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """The one Slack message of a release and what has been said outside it.

    `shown` is a digest of what the message shows; `mailed` and `threaded` name what was said once.
    """

    channel: str = ""
    ts: str = ""
    shown: str = ""
    mailed: tuple[str, ...] = ()
    threaded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Approver:
    """A person who may answer."""

    slack_id: str
    email: str


@dataclass(frozen=True, slots=True)
class Click:
    """A press of a button on a card."""

    user: str
    action: str
    release: str
    response_url: str = ""


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
