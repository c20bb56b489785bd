"""`python -m checks.mutations`: print each mistake with the check that stops it; exit with 1 if one is not stopped."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.table import Table

from checks.mutations.mistakes import MISTAKES, Mistake
from checks.mutations.subject import sound


def said(mistake: Mistake) -> str | None:
    """Return what the mistake's check says of it, None if it says nothing."""
    subject = sound()
    mistake.change(subject)
    return mistake.stopped_by.says(subject)


def main() -> None:
    """Try all mistakes."""
    table = Table("mistake", "stopped by", "which says")
    found = {mistake.what: said(mistake) for mistake in MISTAKES}
    for mistake in MISTAKES:
        table.add_row(mistake.what, mistake.stopped_by.name, found[mistake.what] or "nothing: it SURVIVES")
    Console(width=None if sys.stdout.isatty() else 200).print(table)
    survivors = [what for what, words in found.items() if words is None]
    print(f"{len(found) - len(survivors)} of {len(found)} mistakes are stopped.")
    if survivors:
        sys.exit(1)


if __name__ == "__main__":
    main()
