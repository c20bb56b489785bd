"""Releases: their state, their smoke tests, and the approval that is asked for."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from slipway.models.alarms import Bake
from slipway.models.approvals import Approval, Decision
from slipway.models.smoke_summary import SmokeSummary
from slipway.models.states import State, Verdict
from slipway.models.uploads import ModelCard, Replacement, content_of


@dataclass(frozen=True, slots=True)
class Repeat:
    """Another upload of a release's content that started nothing."""

    prefix: str
    at: datetime  # when its last object arrived


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit of the service's code; without an id while it is unknown."""

    id: str = ""
    author: str = ""  # an e-mail address that nothing proves: git takes any
    message: str = ""
    repository: str = ""  # the address of its pages; empty if that is not known
    was_live: bool = False  # whether it was in production when the release was opened: people have decided on it


@dataclass(frozen=True, slots=True)
class Queueing:
    """How a release waits for staging, which holds one release at a time."""

    built_at: datetime | None = None  # None again once it is on staging
    blocked_by: str = ""  # the release on staging that it waits for
    superseded_by: str = ""  # the newer release that waits for this one, or has taken its place


@dataclass(frozen=True, slots=True)
class RollbackRequest:
    """The earlier release that a release goes back to; empty for a release of something new."""

    to: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Release:
    """One run of a candidate and a commit through the pipeline."""

    id: str
    model: str
    number: int
    candidate: str
    state: State
    times: dict[State, datetime]  # when each state was first reached
    prefix: str = ""
    uploaded_at: datetime | None = None
    author: str = ""
    model_card: ModelCard = field(default_factory=ModelCard)
    uploaders: tuple[str, ...] = ()  # whom CloudTrail names; `author` is what the card claims
    bytes: int = 0  # the size of all files of the candidate
    digest: str = ""  # Candidate.digest; older releases have none
    fingerprint: str = ""  # Candidate.fingerprint; older releases have none
    manifest: str = ""  # the key of what it is built from; older releases shared that of their candidate
    versions: dict[str, str] = field(default_factory=dict)  # of its first files, by path; the manifest has all
    warnings: tuple[str, ...] = ()  # what an approver must not miss besides the evidence
    model_changed: bool = False  # while it was built, so that nobody knows what was
    replaced_version: str = ""  # the version label that production ran before an existing pipeline deployed this
    offers_way_back: bool = False  # whether Slipway may deploy that label again
    taken_back_by: str = ""  # who has asked for that
    repeats: tuple[Repeat, ...] = ()
    previous_release: str = ""  # the last one of the same content
    force_reason: str = ""  # why the same content was released again
    previous_live: str = ""  # what was live before it was
    replaces: Replacement = field(default_factory=Replacement)
    rollback: RollbackRequest = field(default_factory=RollbackRequest)
    commit: Commit = field(default_factory=Commit)
    execution_id: str = ""
    attempt: int = 1  # CodePipeline's count of stage retries
    reason: str = ""  # why it failed, was refused, or cannot be approved
    log_url: str = ""  # where one reads why it failed
    smoke: dict[str, SmokeSummary] = field(default_factory=dict)  # by target: staging, production
    queueing: Queueing = field(default_factory=Queueing)
    approval: Approval = field(default_factory=Approval)
    bake: Bake = field(default_factory=Bake)
    revision: int = 0  # counts the writes to the ledger, so that two writers never overwrite each other

    @property
    def content(self) -> str:
        """The key of its content in the ledger; the name of the candidate where no digest is known."""
        return content_of(self.model, self.digest) or self.candidate

    @property
    def manifest_key(self) -> str:
        """The key of its manifest in the model bucket."""
        return self.manifest or f"candidates/{self.candidate}.json"

    @property
    def opened_at(self) -> datetime:
        """The time at which the release was opened."""
        return self.times.get(State.RECEIVED) or min(self.times.values())

    def with_warning(self, warning: str) -> Release:
        """Return the release with a warning; the same one twice is one."""
        return self if warning in self.warnings else replace(self, warnings=(*self.warnings, warning))

    @property
    def failed_on_staging(self) -> bool:
        """Whether its smoke test on staging has not passed: people are asked all the same where operators want it."""
        return "staging" in self.smoke and self.smoke["staging"].verdict is not Verdict.PASSED

    @property
    def can_go_back(self) -> bool:
        """Whether production runs it, and Slipway may deploy what an existing pipeline had deployed before it."""
        failed_there = self.state is State.FAILED and State.VERIFYING in self.times
        return self.offers_way_back and not self.taken_back_by and (self.state is State.LIVE or failed_there)

    @property
    def accepts_votes(self) -> bool:
        """Whether a vote is still taken: it waits, and nothing is decided or being decided."""
        return self.state is State.WAITING and self.approval.is_open


@dataclass(frozen=True, slots=True)
class PipelineStep:
    """A step of a pipeline execution, as one of CodePipeline's events tells it."""

    execution_id: str
    state: State
    at: datetime
    attempt: int = 1
    reason: str = ""
    action: str = ""  # `Stage / Action`; empty where the event is the whole pipeline's
    decision: Decision | None = None  # what was decided in the console, where the step shows that somebody did
    log_url: str = ""  # where one reads why an action failed
