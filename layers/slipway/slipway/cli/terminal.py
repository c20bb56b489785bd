"""What a terminal is shown of others' words: nothing in them that it would obey, hide, or write over."""

from __future__ import annotations

import click

from slipway.models.text import visible_lines


def say(text: object, *, err: bool = False) -> None:
    """Print a text, its hidden characters written out; what is styled goes through `visible` piece by piece."""
    click.echo(visible_lines(str(text)), err=err)
