"""What the person who starts a rehearsal chooses: the variables ANSWER, KEEP and PORT."""

from collections.abc import Mapping
from dataclasses import dataclass

from rehearsal.errors import RehearsalError
from rehearsal.ports import Ports


@dataclass(frozen=True, slots=True)
class Options:
    """`ask` leaves the first approval to the person at the terminal, `keep` everything running at the end."""

    ports: Ports
    ask: bool
    keep: bool

    @classmethod
    def chosen(cls, environ: Mapping[str, str], *, terminal: bool) -> "Options":
        """Read the three variables; `terminal` tells whether somebody sits there who can be asked."""
        answer = environ.get("ANSWER", "")
        if answer not in {"", "approve"}:
            raise RehearsalError(f"ANSWER={answer} is unknown; set ANSWER=approve, or leave it out to be asked.")
        return cls(
            ports=Ports.starting_at(environ.get("PORT") or "4566"),
            ask=terminal and not answer,
            keep=environ.get("KEEP", "") not in {"", "0"},
        )
