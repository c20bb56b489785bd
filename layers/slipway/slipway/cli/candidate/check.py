"""`slipway check`: what an upload of a folder would be told, before it is uploaded."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import click

from slipway.cli.candidate.options import about_a_folder, given
from slipway.cli.candidate.preflight import Preflight, examine
from slipway.cli.terminal import say
from slipway.errors import SlipwayError
from slipway.models.formatting import counted
from slipway.models.text import visible

UNKNOWN = 2  # exit code: it could not be told


@click.command()
@about_a_folder
def check(folder: Path, model: str | None, service: Path, record: Path | None, as_json: bool) -> None:
    """Look at the FOLDER of a model as its upload will be looked at, and at the suite that it will be held to.

    Exit code 0: it would be built. 1: every problem is named. 2: that could not be told.
    """
    try:
        told = given(folder, model, service, record)
        with tempfile.TemporaryDirectory() as suite:
            found = examine(told.folder, told.surroundings, Path(suite))
    except (SlipwayError, OSError) as error:
        say(error, err=True)
        raise SystemExit(UNKNOWN) from error
    show(found, as_json=as_json)
    raise SystemExit(bool(found.problems))


def show(found: Preflight, *, as_json: bool) -> None:
    """Print the problems that were found, or what will be built, as text or as JSON."""
    candidate = found.candidate
    if as_json:
        facts = {"candidate": candidate.name, "model": candidate.model, "files": len(candidate.files)}
        told = {"bytes": candidate.bytes, "problems": found.problems, "suite": found.suite}
        click.echo(json.dumps(facts | told, indent=1))
        return
    name = candidate.name or candidate.model
    click.echo(f"{click.style(name, bold=True)}: {counted(len(candidate.files), 'file')}, {candidate.bytes:,} bytes")
    for problem in found.problems:
        click.echo(f"{click.style('PROBLEM', 'red')}  {visible(problem)}")
    if not found.problems:
        click.echo("It would be built, and held to this suite:")
        for line in found.suite:
            say(f"  {line}")
