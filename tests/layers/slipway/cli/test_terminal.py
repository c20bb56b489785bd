"""What others wrote does nothing to the terminal of whoever looks at it."""

from __future__ import annotations

from dataclasses import replace

import click
import pytest

from slipway.cli.doctor import show
from slipway.cli.doctor.finding import Finding, Level
from slipway.cli.releases import display
from slipway.cli.terminal import say
from slipway.models import State
from tests.support.made_releases import WAITING, changed

LINK = "\x1b]8;;https://evil.example\x07here\x1b]8;;\x07"
CLEARED, CSI, OVER, TURNED = "\x1b[2J", "\x9b2J", "\rApproved", "\u202eevil"
HOSTILE = [LINK, CLEARED, CSI, OVER, TURNED, "\U000e0041", "a\x08\x08b"]


def obeys(printed: str) -> set[str]:
    """The characters that a terminal would not simply show, but for our own colours."""
    return {letter for letter in click.unstyle(printed) if not letter.isprintable() and letter != "\n"}


@pytest.mark.parametrize("text", HOSTILE)
def test_a_release_is_listed_as_it_is_written(text: str) -> None:
    """Its folder and its reason are an uploader's, and so are the steps of its story."""
    release = replace(changed(WAITING, state=State.REFUSED), prefix=f"models/birds/{text}/", reason=f"No. {text}")
    lines = [display.headline(release), *display.story(release)]
    assert not any(map(obeys, lines))
    assert text.encode("unicode_escape").decode() in lines[0]


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_is_said_is_said_in_letters(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Errors have names in them that others chose; doctor's findings have those of an account."""
    say(ValueError(text), err=True)
    show(Finding(text, Level.PROBLEM, text, text))
    captured = capsys.readouterr()
    assert not obeys(captured.err + captured.out)


def test_lines_stay_lines(capsys: pytest.CaptureFixture[str]) -> None:
    """JSON is printed so, too."""
    say("{\n 1\n}")
    assert capsys.readouterr().out == "{\n 1\n}\n"
