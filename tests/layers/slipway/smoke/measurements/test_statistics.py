"""Figures are what they claim to be."""

from __future__ import annotations

import pytest

from slipway.smoke.measurements.statistics import Histogram, score


@pytest.mark.parametrize(
    ("right", "cases", "low", "high"),
    [(8, 10, 0.4902, 0.9433), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (95, 100, 0.8882, 0.9785), (0, 0, 0.0, 1.0)],
)
def test_wilson_s_interval(right: int, cases: int, low: float, high: float) -> None:
    """As the tables have it, and within 0 and 1."""
    found = score(right, cases)
    assert [found.low, found.high] == pytest.approx([low, high], abs=1e-4)


def test_percentiles_are_exact_to_half_a_percent() -> None:
    """Beside the sorted times themselves."""
    times = [1.5**n for n in range(1, 21)]
    histogram = Histogram()
    for time in times:
        histogram.add(time)
    ordered = sorted(times)
    for percent, rank in ((50, 10), (95, 19), (99, 20)):
        assert histogram.percentile(percent) == pytest.approx(ordered[rank - 1], rel=0.006)


def test_many_times_take_no_more_memory_than_few() -> None:
    """The buckets are bounded by the range of times, not by their number."""
    few, many = Histogram(), Histogram()
    for number in range(1, 1001):
        few.add(number)
    for number in range(1, 100_001):
        many.add(number % 1000 + 1)
    assert len(many.buckets) <= len(few.buckets)
    assert Histogram(many.buckets).buckets == many.buckets


def test_the_drawn_distribution_holds_every_time() -> None:
    """Rising bounds, and no time above its own."""
    histogram = Histogram()
    for number in range(1, 501):
        histogram.add(number)
    timing = histogram.timing()
    bounds = [bound for bound, _ in timing.histogram]
    assert bounds == sorted(bounds)
    assert sum(count for _, count in timing.histogram) == timing.requests == 500
    assert bounds[-1] >= 500
