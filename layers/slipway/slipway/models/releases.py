"""Releases: where they stand, what was tested, asked and answered."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

from slipway.models.text import one_line
from slipway.models.uploads import content_of

type Decision = Literal["approved", "rejected"]
type Source = Literal["slack", "page", "console", "slipway"]


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

    `evidence` is its key in the model bucket, `digest` the SHA-256 of that object, `page_version` the version of the
    page beside it. What was tested is pinned by `version`, the label that ran in the environment, by `image`, which
    names a digest, and by `artifacts`, the SHA-256 of the pipeline's artifacts by name.
    `loosened` says what the uploader's suite took from the suite of record.
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
    digest: str = ""
    page_version: str = ""
    image: str = ""
    artifacts: dict[str, str] = field(default_factory=dict)
    loosened: tuple[str, ...] = ()


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
        return one_line(f"{said}: {self.reason}" if self.reason else said, 512)

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
    `digest` and `fingerprint` are those of Candidate, `manifest` is the key of what it is built from; releases of old
    have neither. `author` is what its card claims, `uploaders` whom CloudTrail names.
    `before` is the last release of the same content, and `forced` why it was released again all the same.
    `back_to` is the release that this one goes back to, as `back_by` has asked; `before_live` is what was live before
    this one was. `repository` is as in Commit, `bytes` what the model weighs, `log` an address where one reads why it
    failed.
    `at_gate` is since when it is built and waits for staging to be free, `behind` the release it waits for, and `newer`
    the one that waits for this one, or has taken its place.
    `votes` has each person's last word on the question that stands; `deciding` is the answer that they make and that
    CodePipeline has not taken yet, written down at `decided_at`; `answer` is the one that it has.
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
    uploaders: tuple[str, ...] = ()
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
    decided_at: datetime | None = None
    answer: Answer | None = None
    reminders: tuple[str, ...] = ()
    digest: str = ""
    fingerprint: str = ""
    manifest: str = ""
    revision: int = 0

    @property
    def content(self) -> str:
        """What the ledger knows its content by."""
        return content_of(self.model, self.digest) or self.candidate

    @property
    def manifest_key(self) -> str:
        """The key of the manifest that it is built from: releases of old shared that of their candidate."""
        return self.manifest or f"candidates/{self.candidate}.json"

    @property
    def built_from(self) -> Commit:
        """The code of the service that it was built with."""
        return Commit(self.commit, self.commit_author, self.commit_message, self.repository)

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
