"""Jobs that CodePipeline may give twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Claim:
    """Whether a job is this invocation's, until when it is somebody's, and how many have begun it."""

    ours: bool
    until: datetime
    taken: int = 1
