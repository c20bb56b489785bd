"""What ends a rehearsal early: each text is one sentence that names the thing and the cure."""

from pathlib import Path


class RehearsalError(Exception):
    """Something is missing, or did not go as told; `log` is the file that says more, if one does."""

    def __init__(self, sentence: str, log: Path | None = None) -> None:
        super().__init__(sentence)
        self.log = log


class Interrupted(Exception):
    """Ctrl-C, or another signal that asks the rehearsal to end."""
