"""The ledger keeps a few figures, and CodePipeline's console shows a sentence."""

from __future__ import annotations

from dataclasses import replace

from slipway.models import Verdict
from slipway.smoke import report
from slipway.smoke.evidence import Finding, key_of
from tests.support import made_evidence as made


def test_the_place_of_evidence_is_named_by_release_and_target() -> None:
    """The documents of one test lie beside one another."""
    assert key_of("digits-r12", "staging") == "evidence/digits-r12/staging.json"
    assert key_of("digits-r12", "staging", ".html") == "evidence/digits-r12/staging.html"


def test_the_summary_has_the_figures() -> None:
    """An approver's card is made of it."""
    summary = report.summary(made.passed())
    assert (summary.verdict, summary.passed, summary.failed) == (Verdict.PASSED, 8, 0)
    assert (summary.accuracy, summary.production_accuracy, summary.changed) == (0.97, 0.95, 3)
    assert (summary.replayed, summary.replayed_changed) == (80, 2)
    assert summary.p95
    assert summary.production_p95
    assert summary.p95 < summary.production_p95


def test_what_was_not_measured_is_none() -> None:
    """No figure is better than a made-up one."""
    summary = report.summary(made.inconclusive())
    assert summary.accuracy is summary.production_accuracy is summary.p95 is summary.changed is None
    assert summary.replayed is None


def test_the_sentence_of_a_good_release_has_its_figures() -> None:
    """Whoever looks at the console need not open the evidence."""
    assert report.sentence(made.passed()).replace("\u00a0", " ") == (
        "8 checks passed. Accuracy 97.0 % (production 95.0 %), p95 10.5 ms (production 12.9 ms), "
        "3 of 100 predictions changed, 2 of 80 sampled requests changed."
    )


def test_the_sentence_names_the_first_misses() -> None:
    """Three are enough to know where to look."""
    findings = tuple(Finding("request", f"check {i}", Verdict.FAILED, "Wrong.", 0.1) for i in range(5))
    assert report.sentence(replace(made.inconclusive(), findings=findings)) == (
        "Smoke test failed: check 0: Wrong. check 1: Wrong. check 2: Wrong. And 2 more."
    )


def test_what_says_most_is_named_first() -> None:
    """Hundreds of figures matter more than one request that also went wrong."""
    evidence = made.with_finding(made.worse(), "request", Verdict.FAILED, "Wrong.")
    assert report.sentence(evidence).startswith("Smoke test failed: accuracy: 16 of 100 are right")


def test_a_miss_that_may_be_is_told_beside_the_verdict() -> None:
    """A failed should does not call a passed suite failed."""
    told = Finding("latency", "quick", Verdict.FAILED, "p99 is 31 ms.", 1, "should")
    evidence = replace(made.inconclusive(), findings=(*made.FINDINGS, told))
    assert report.sentence(evidence) == "8 checks passed. Told only: quick: p99 is 31 ms."


def test_warnings_are_part_of_the_sentence() -> None:
    """What an approver must not miss is in the console too."""
    assert report.sentence(made.first()).endswith(made.first().warnings[0])


def test_the_sentence_fits_the_console() -> None:
    """CodePipeline takes a limited number of characters."""
    findings = (Finding("request", "long", Verdict.FAILED, "x" * 5000, 0.1),)
    assert len(report.sentence(replace(made.inconclusive(), findings=findings))) == 1000
