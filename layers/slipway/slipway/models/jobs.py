"""Jobs of CodePipeline, which it may give twice, and their artifacts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zipfile import ZipFile


@dataclass(frozen=True, slots=True)
class Claim:
    """The lease on a job: whether this invocation has it, until when it is held, and how many have begun it.

    `checkpoints` are the SHA-256 of what was saved of the job last, and of what was to be saved next.
    """

    ours: bool
    until: datetime
    taken: int = 1
    checkpoints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Artifact:
    """An input artifact of a job: the archive, and the SHA-256 (hexadecimal) of its file."""

    archive: ZipFile
    sha256: str
