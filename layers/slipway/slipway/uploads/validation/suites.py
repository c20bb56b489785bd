"""suite.yaml: whether it can be understood, and whether the golden files it names were uploaded."""

from __future__ import annotations

from collections.abc import Collection

from slipway.errors import SuiteInvalid
from slipway.smoke.suite import golden_counts, yaml_document, yaml_limits
from slipway.smoke.suite.definition import Suite
from slipway.smoke.suite.files import Files
from slipway.smoke.suite.golden_set import GoldenSet

LIMIT = yaml_limits.LIMIT // 2  # bytes: the other half is for the service's suite
NAME = "suite.yaml"
RECORD = "The suite of record"
_TOLD = 10


def problems(content: bytes, paths: Collection[str]) -> list[str]:
    """Return what is wrong with a suite.yaml; `paths` are all files of the upload."""
    if not content:  # as most uploads; the library that reads suites takes 0.4 s to import
        return []
    from slipway.smoke.suite import reading

    if len(content) > LIMIT:
        return [f"{NAME} is larger than {LIMIT:,} bytes: shorten it and upload it again."]
    found = [f"{NAME}, line {problem.line}: {problem.sentence}" for problem in reading.problems(content, paths)]
    more = [f"{NAME} has {len(found) - _TOLD} more mistakes: correct these first."] if len(found) > _TOLD else []
    return found[:_TOLD] + more


def plan_problems(content: bytes, minutes: float) -> list[str]:
    """Return the sentence that a suite, which can be read, plans more than `minutes`, if so."""
    if not content:
        return []
    from slipway.smoke.suite import plan, reading

    problem = plan.too_long(reading.read(content), minutes)
    return [f"{NAME}: {problem}"] if problem else []


def loosened(content: bytes, record: bytes) -> list[str]:
    """Return a sentence for each thing that a suite, which can be read, loosens of the suite of record (if any)."""
    from slipway.smoke.suite import floor

    kept, own = yaml_document.load(record), yaml_document.load(content)
    if kept.problems or not isinstance(kept.value, dict):
        return [f"{RECORD} of this model cannot be read: have its owner correct it."]
    return [f"{NAME}: {sentence}" for sentence in floor.loosened(kept.value if record else None, own.value)]


def golden_problems(content: bytes, files: Files, known: Collection[str]) -> list[str]:
    """Return what is wrong with the golden set of a suite that can be read; without one, of the folder golden/.

    `known` are the labels that the model can answer; empty if that is not known.
    """
    try:
        counts = golden_counts.count(GoldenSet(files, _golden_folder(content)))
    except SuiteInvalid as mistake:
        return [str(mistake)]
    return list(golden_counts.unanswerable(counts.labels, known)) if known else []


def _golden_folder(content: bytes) -> str:
    """Return the folder of a suite's golden set."""
    if not content:
        return Suite().golden
    from slipway.smoke.suite import reading

    return reading.read(content).golden
