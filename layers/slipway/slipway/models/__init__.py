"""Values that all rooms share: releases, candidates, approvals, people."""

from __future__ import annotations

from typing import Any

from slipway.models.alarms import Alarm, Bake
from slipway.models.approvals import SLIPWAY, Approval, Decision, Outcome, Question, Source, Vote
from slipway.models.existing_pipeline import ActionChange, DeployedVersion, Deployment, ExistingPipeline
from slipway.models.http import HttpAnswer, HttpRequest
from slipway.models.jobs import Artifact, Claim
from slipway.models.people import Approver, Ballot, Card, Click, Mailbox, Subscription
from slipway.models.releases import (
    Commit,
    PipelineStep,
    Queueing,
    Release,
    Repeat,
    RollbackRequest,
)
from slipway.models.smoke_summary import SmokeSummary
from slipway.models.states import State, Verdict
from slipway.models.uploads import (
    Arrival,
    Candidate,
    CandidateFile,
    Checksum,
    Force,
    ModelCard,
    ObjectVersion,
    Replacement,
    UnfinishedUpload,
)

__all__ = [
    "SLIPWAY",
    "ActionChange",
    "Alarm",
    "Approval",
    "Approver",
    "Arrival",
    "Artifact",
    "Bake",
    "Ballot",
    "Candidate",
    "CandidateFile",
    "Card",
    "Checksum",
    "Claim",
    "Click",
    "Commit",
    "Decision",
    "DeployedVersion",
    "Deployment",
    "ExistingPipeline",
    "Force",
    "HttpAnswer",
    "HttpRequest",
    "Json",
    "Mailbox",
    "ModelCard",
    "ObjectVersion",
    "Outcome",
    "PipelineStep",
    "Question",
    "Queueing",
    "Release",
    "Repeat",
    "Replacement",
    "RollbackRequest",
    "SmokeSummary",
    "Source",
    "State",
    "Subscription",
    "UnfinishedUpload",
    "Verdict",
    "Vote",
]

type Json = dict[str, Any]
