"""The question that is put to the approvers, what they vote, and what their votes come to."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from slipway.models.text import one_line

SLIPWAY = "Slipway"  # by whom it is what nobody but Slipway decided

type Outcome = Literal["approved", "rejected"]
OVERRIDING = ", although production was closed"  # how an override is said, after who approved
type Source = Literal["slack", "page", "console", "slipway"]


@dataclass(frozen=True, slots=True)
class Question:
    """A request for approval, as CodePipeline publishes it."""

    token: str
    asked_at: datetime
    expires: datetime
    link: str = ""  # to the approval action in AWS's console
    closed: bool = False  # CodePipeline has refused a decision: its event that says why is on its way

    @property
    def id(self) -> str:
        """An identifier of the question for buttons and links, from which nobody can tell its token."""
        return hashlib.sha256(self.token.encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Vote:
    """What a person said to a question, and where."""

    outcome: Outcome
    by: str  # an approver's e-mail address, what AWS calls whoever decided in its console, or `Slipway`
    at: datetime
    source: Source
    reason: str = ""
    override: bool = False  # given while production was closed, to release all the same


@dataclass(frozen=True, slots=True)
class Decision(Vote):
    """The answer to a question: the vote that completed the quorum, or what was said in AWS's console or by Slipway."""

    @classmethod
    def completed_by(cls, vote: Vote) -> Decision:
        """Return the decision that a vote completes."""
        return cls(vote.outcome, vote.by, vote.at, vote.source, vote.reason, vote.override)

    @property
    def vote(self) -> Vote:
        """The vote that completed the decision; None if none did."""
        return Vote(self.outcome, self.by, self.at, self.source, self.reason, self.override)

    @property
    def summary(self) -> str:
        """The decision in the 512 characters that CodePipeline keeps, and shows in its console."""
        said = f"{self.outcome} by {self.by} in {self.source}{OVERRIDING if self.override else ''}"
        return one_line(f"{said}: {self.reason}" if self.reason else said, 512)

    def or_else(self, accepted: Decision | None) -> Decision | None:
        """Return this decision if the summary of what CodePipeline accepted is its own, else what was accepted."""
        return self if accepted and accepted.reason.split() == self.summary.split() else accepted


@dataclass(frozen=True, slots=True)
class Approval:
    """Where the approval of a release stands; all of it is about one question, the newest."""

    question: Question | None = None
    votes: tuple[Vote, ...] = ()  # the last one of each person
    pending_decision: Decision | None = None  # what the votes come to, until CodePipeline has accepted it
    pending_since: datetime | None = None
    decision: Decision | None = None  # what CodePipeline has accepted; it may come without a question, by the console
    reminders: tuple[str, ...] = ()  # names of those that were due, see Reminders

    @property
    def is_open(self) -> bool:
        """Whether the question still takes votes; its release may have moved on all the same."""
        return bool(self.question and not (self.question.closed or self.decision or self.pending_decision))
