"""The one shell in which all commands of a build run, so that variables and the working folder survive."""

import os
import secrets
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Self

from standins import processes
from standins.aws.codebuild.workspace import Workspace

_LOOP = Path(__file__).with_name("shell.sh")


class Shell:
    """Runs commands one after another; each line they print goes to `write` as soon as it is there."""

    def __init__(self, space: Workspace, env: Mapping[str, str], write: Callable[[str], None]) -> None:
        self._folder, self._write, self._count = space.folder, write, 0
        self._mark = f"end-{secrets.token_hex(16)}"
        command = ["bash", "--noprofile", "--norc", str(_LOOP), self._mark]
        pipe = subprocess.PIPE
        self._process = processes.start(command, os.getpid(), cwd=space.source, env=env, stdin=pipe, stdout=pipe)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def run(self, command: str) -> int:
        """The command's exit status; that of the shell if the command ended it."""
        if self._process.poll() is not None:
            return self._process.returncode
        self._tell(self._saved(command))
        return self._read_to_mark()

    def values(self, names: tuple[str, ...]) -> dict[str, str]:
        """What these variables hold now; those that are not set are empty."""
        answer = self._folder / "values"
        wanted = " ".join(f'"${{{name}-}}"' for name in names)
        if not names or self.run(f"printf '%s\\0' {wanted} > '{answer}'"):
            return {}
        return dict(zip(names, answer.read_text().split("\0"), strict=False))

    def end(self) -> None:
        """End the shell and everything it started."""
        processes.end(self._process.pid, grace=1.0)

    def _saved(self, command: str) -> Path:
        self._count += 1
        path = self._folder / f"command-{self._count}.sh"
        path.write_text(command + "\n")
        return path

    def _tell(self, path: Path) -> None:
        assert self._process.stdin
        try:
            self._process.stdin.write(f"{path}\n".encode())
            self._process.stdin.flush()
        except BrokenPipeError:
            # The shell ended meanwhile; reading says so.
            return

    def _read_to_mark(self) -> int:
        assert self._process.stdout
        for raw in self._process.stdout:
            text, mark, status = raw.decode(errors="replace").rstrip("\n").partition(self._mark)
            if text or not mark:
                self._write(text)
            if mark:
                return int(status)
        return self._process.wait()
