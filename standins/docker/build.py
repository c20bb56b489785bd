"""Builds an image: does what a folder and a process can show of a Dockerfile, and says what it skips."""

import posixpath
import re
import shlex
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import ClassVar

from standins.docker import packages
from standins.docker.context import Context
from standins.docker.dockerfile import Instruction, expand
from standins.docker.images import Config, Image, Store

_PIP = re.compile(r"^(python3? -m )?pip3? install\b")


@dataclass
class Build:
    """One build; `arguments` are those of --build-arg, `say` prints a line."""

    context: Context
    store: Store
    arguments: dict[str, str]
    say: Callable[[str], None]
    config: Config = field(default_factory=Config)
    values: dict[str, str] = field(default_factory=dict)
    root: Path = Path()

    def image(self, instructions: list[Instruction]) -> Image:
        """Follow the instructions in a fresh folder and keep the result."""
        self.say("stand-in: no Docker engine here; files, packages and command are real, the rest is skipped")
        self.store.folders.images.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.store.folders.images, suffix=".build") as folder:
            self.root = Path(folder) / "root"
            self.root.mkdir()
            for number, instruction in enumerate(instructions, 1):
                self.say(f"[{number}/{len(instructions)}] {instruction.word} {instruction.rest}")
                self._steps[instruction.word](self, instruction)
            self.config.packages = self.config.packages or packages.prepare(self.store.folders, [], [])
            return self.store.save(self.root, self.config)

    def _from(self, instruction: Instruction) -> None:
        self.config.base = self._expand(instruction.rest).split()[0]
        self._skip(instruction)

    def _arg(self, instruction: Instruction) -> None:
        name, _, default = instruction.rest.partition("=")
        self.values[name] = self.arguments.get(name, self._expand(default.strip("\"'")))

    def _env(self, instruction: Instruction) -> None:
        pairs = {name: self._expand(value) for name, value in instruction.pairs().items()}
        self.config.env |= pairs
        self.values |= pairs

    def _workdir(self, instruction: Instruction) -> None:
        self.config.workdir = posixpath.join(self.config.workdir, self._expand(instruction.rest))
        self._inside("").mkdir(parents=True, exist_ok=True)

    def _copy(self, instruction: Instruction) -> None:
        if any(flag.startswith("--from") for flag in instruction.flags):
            raise instruction.fail("the stand-in has no other stage or image to copy from.")
        *sources, target = [self._expand(word) for word in instruction.words()]
        if not sources:
            raise instruction.fail("name at least one source and a target.")
        self.context.copy(sources, self._inside(target), into=target.endswith("/"))

    def _run(self, instruction: Instruction) -> None:
        for command in self._expand(instruction.rest).split("&&"):
            words = shlex.split(command)
            if _PIP.match(" ".join(words)) and "-r" in words:
                self._install(instruction, words)
            else:
                self.say(f"  skipped: {command.strip()}")

    def _install(self, instruction: Instruction, words: list[str]) -> None:
        if self.config.packages:
            raise instruction.fail("the stand-in installs requirements once; put them into one file.")
        files = [self._inside(after) for word, after in pairwise(words) if word == "-r"]
        if missing := [path.name for path in files if not path.exists()]:
            raise instruction.fail(f"{missing[0]} is not in the image yet; COPY it first.")
        self.config.packages = packages.prepare(self.store.folders, files, words)

    def _command(self, instruction: Instruction) -> None:
        self.config.command = instruction.exec_form()

    def _expose(self, instruction: Instruction) -> None:
        self.config.ports += self._expand(instruction.rest).split()

    def _label(self, instruction: Instruction) -> None:
        self.config.labels |= {name: self._expand(value) for name, value in instruction.pairs().items()}

    def _skip(self, instruction: Instruction) -> None:
        self.say(f"  skipped: {instruction.word}")

    def _inside(self, path: str) -> Path:
        return self.root / posixpath.normpath(posixpath.join("/", self.config.workdir, path)).lstrip("/")

    def _expand(self, text: str) -> str:
        return expand(text, self.values)

    _steps: ClassVar[dict[str, Callable[["Build", Instruction], None]]] = {
        "FROM": _from,
        "ARG": _arg,
        "ENV": _env,
        "WORKDIR": _workdir,
        "COPY": _copy,
        "RUN": _run,
        "CMD": _command,
        "EXPOSE": _expose,
        "LABEL": _label,
        "USER": _skip,
        "HEALTHCHECK": _skip,
    }
