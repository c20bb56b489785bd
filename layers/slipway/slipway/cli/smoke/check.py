"""`slipway smoke check`: the mistakes of a suite, or what it will do."""

from __future__ import annotations

from pathlib import Path

import click

from slipway.cli.terminal import say
from slipway.errors import SuiteInvalid
from slipway.smoke.suite import golden_counts, plan, reading
from slipway.smoke.suite.files import FolderFiles
from slipway.smoke.suite.golden_set import GoldenSet

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("suite", type=FILE)
@click.option(
    "--minutes", default=30.0, show_default=True, help="What a suite may take, as the parameter SuiteMinutes."
)
def check(suite: Path, minutes: float) -> None:
    """Read a SUITE (the suite.yaml), its golden files and its golden set, without asking any service.

    Exit code 0: it can be run, and what it will do is printed. 1: its mistakes are, with their lines.
    """
    content, files = suite.read_bytes(), FolderFiles(suite.parent)
    if mistakes := reading.problems(content, set(files.names())):
        for mistake in mistakes:
            say(f"{suite}:{mistake.line}: {mistake.sentence}")
        raise SystemExit(1)
    definition = reading.read(content)
    try:
        counts = golden_counts.count(GoldenSet(files, definition.golden))
        for problem in (*plan.golden_problems(definition, counts), plan.too_long(definition, minutes)):
            if problem:
                raise SuiteInvalid(problem)
    except SuiteInvalid as mistake:
        say(mistake)
        raise SystemExit(1) from mistake
    for line in plan.lines(definition, counts):
        say(line)
