"""The display on a terminal."""

import io

from rich.console import Console
from rich.text import Text

from rehearsal.live import LiveDisplay


def shown(out: io.StringIO) -> str:
    return Text.from_ansi(out.getvalue()).plain


def test_a_running_step_turns_and_a_finished_one_stays() -> None:
    """What is done scrolls up; what runs is drawn again with its seconds."""
    out, seconds = io.StringIO(), [0.0]
    console = Console(file=out, force_terminal=True, width=80, highlight=False)
    display = LiveDisplay(console, clock=lambda: seconds[0])
    step = display.begin("building", "an image")
    seconds[0] = 1.5
    display.done(step, "an image")
    display.close()
    lines = [line.rstrip() for line in shown(out).splitlines()]
    assert f"  ✓ building        an image{' ' * 47}1.5 s" in lines


def test_no_line_is_wider_than_the_terminal() -> None:
    """A long reason wraps inside its column."""
    out = io.StringIO()
    display = LiveDisplay(Console(file=out, force_terminal=True, width=80), clock=lambda: 0.0)
    display.done(display.begin("failed"), "a reason that goes on and on, " * 8, 3.0)
    display.close()
    assert max(len(line) for line in shown(out).splitlines()) <= 80


def test_no_color_leaves_no_colour() -> None:
    """Who sets NO_COLOR gets none."""
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, width=80, no_color=True)
    display = LiveDisplay(console, clock=lambda: 0.0)
    display.done(display.begin("building"), "", 1.0)
    display.fail("It failed.")
    display.close()
    assert not {"\x1b[3" + digit for digit in "1234567"} & {
        out.getvalue()[i : i + 4] for i in range(len(out.getvalue()))
    }
