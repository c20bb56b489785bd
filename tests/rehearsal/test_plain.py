"""The display without a terminal."""

import io
from datetime import UTC, datetime

from rehearsal.plain import PlainDisplay


def a_display(seconds: list[float]) -> tuple[PlainDisplay, io.StringIO]:
    out = io.StringIO()
    return PlainDisplay(out, clock=lambda: seconds[0], today=lambda: datetime(2026, 11, 22, 14, 3, 7, tzinfo=UTC)), out


def test_a_finished_step_is_one_line_with_the_time_of_day_and_its_seconds() -> None:
    """Nothing is written while a step runs."""
    seconds = [10.0]
    display, out = a_display(seconds)
    display.heading("v1", "the first model")
    step = display.begin("building")
    assert out.getvalue() == "14:03:07 v1: the first model\n"
    seconds[0] = 12.34
    display.done(step, "all well")
    assert out.getvalue().splitlines()[1:] == ["14:03:07   ok building        all well (2.3 s)"]


def test_what_was_running_when_it_failed_is_shown_before_the_sentence() -> None:
    """A reader of the log sees how far it came."""
    display, out = a_display([0.0])
    display.begin("sam build", "local")
    display.fail("sam build ended.")
    assert out.getvalue().splitlines() == [
        "14:03:07   no sam build       local (0.0 s)",
        "14:03:07 sam build ended.",
    ]


def test_a_request_to_a_person_is_written_at_once() -> None:
    """Somebody without colours is asked too."""
    display, out = a_display([0.0])
    display.ask(display.begin("waiting"), "press Approve")
    assert out.getvalue() == "14:03:07   .. waiting         press Approve\n"


def test_a_table_is_aligned_in_columns() -> None:
    """Each column is as wide as its widest cell."""
    display, out = a_display([0.0])
    display.table(["release", "state"], [["digits-r1", "retired"], ["digits-r2", "live"]])
    assert out.getvalue().splitlines() == ["release    state", "digits-r1  retired", "digits-r2  live"]
