"""JUnit XML tells a CI system what the suite found."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from slipway.models import Verdict
from slipway.smoke import report
from slipway.smoke.evidence import Evidence, Finding
from tests.support import made_evidence as made


def suite_of(evidence: Evidence) -> ET.Element:
    """What a reader of the file gets."""
    root = ET.fromstring(report.junit(evidence))
    assert root.tag == "testsuites"
    suite = root.find("testsuite")
    assert suite is not None
    return suite


def test_every_finding_is_a_test_case() -> None:
    """Names and times are where readers look for them."""
    cases = suite_of(made.passed()).findall("testcase")
    assert [case.get("name") for case in cases] == [finding.name for finding in made.FINDINGS]
    assert (cases[0].get("classname"), cases[0].get("time")) == ("staging.ready", "14.200")


@pytest.mark.parametrize(("verdict", "element"), [(Verdict.FAILED, "failure"), (Verdict.INCONCLUSIVE, "error")])
def test_a_miss_says_why(verdict: Verdict, element: str) -> None:
    """What failed is a failure, and what could not be judged an error."""
    suite = suite_of(made.with_finding(made.passed(), "latency", verdict, "Too <slow>."))
    found = suite.find(f"testcase/{element}")
    assert found is not None
    assert (found.get("message"), found.text, found.get("type")) == ("Too <slow>.", "Too <slow>.", "latency")
    assert (suite.get("tests"), suite.get(f"{element}s")) == ("8", "1")


def test_a_failed_should_is_a_skipped_test() -> None:
    """Readers show it and stay green, as the suite does."""
    told = Finding("latency", "quick", Verdict.FAILED, "p99 is 31 ms.", 1, "should")
    suite = suite_of(replace(made.passed(), findings=(*made.FINDINGS, told)))
    skipped = suite.find("testcase/skipped")
    assert skipped is not None
    assert skipped.get("message") == "Told only, failed: p99 is 31 ms."
    assert (suite.get("failures"), suite.get("errors"), suite.get("skipped")) == ("0", "0", "1")


def test_a_suite_without_findings_is_no_success() -> None:
    """Readers are green exactly when the suite passed."""
    suite = suite_of(replace(made.passed(), findings=()))
    assert (suite.get("tests"), suite.get("errors")) == ("1", "1")


def test_what_xml_cannot_hold_is_written_out() -> None:
    """An answer's control characters and halves of letters break no reader."""
    evidence = made.with_finding(made.passed(), "request", Verdict.FAILED, 'Said "\x00\x1b[31m\ud800\uffff]]>&".')
    failure = suite_of(evidence).find("testcase/failure")
    assert failure is not None
    assert failure.text == 'Said "\\x00\\x1b[31m\\ud800\\uffff]]>&".'


def test_warnings_are_in_the_output() -> None:
    """Readers show what a test suite printed."""
    assert suite_of(made.first()).findtext("system-out") == f"Warning: {made.first().warnings[0]}"


def test_the_time_is_utc_without_a_zone() -> None:
    """The usual readers take no other form."""
    assert suite_of(made.passed()).get("timestamp") == "2026-11-22T18:09:12"
