"""Reads a Dockerfile into instructions."""

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from standins.docker.errors import DockerError

KNOWN = ("ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "RUN", "USER", "WORKDIR")
_VARIABLE = re.compile(r"\$(?:\{(\w+)(?::-([^}]*))?\}|(\w+))")


@dataclass(frozen=True)
class Instruction:
    """`COPY --link a b` on line 7 is Instruction(7, "COPY", "a b", ("--link",))."""

    line: int
    word: str
    rest: str
    flags: tuple[str, ...] = ()

    def fail(self, reason: str) -> DockerError:
        """The error that names this line."""
        return DockerError(f"Dockerfile line {self.line}, {self.word}: {reason}")

    def words(self) -> list[str]:
        """The arguments, written either as JSON or as in a shell."""
        return _json_words(self.rest) or shlex.split(self.rest)

    def command(self) -> list[str]:
        """The command: a JSON list of strings, or a line for the shell."""
        if not self.rest:
            raise self.fail('name a command, such as ["python", "-m", "service"].')
        return _json_words(self.rest) or ["/bin/sh", "-c", self.rest]

    def pairs(self) -> dict[str, str]:
        """`A=1 B="2 3"`, or the old form `A 1`, as a dictionary."""
        words = shlex.split(self.rest)
        if words and "=" not in words[0]:
            return {words[0]: self.rest.split(None, 1)[1] if len(words) > 1 else ""}
        if not all("=" in word for word in words):
            raise self.fail("write NAME=value pairs.")
        return dict(word.split("=", 1) for word in words)


def parse(text: str) -> list[Instruction]:
    """The instructions in order; one the stand-in does not know is an error that names it."""
    instructions = [_instruction(line, logical) for line, logical in _logical_lines(text)]
    if not instructions or instructions[0].word not in ("FROM", "ARG"):
        raise DockerError("A Dockerfile begins with FROM.")
    for later in [found for found in instructions if found.word == "FROM"][1:]:
        raise later.fail("the stand-in builds one stage only; write a Dockerfile with a single FROM.")
    return instructions


def expand(text: str, values: Mapping[str, str]) -> str:
    """`text` with $NAME, ${NAME} and ${NAME:-default} replaced; an unknown name is empty."""
    return _VARIABLE.sub(lambda found: values.get(found[1] or found[3]) or found[2] or "", text)


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    start, parts = 0, list[str]()
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        start = start if parts else number
        parts.append(stripped.removesuffix("\\").strip())
        if not stripped.endswith("\\"):
            yield start, " ".join(parts)
            parts = []
    if parts:
        yield start, " ".join(parts)


def _instruction(line: int, text: str) -> Instruction:
    word, _, rest = text.partition(" ")
    flags = list[str]()
    while rest.lstrip().startswith("--"):
        flag, _, rest = rest.lstrip().partition(" ")
        flags.append(flag)
    found = Instruction(line, word.upper(), rest.strip(), tuple(flags))
    if found.word not in KNOWN:
        raise found.fail(f"the stand-in does not know it; it knows {', '.join(KNOWN)}.")
    return found


def _json_words(text: str) -> list[str] | None:
    try:
        words = json.loads(text)
    except ValueError:
        return None
    return words if isinstance(words, list) and all(isinstance(word, str) for word in words) else None
