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
_FILE = ("-r", "--requirement")


@dataclass
class Build:
    """One build; `arguments` are those of --build-arg, `say` prints a line."""

    context: Context
    store: Store
    arguments: dict[str, str]
    say: Callable[[str], None]
    config: Config = field(default_factory=Config)
    values: dict[str, str] = field(default_factory=dict)
    requirements: list[Path] = field(default_factory=list)
    options: list[str] = field(default_factory=list)
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
            self.config.packages = packages.prepare(self.store.folders, self.requirements, self.options)
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
            if found := _PIP.match(" ".join(words)):
                self._install(instruction, words[found[0].count(" ") + 1 :])
            else:
                self.say(f"  skipped: {command.strip()}")

    def _install(self, instruction: Instruction, words: list[str]) -> None:
        """Note what `pip install` is told; all of it is installed together, at the end of the build."""
        files = [self._inside(after) for word, after in pairwise(words) if word in _FILE]
        if missing := [path.name for path in files if not path.exists()]:
            raise instruction.fail(f"{missing[0]} is not in the image yet; COPY it first.")
        # pip's other options change how it installs, not what.
        named = [word for before, word in pairwise(["", *words]) if word[0] != "-" and before not in _FILE]
        if named:
            listed = self.root.with_name(f"named-{len(self.requirements)}.txt")
            listed.write_text("".join(f"{name}\n" for name in named))
            files.append(listed)
        self.requirements += files
        self.options += words

    def _command(self, instruction: Instruction) -> None:
        self.config.command = instruction.command()

    def _entrypoint(self, instruction: Instruction) -> None:
        self.config.entrypoint = instruction.command()

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
        "ENTRYPOINT": _entrypoint,
        "EXPOSE": _expose,
        "LABEL": _label,
        "USER": _skip,
        "HEALTHCHECK": _skip,
    }
