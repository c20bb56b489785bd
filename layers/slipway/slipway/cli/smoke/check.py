"""`slipway smoke check`: the mistakes of a suite, or what it will do."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from slipway.errors import SuiteInvalid
from slipway.smoke.suite import label_counts, plan, reading
from slipway.smoke.suite.definition import Suite
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
            click.echo(f"{suite}:{mistake.line}: {mistake.sentence}")
        raise SystemExit(1)
    definition = reading.read(content)
    try:
        labels = label_counts.labels(GoldenSet(files, definition.golden))
        _require_golden_set(definition, labels)
        if problem := plan.problem(definition, minutes):
            raise SuiteInvalid(problem)
    except SuiteInvalid as mistake:
        click.echo(mistake)
        raise SystemExit(1) from mistake
    for line in plan.lines(definition, labels):
        click.echo(line)


def _require_golden_set(suite: Suite, labels: Counter[str]) -> None:
    """Raise SuiteInvalid for checks that cannot be made without a golden set."""
    if (suite.accuracy or suite.compare) and not labels:
        raise SuiteInvalid(
            f"`accuracy` and `compare` need a golden set: put its cases into {suite.golden}/expected.csv."
        )
    if suite.latency and not labels and not suite.requests:
        raise SuiteInvalid("`latency` has nothing to ask: add golden inputs, or requests that expect a 2xx.")
    if suite.accuracy and set(labels) == {""}:
        raise SuiteInvalid("`accuracy` needs to know what is expected: fill the column `expected`.")
