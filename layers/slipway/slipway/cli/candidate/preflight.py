"""What an upload of a folder would be told, and the suite that it would be held to: the code of the functions."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from slipway.adapters.clock import SystemClock
from slipway.cli.candidate.folder import Folder
from slipway.cli.candidate.surroundings import Surroundings
from slipway.errors import SuiteInvalid
from slipway.models import Candidate
from slipway.models.text import listed, shown
from slipway.smoke.suite import assembly, golden_counts, plan, reading
from slipway.smoke.suite.files import FolderFiles
from slipway.smoke.suite.golden_set import GoldenSet
from slipway.uploads import freeze, limits, model_signature
from slipway.uploads.limits import Deadline, Rules
from slipway.uploads.marker import MARKER
from slipway.uploads.validation import labels
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
    told = list(_suite_problems(folder, surroundings, suite, known))
    # What the preflight has said of the candidate's own suite is not said of the merged one again.
    problems = tuple(dict.fromkeys([*found.problems, *told]))
    lines = () if told else tuple(suite_lines(suite, known))
    return replace(found, problems=problems, suite=lines)


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


def suite_lines(folder: Path, known: Collection[str]) -> Iterator[str]:
    """Yield, as text, what the suite in a folder will do, and whether it is for a model of other labels."""
    suite = reading.read((folder / reading.NAME).read_bytes())
    counts = golden_counts.count(GoldenSet(FolderFiles(folder), suite.golden))
    yield from plan.lines(suite, counts)
    if golden_counts.of_another_model(counts.labels, known):
        expected = listed(sorted(counts.labels.keys() - {""}))
        yield f"WARNING    it expects {expected}, and labels.txt has none of them: is it for another model?"
        yield "           One of this model's own is named by --record, and lies at suites/MODEL/ in the bucket"


def _labels(folder: Folder) -> list[str]:
    """Return the labels beside a model; empty if there are none."""
    file = folder.path / labels.NAME
    return labels.known(file.read_bytes()) if file.is_file() else []


def _suite_problems(folder: Folder, surroundings: Surroundings, target: Path, known: Collection[str]) -> Iterator[str]:
    """Merge the suites into `target` as the build does, and yield a sentence for each problem of the result."""
    try:
        kept, own = assembly.read(surroundings.record), assembly.read(folder.path)
        found = assembly.loosened(surroundings.record, folder.path, kept, own)
        if found and not surroundings.rules.allow_looser_suites:
            yield from (f"{reading.NAME}: {sentence}" for sentence in found)
            return
        assembly.assemble(
            surroundings.record, folder.path, target, allow_looser=True, defaults=surroundings.service.suite
        )
        yield from merged_problems(target, surroundings.rules.suite_minutes, known)
    except SuiteInvalid as problem:
        yield str(problem)


def merged_problems(folder: Path, minutes: float, known: Collection[str]) -> Iterator[str]:
    """Yield a sentence for each problem of the suite in a folder, its golden set among it.

    `known` are the labels that the model can answer; empty if that is not known.
    """
    content, files = (folder / reading.NAME).read_bytes(), FolderFiles(folder)
    if mistakes := reading.problems(content, set(files.names())):
        yield from (f"{reading.NAME}: {mistake.sentence}" for mistake in mistakes)
        return
    suite = reading.read(content)
    try:
        counts = golden_counts.count(GoldenSet(files, suite.golden))
    except SuiteInvalid as mistake:
        yield str(mistake)
        return
    yield from plan.golden_problems(suite, counts)
    yield from golden_counts.unanswerable(counts.labels, known) if known else ()
    if problem := plan.too_long(suite, minutes):
        yield problem
