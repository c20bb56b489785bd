"""What the person who starts a rehearsal chooses: the variables STORY, EXISTING, SHORT, ANSWER, KEEP and PORT."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rehearsal.errors import RehearsalError
from rehearsal.ports import Ports

STORIES = ("", "attach")


@dataclass(frozen=True, slots=True)
class Options:
    """`story` is empty or `attach`; `existing` is the folder of the pipeline that was there, if not ours.

    `short` ends that story after a release.

    `ask` leaves the first approval to the person at the terminal, `keep` everything running at the end.
    """

    ports: Ports
    ask: bool
    keep: bool
    story: str = ""
    existing: Path | None = None
    short: bool = False

    @classmethod
    def chosen(cls, environ: Mapping[str, str], *, terminal: bool) -> "Options":
        """Read the variables; `terminal` tells whether somebody sits there who can be asked."""
        answer = environ.get("ANSWER", "")
        if answer not in {"", "approve"}:
            raise RehearsalError(f"ANSWER={answer} is unknown; set ANSWER=approve, or leave it out to be asked.")
        if (story := environ.get("STORY", "")) not in STORIES:
            raise RehearsalError(f"STORY={story} is unknown; set STORY=attach, or leave it out.")
        return cls(
            ports=Ports.starting_at(environ.get("PORT") or "4566"),
            ask=terminal and not answer,
            story=story,
            short=_is_on(environ, "SHORT"),
            existing=Path(folder) if (folder := environ.get("EXISTING", "")) else None,
            keep=_is_on(environ, "KEEP"),
        )


def _is_on(environ: Mapping[str, str], name: str) -> bool:
    return environ.get(name, "") not in {"", "0"}
