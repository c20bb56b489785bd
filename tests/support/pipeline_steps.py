"""Steps of one execution, as CodePipeline's events tell them."""

from __future__ import annotations

from datetime import datetime, timedelta

from slipway.models import Candidate, PipelineStep, Question, State
from tests.support.fakes import NOW

EXECUTION = "6f1e7a52-3b0c-4d0e-9a55-0c6f2d6b7a10"
TOKEN = "1a2b3c4d-573f-4ea7-a67e-0a0b0c0d0e0f"
QUESTION = Question(TOKEN, NOW, NOW + timedelta(hours=2))
IN_TIME, TOO_LATE = NOW + timedelta(hours=1), NOW + timedelta(hours=3)


def candidate(name: str) -> Candidate:
    """Make a candidate of the model `birds`."""
    return Candidate(name, "birds", "models/birds/v1/", (), NOW)


def step(state: State, attempt: int = 1, at: datetime = NOW) -> PipelineStep:
    """Make a step of the execution."""
    return PipelineStep(EXECUTION, state, at, attempt)
