"""What a rehearsal shows while it runs: headings, and below each its steps with their seconds."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(slots=True, eq=False)
class Step:
    """One line: what is done, what there is to say about it, and when it began (on the display's clock)."""

    name: str
    note: str
    began: float
    urgent: bool = False


class Display(ABC):
    """Where the rehearsal's progress is shown; a step runs from `begin` until `done`."""

    @abstractmethod
    def heading(self, title: str, note: str = "") -> None:
        """Begin a block."""

    @abstractmethod
    def begin(self, name: str, note: str = "") -> Step:
        """Show a step as running."""

    @abstractmethod
    def done(self, step: Step, note: str = "", seconds: float | None = None) -> None:
        """Show that a step went well; without `seconds` it took the time since it began."""

    @abstractmethod
    def ask(self, step: Step, request: str) -> None:
        """Show that a running step waits for the person who watches."""

    @abstractmethod
    def say(self, text: str) -> None:
        """Show a sentence by itself."""

    @abstractmethod
    def table(self, titles: list[str], rows: list[list[str]]) -> None:
        """Show a table."""

    @abstractmethod
    def fail(self, sentence: str) -> None:
        """Show what ended the rehearsal; what was running did not go well."""

    @abstractmethod
    def close(self) -> None:
        """Leave the terminal as it was."""

    @contextmanager
    def step(self, name: str, note: str = "") -> Iterator[Step]:
        """Run a block as one step; its note may be changed in the meantime."""
        step = self.begin(name, note)
        yield step
        self.done(step, step.note)
