"""What an upload of a folder would be told, and the suite that it would be held to: the code of the functions."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from slipway.adapters.clock import SystemClock
from slipway.cli.candidate.folder import Folder
from slipway.cli.candidate.surroundings import Surroundings
from slipway.errors import Refused, SuiteInvalid
from slipway.models import Candidate
from slipway.models.text import listed, shown
from slipway.smoke.suite import assembly, golden_counts, plan, reading
from slipway.smoke.suite.files import FolderFiles
from slipway.smoke.suite.golden_counts import GoldenCounts
from slipway.smoke.suite.golden_set import GoldenSet
from slipway.uploads import freeze, limits, model_signature
from slipway.uploads.limits import Deadline, Rules
from slipway.uploads.marker import MARKER
from slipway.uploads.validation import card_input, labels, yaml_documents
from slipway.uploads.validation.inspection import inspect

_PATIENCE = timedelta(hours=1)  # nobody else waits for this machine


@dataclass(frozen=True, slots=True)
class Preflight:
    """The candidate that a folder would become, every problem of it, and what its suite will do, a line a check."""

    candidate: Candidate
    problems: tuple[str, ...]
    suite: tuple[str, ...]


def examine(folder: Folder, surroundings: Surroundings, suite: Path) -> Preflight:
    """Return the problems of a folder, and what its suite will do; the merged suite is written to the empty `suite`."""
    found, known = preflight_problems(folder, surroundings.rules), _labels(folder)
    try:
        told, lines = list(_merge_suites(folder, surroundings, suite)), list[str]()
        if not told:
            told, lines = _read_suite(suite, surroundings.rules.suite_minutes, known, reads_rows=_reads_rows(folder))
    except SuiteInvalid as problem:
        told, lines = [str(problem)], []
    # What the preflight has said of the candidate's own suite is not said of the merged one again.
    return replace(found, problems=tuple(dict.fromkeys([*found.problems, *told])), suite=tuple(lines))


def preflight_problems(folder: Folder, rules: Rules) -> Preflight:
    """Look at a folder as the preflight does, which knows no service."""
    listing, deadline = folder.candidate(), Deadline(SystemClock(), _PATIENCE)
    absent = folder.marker.missing([file.path for file in listing.files])
    missing = [f"{shown(path)} is named by {MARKER} and is not there." for path in absent]
    faults = [*folder.marker.problems, *missing]
    if problem := limits.listing_problem(listing, rules):
        return Preflight(listing, (problem, *faults), ())
    found = inspect(folder, listing, rules, deadline)
    candidate = replace(freeze.freeze(folder, listing, deadline), author=found.author)
    unsigned = model_signature.problems(folder, candidate, rules.signing_keys)
    return Preflight(candidate, (*found.problems, *unsigned, *faults), ())


def _labels(folder: Folder) -> list[str]:
    """Return the labels beside a model; empty if there are none."""
    file = folder.path / labels.NAME
    return labels.known(file.read_bytes()) if file.is_file() else []


def _reads_rows(folder: Folder) -> bool:
    """Return whether the card says that the model reads rows; what is wrong with the card is told elsewhere."""
    file = folder.path / card_input.NAME
    try:
        card = yaml_documents.load(card_input.NAME, file.read_bytes()) if file.is_file() else None
    except Refused:
        return False
    given = card.get("input") if isinstance(card, dict) else None
    return given == "rows" or (isinstance(given, dict) and "rows" in given)


def _merge_suites(folder: Folder, surroundings: Surroundings, target: Path) -> Iterator[str]:
    """Merge the suites into `target` as the build does, or yield what hinders it; raises SuiteInvalid."""
    kept, own = assembly.read(surroundings.record), assembly.read(folder.path)
    found = assembly.loosened(surroundings.record, folder.path, kept, own)
    if found and not surroundings.rules.allow_looser_suites:
        yield from (f"{reading.NAME}: {sentence}" for sentence in found)
        return
    assembly.assemble(surroundings.record, folder.path, target, allow_looser=True, defaults=surroundings.service.suite)


def _read_suite(
    folder: Path, minutes: float, known: Collection[str], *, reads_rows: bool
) -> tuple[list[str], list[str]]:
    """Return the problems of the suite in a folder, and, without any, what it will do; raises SuiteInvalid.

    `known` are the labels that the model can answer; empty if that is not known.
    """
    content, files = (folder / reading.NAME).read_bytes(), FolderFiles(folder)
    if mistakes := reading.problems(content, set(files.names())):
        return [f"{reading.NAME}: {mistake.sentence}" for mistake in mistakes], []
    suite = reading.read(content)
    counts = golden_counts.count(GoldenSet(files, suite.golden))
    strange = golden_counts.unanswerable(counts.labels, known) if known else ()
    too_long = plan.too_long(suite, minutes)
    problems = [*plan.golden_problems(suite, counts), *strange, *([too_long] if too_long else [])]
    return problems, [] if problems else [*plan.lines(suite, counts), *_warnings(counts, known, reads_rows=reads_rows)]


def _warnings(counts: GoldenCounts, known: Collection[str], *, reads_rows: bool) -> Iterator[str]:
    """Yield that a suite is for another model, by the labels that it expects or the files that it sends, if so."""
    why = ""
    if golden_counts.of_another_model(counts.labels, known):
        why = f"it expects {listed(sorted(counts.labels.keys() - {''}))}, and labels.txt has none of them"
    elif reads_rows and any(media_type.startswith("image/") for media_type in counts.files):
        why = f"its golden set holds pictures, and {card_input.NAME} says that the model reads rows"
    if why:
        yield f"WARNING    {why}: is it for another model?"
        yield "           One of this model's own is named by --record, and lies at suites/MODEL/ in the bucket"
