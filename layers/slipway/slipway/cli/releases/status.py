"""`slipway status`: where releases stand."""

from __future__ import annotations

import json

import click

from slipway.adapters.ledger.reader import LedgerReader
from slipway.cli import stack
from slipway.cli.releases import display
from slipway.cli.terminal import say
from slipway.errors import SlipwayError
from slipway.models import Release
from slipway.web.history.serialization import serialize_release, serialize_timeline


@click.command()
@click.argument("release", required=False)
@click.option("--model", default="", help="Only the releases of a model.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@stack.about_a_stack
def status(
    release: str | None, model: str, stack_name: str, region: str | None, profile: str | None, *, as_json: bool
) -> None:
    """Tell what happened to a RELEASE, like birds-r12, or list the newest releases."""
    try:
        deployed = stack.find(stack_name, region, profile)
        reader = LedgerReader(deployed.session, deployed.stack.outputs["LedgerTable"])
        with stack.translated():
            found = [reader.release(release)] if release else reader.newest(model)
    except SlipwayError as error:
        say(error, err=True)
        raise SystemExit(2) from error
    for line in _json(release, found) if as_json else _lines(release, found):
        click.echo(line)


def _json(release: str | None, found: list[Release]) -> list[str]:
    """Return one release, with its timeline, or several as JSON."""
    content = serialize_timeline(found[0]) if release else [serialize_release(one) for one in found]
    return [json.dumps(content, indent=1)]


def _lines(release: str | None, found: list[Release]) -> list[str]:
    """Return one release, with its timeline, or several as text."""
    if release:
        return [display.headline(found[0]), *(f"  {line}" for line in display.story(found[0]))]
    return [display.headline(one) for one in found] or ["There is no release yet: `slipway upload` makes one."]
