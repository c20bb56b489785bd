"""The folders of a rehearsal: `.rehearsal` holds everything of one run, `.cache` what survives it."""

import fcntl
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from rehearsal.errors import RehearsalError

MARK = "# Made by a rehearsal, which deletes this folder when the next one starts.\n*\n"


@dataclass(frozen=True, slots=True)
class Workspace:
    """The repository and, inside it, the folders of a run."""

    root: Path

    @property
    def run(self) -> Path:
        """Everything of one run."""
        return self.root / ".rehearsal"

    @property
    def cache(self) -> Path:
        """What survives between runs."""
        return self.root / ".cache"

    @property
    def cloud_python(self) -> Path:
        """The interpreter that has the local AWS."""
        return self.cache / "cloud" / "bin" / "python"

    @property
    def tools(self) -> Path:
        """The folder that holds `aws`, `sam` and `python3.13`."""
        return self.root / ".venv" / "bin"

    @property
    def evidence(self) -> Path:
        """The pages that smoke tests have left."""
        return self.run / "evidence"

    @property
    def build(self) -> Path:
        """What `sam build` makes."""
        return self.cache / "sam" / "build"

    def log(self, name: str) -> Path:
        """The file that a process of this name writes to."""
        return self.run / "logs" / f"{name}.log"

    def shown(self, path: Path) -> str:
        """A path as a person in the repository would write it."""
        return str(path.relative_to(self.root)) if path.is_relative_to(self.root) else str(path)

    def renew(self) -> None:
        """Delete the last run and make room for this one; leave alone a folder that no rehearsal made."""
        if self.run.is_symlink() or (self.run.exists() and not self._ours()):
            raise RehearsalError(f"{self.run} was not made by a rehearsal; move it away, then start again.")
        if self.run.exists():
            shutil.rmtree(self.run)
        (self.run / "logs").mkdir(parents=True)
        (self.run / ".gitignore").write_text(MARK)

    def _ours(self) -> bool:
        mark = self.run / ".gitignore"
        marked = mark.is_file() and mark.read_text() == MARK
        return self.run.is_dir() and (marked or not any(self.run.iterdir()))

    def claim(self) -> int:
        """Hold this repository until the process ends; returns the lock's file descriptor."""
        self.cache.mkdir(exist_ok=True)
        lock = os.open(self.cache / "rehearsal.lock", os.O_CREAT | os.O_RDWR, 0o644)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            raise RehearsalError("Another rehearsal is running in this folder; end it first (Ctrl-C).") from None
        return lock
