"""Evidence is written down so that others can read it, and so that it can be read back."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from math import inf, nan

import pytest
from jsonschema import Draft202012Validator

from slipway.errors import EvidenceUnreadable
from slipway.models import Json
from slipway.smoke import report
from slipway.smoke.evidence import Evidence
from tests.support import made_evidence as made
from tests.support.paths import ROOT

SCHEMA = ROOT / "docs" / "evidence.schema.json"
EVERY = pytest.mark.parametrize("make", [made.passed, made.worse, made.slow, made.inconclusive, made.first])


def written(evidence: Evidence) -> Json:
    """What a reader of the file gets."""
    content: Json = json.loads(json.dumps(report.document(evidence), allow_nan=False))
    return content


def validator() -> Draft202012Validator:
    schema = json.loads(SCHEMA.read_text())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


@EVERY
def test_a_document_is_what_its_schema_says(make: Callable[[], Evidence]) -> None:
    """The documented schema describes every document."""
    assert [error.message for error in validator().iter_errors(written(make()))] == []


@EVERY
def test_a_document_can_be_read_back(make: Callable[[], Evidence]) -> None:
    """Nothing is lost on the way but what lies behind six decimals."""
    document = written(make())
    read = report.evidence_of(document)
    assert written(read) == document
    assert replace(read, accuracy=None, latency=None, comparison=None) == replace(
        make(), accuracy=None, latency=None, comparison=None
    )


def test_the_confusion_is_kept_by_pairs() -> None:
    """What was taken for what survives the way through JSON, whose keys are single words."""
    before, after = made.worse().accuracy, report.evidence_of(written(made.worse())).accuracy
    assert before
    assert after
    assert after.confusion == before.confusion


def test_a_number_that_is_not_finite_becomes_null() -> None:
    """The file is JSON whatever a service calls its confidence."""
    evidence = made.passed()
    assert evidence.comparison
    assert evidence.latency
    changes = tuple(replace(change, after_confidence=nan) for change in evidence.comparison.changes)
    timing = replace(evidence.latency.timing, histogram=((10.0, 99), (inf, 1)))
    odd = replace(
        evidence,
        comparison=replace(evidence.comparison, changes=changes),
        latency=replace(evidence.latency, timing=timing),
    )
    document = written(odd)
    assert document["comparison"]["changes"][0]["after_confidence"] is None
    read = report.evidence_of(document)
    assert read.latency
    assert read.latency.timing.histogram == ((10.0, 99), (inf, 1))
    assert validator().is_valid(document)


def test_a_document_of_another_schema_is_refused() -> None:
    """A reader says what it cannot read, and the cure."""
    with pytest.raises(EvidenceUnreadable, match="no evidence of schema 1: run the smoke test again"):
        report.evidence_of({"schema": 2})
