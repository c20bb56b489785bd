"""The words of the field as values."""

from __future__ import annotations

from typing import Any

from slipway.models.http import HttpAnswer, HttpRequest
from slipway.models.jobs import Artifact, Claim
from slipway.models.people import Approver, Ballot, Card, Click, Subscription
from slipway.models.releases import (
    Answer,
    Approval,
    Commit,
    Decision,
    Progress,
    Release,
    Repeat,
    SmokeSummary,
    Source,
    State,
    Verdict,
)
from slipway.models.uploads import Arrival, Candidate, CandidateFile, Checksum, Force, ObjectVersion

__all__ = [
    "Answer",
    "Approval",
    "Approver",
    "Arrival",
    "Artifact",
    "Ballot",
    "Candidate",
    "CandidateFile",
    "Card",
    "Checksum",
    "Claim",
    "Click",
    "Commit",
    "Decision",
    "Force",
    "HttpAnswer",
    "HttpRequest",
    "Json",
    "ObjectVersion",
    "Progress",
    "Release",
    "Repeat",
    "SmokeSummary",
    "Source",
    "State",
    "Subscription",
    "Verdict",
]

type Json = dict[str, Any]
