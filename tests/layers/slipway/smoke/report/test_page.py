"""The page says what an approver must know, and nothing that a suite or a service says harms it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from slipway.models import Verdict
from slipway.smoke import report
from slipway.smoke.evidence import Evidence, Finding
from slipway.smoke.figures import Change, ClassScore, Comparison, ReplayFigures, Score, SliceScore
from tests.support import made_evidence as made

EVERY = pytest.mark.parametrize("make", [made.passed, made.worse, made.slow, made.inconclusive, made.first])
HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>'


def said(evidence: Evidence) -> str:
    """The page's words, as a reader without pictures and styles gets them."""
    text = re.sub(r"<style>.*?</style>|<[^>]*>", " ", report.page(evidence), flags=re.DOTALL)
    return " ".join(text.replace("&#39;", "'").split())


@EVERY
def test_the_page_needs_nothing_else(make: Callable[[], Evidence]) -> None:
    """No script, no address but those of the services, and a policy that forbids every other."""
    page = report.page(make())
    assert "<script" not in page
    assert set(re.findall(r"https?://[^\"'<\s]+", page)) <= {
        "http://staging.example.com",
        "http://production.example.com",
    }
    assert "default-src 'none'" in page


@pytest.mark.parametrize(
    ("make", "verdict", "reason"),
    [
        (made.passed, "Passed", "All 8 checks passed."),
        (made.worse, "Failed", "2 of 8 checks failed"),
        (made.inconclusive, "Inconclusive", "could not be judged"),
    ],
)
def test_the_verdict_comes_first_and_in_words(make: Callable[[], Evidence], verdict: str, reason: str) -> None:
    """Nobody has to know what a colour means."""
    words = said(make())
    assert words.index(verdict) < words.index(reason) < words.index("What changes for users")


@pytest.mark.parametrize(
    ("replay", "words"),
    [
        (None, ""),
        (ReplayFigures(0, 0, 0, 0), "There are no sampled requests of production yet."),
        (ReplayFigures(1, 1, 1, 1), "1 request of production was asked again of both: 0 of 1 prediction differ."),
        (
            ReplayFigures(90, 88, 80, 78),
            (
                "88 requests of production were asked again of both: 2 of 80 predictions differ. 8 got no prediction "
                "in production. 2 more were not asked, for want of time."
            ),
        ),
    ],
)
def test_what_sampled_requests_show_is_told_apart(replay: ReplayFigures | None, words: str) -> None:
    """How many were asked, how many answers differ, and that there are none yet; nothing where none are sampled."""
    page = said(replace(made.passed(), comparison=Comparison(100, 97, 3, made.changes(3), 0.9, replay)))
    assert words in page
    assert ("Sampled requests" in page) is bool(words)


def test_what_failed_is_said_beside_the_verdict() -> None:
    """The reason needs no scrolling."""
    words = said(made.worse())
    assert words.index("16 of 100 are right (16.0 %)") < words.index("What changes for users")


def test_what_may_fail_is_not_said_beside_the_verdict() -> None:
    """A should that failed is told in its place."""
    told = Finding("latency", "quick", Verdict.FAILED, "p99 is 31 ms.", 1, "should")
    words = said(replace(made.passed(), findings=(*made.FINDINGS, told)))
    assert "8 of 9 checks passed; the rest need not hold" in words
    assert words.index("p99 is 31 ms.") > words.index("Every check")


def test_warnings_stand_before_everything_but_the_verdict() -> None:
    """An approver must not miss them."""
    words = said(made.first())
    assert words.index("Passed") < words.index("The service cannot say which release") < words.index("What changes")


def test_changes_are_shown_with_what_is_worse_first() -> None:
    """Regressions are what an approver looks for."""
    words = said(made.passed())
    assert "3 of 100 predictions differ from production's (97.0 % agree; at least 90.0 % must)" in words
    assert words.index("Now wrong") < words.index("Now right")
    assert "golden/0001.png" in words


def test_changes_that_were_not_kept_are_counted() -> None:
    """The list never looks complete when it is not."""
    words = said(made.worse())
    assert "714 more changes were counted, but not kept." in words
    assert words.count("golden/") == 200


def test_a_release_that_changes_nothing_says_so() -> None:
    """Nothing is an answer, too."""
    assert "Nothing: all 100 predictions stay what production says." in said(made.slow())


def test_a_first_release_says_why_nothing_is_compared() -> None:
    """A missing production is no riddle."""
    words = said(made.first())
    assert "What changes for users There is no production to compare with yet: this is the first release." in words
    assert "Production" not in words


@EVERY
def test_figures_stand_beside_production_s(make: Callable[[], Evidence]) -> None:
    """Every part that was measured has its table and its plot, and nothing else has."""
    evidence = make()
    page = report.page(evidence)
    plots = (evidence.accuracy is not None) + (evidence.latency is not None)
    assert page.count("<svg") == page.count('role="img"') == plots


def test_a_time_over_its_budget_is_said_in_words() -> None:
    """Red alone is not read by everybody."""
    assert said(made.slow()).count("too slow") == 3


def test_a_build_without_a_name_is_still_a_build() -> None:
    """A suite can be run against a service that belongs to no release."""
    words = said(replace(made.passed(), release=""))
    assert words.startswith("Passed: a build on staging A build on staging")
    assert "Release" not in words


def test_the_first_time_that_is_seen_is_the_one_over_its_budget() -> None:
    """A p95 within its budget does not explain why the latency failed."""
    latency = made.slow().latency
    assert latency
    words = said(replace(made.slow(), latency=replace(latency, budgets={"p50": 100.0, "p95": 900.0})))
    assert "50 % answered within failed 532 ms production 9.36 ms budget 100 ms" in words.replace("\u00a0", " ")


def test_slices_are_told_with_their_floors_worst_first() -> None:
    """The weakest is what an approver has to see."""
    slices = (SliceScore("day", 80, 79, 78), SliceScore("night", 20, 15, 18, 0.8), SliceScore("rain", 0, 0, 0, 0.5))
    words = said(replace(made.passed(), accuracy=replace(made.accuracy({}), slices=slices))).replace("\u00a0", " ")
    assert "rain 0 – – 50.0 % night 20 15 (75.0 %) 18 (90.0 %) 80.0 % day 80 79 (98.8 %) 78 (97.5 %) –" in words


def hostile() -> Evidence:
    """Everything that others write is an attempt to break out."""
    change = Change(HOSTILE, HOSTILE, HOSTILE, HOSTILE, 1.0, 7.0, f"data:image/png;base64,AAAA{HOSTILE}")
    accuracy = replace(
        made.accuracy({}),
        classes=(ClassScore(HOSTILE, 1, 1, 1), ClassScore("\x00\ud800", 0, 0, None)),
        confusion={(HOSTILE, HOSTILE): 1},
        slices=(SliceScore(HOSTILE, 1, 1, 1),),
    )
    texts: dict[str, Any] = dict.fromkeys(("release", "target", "candidate", "commit", "production"), HOSTILE)
    return replace(
        made.passed(),
        **texts,
        url=f"javascript:alert(1){HOSTILE}",
        production_url=f"http://x/{HOSTILE}",
        warnings=(HOSTILE,),
        findings=(Finding("request", HOSTILE, Verdict.FAILED, HOSTILE + "\ud800", 1),),
        accuracy=accuracy,
        comparison=Comparison(1, 0, 1, (change,)),
    )


def test_everything_that_others_write_is_escaped() -> None:
    """Labels, names, sentences and addresses stay text."""
    page = report.page(hostile())
    assert "<script" not in page
    assert "<img" not in page
    assert 'href="javascript:' not in page
    assert page.encode()


@pytest.mark.parametrize(
    "picture",
    [
        "data:image/svg+xml;base64,AAAA",
        "data:text/html;base64,AAAA",
        "https://example.com/a.png",
        "data:image/png;base64,A B",
    ],
)
def test_only_harmless_pictures_are_shown(picture: str) -> None:
    """A picture is a bitmap inside the page, or none."""
    comparison = Comparison(3, 0, 3, made.changes(3, picture))
    page = report.page(replace(made.passed(), comparison=comparison))
    assert "<img" not in page
    assert "example.com/a.png" not in page


def test_many_classes_are_told_by_their_weakest() -> None:
    """A thousand bars tell nobody anything."""
    labels = [f"class {number}" for number in range(1000)]
    scores = tuple(ClassScore(label, 10, 9 - (label == "class 500"), 9) for label in labels)
    confusion = {(label, label): 9 for label in labels} | {(label, "class 0"): 1 for label in labels[1:]}
    accuracy = replace(made.accuracy({}), classes=scores, confusion=confusion)
    words = said(replace(made.passed(), accuracy=accuracy))
    assert "the 20 weakest of 1,000" in words
    assert "The most frequent mistakes" in words
    assert words.index("class 500 10 8 (80.0 %) 9 (90.0 %)") < words.index("class 0 10 9")


def test_figures_without_a_single_case_can_be_shown() -> None:
    """A golden set may be empty, and a service silent."""
    accuracy = replace(made.accuracy({}), score=Score(0, 0, 0, 1), production=None, classes=(), confusion={})
    latency = made.passed().latency
    assert latency
    silent = replace(latency, timing=replace(latency.timing, requests=0, histogram=()))
    evidence = replace(made.passed(), accuracy=accuracy, latency=silent, comparison=Comparison(0, 0, 0, ()))
    assert "Accuracy" in said(evidence)
