"""How a terminal shows releases."""

from __future__ import annotations

import click

from slipway.models import Release, State
from slipway.models.text import visible
from slipway.web.history.timeline import timeline

_COLOURS = {State.LIVE: "green", State.WAITING: "yellow", State.RETIRED: "white"}


def headline(release: Release) -> str:
    """Return a release, its state and what it is about, as one coloured line."""
    where = visible(f"{release.prefix}  {release.reason}").rstrip()
    return f"{release.id:16} {state(release.state)}  {release.opened_at:%Y-%m-%d %H:%M} UTC  {where}"


def state(value: State) -> str:
    """Return the name of a state, in its colour for the terminal."""
    colour = _COLOURS.get(value, "red" if value.ended else "cyan")
    return click.style(f"{value.replace('_', ' '):11}", colour)


def story(release: Release) -> list[str]:
    """Return a line for each thing that happened to a release."""
    return [
        visible(f"{step.at:%H:%M:%S}  {step.title}{f': {step.detail}' if step.detail else ''}")
        for step in timeline(release)
    ]
