"""The display on a terminal: finished steps scroll up and stay, running ones turn below them."""

import time
from collections.abc import Callable

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.padding import Padding
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from rehearsal.display import Display, Step

WIDTH = 80


class LiveDisplay(Display):
    """Keeps to 80 columns, and to colour where it says something."""

    def __init__(self, console: Console, clock: Callable[[], float] = time.monotonic) -> None:
        self._console = console
        self._clock = clock
        self._running: list[Step] = []
        self._spinner = Spinner("dots", style="cyan")
        self._live = Live(get_renderable=self._region, console=console, refresh_per_second=8, transient=True)
        self._live.start()

    def heading(self, title: str, note: str = "") -> None:
        """Print the block's title with space above it."""
        self._console.print()
        self._console.print(Text.assemble((title, "bold"), (f"  {note}" if note else "", "dim")))

    def begin(self, name: str, note: str = "") -> Step:
        """Add the step to those that turn below."""
        step = Step(name, note, self._clock())
        self._running.append(step)
        return step

    def done(self, step: Step, note: str = "", seconds: float | None = None) -> None:
        """Move the step up to those that stay."""
        self._running.remove(step)
        taken = self._clock() - step.began if seconds is None else seconds
        self._console.print(self._row(Text("✓", "green"), step.name, Text(note, "dim"), taken))

    def ask(self, step: Step, request: str) -> None:
        """Show the request beside the running step."""
        step.note, step.urgent = request, True

    def say(self, text: str) -> None:
        """Print the sentence below the steps."""
        self._console.print(Padding(Text(text, "dim"), (0, 0, 0, 4)), width=self._width)

    def table(self, titles: list[str], rows: list[list[str]]) -> None:
        """Print the table without a frame."""
        table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
        for title in titles:
            table.add_column(title, no_wrap=True)
        for row in rows:
            table.add_row(*(Text(cell) for cell in row))
        self._console.print()
        self._console.print(Padding(table, (0, 0, 0, 2)))
        self._console.print()

    def fail(self, sentence: str) -> None:
        """Mark what was running, then print the sentence."""
        for step in self._running:
            mark = Text("✗", "red")
            self._console.print(self._row(mark, step.name, Text(step.note, "dim"), self._clock() - step.began))
        self._running.clear()
        self._console.print()
        self._console.print(Text(sentence, "red"), width=self._width)

    def close(self) -> None:
        """End the live region."""
        self._running.clear()
        self._live.stop()

    @property
    def _width(self) -> int:
        return min(WIDTH, self._console.width)

    def _region(self) -> RenderableType:
        return Group(*(self._running_row(step) for step in list(self._running)))

    def _running_row(self, step: Step) -> RenderableType:
        note = Text(step.note, "bold yellow" if step.urgent else "dim")
        return self._row(self._spinner, step.name, note, self._clock() - step.began)

    def _row(self, mark: RenderableType, name: str, note: Text, seconds: float) -> Table:
        row = Table.grid(padding=(0, 1, 0, 0))
        row.width = self._width
        row.add_column(width=3, justify="right")
        row.add_column(width=15, no_wrap=True)
        row.add_column(ratio=1)
        row.add_column(width=9, justify="right", no_wrap=True)
        row.add_row(mark, Text(name), note, Text(f"{seconds:.1f} s", "dim"))
        return row
