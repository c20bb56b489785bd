"""Times are drawn on an axis that has room for them and for the budgets."""

from __future__ import annotations

from itertools import pairwise
from math import inf

import pytest

from slipway.smoke.figures import LatencyFigures, Timing
from slipway.smoke.report.distribution import BARS, axis, ticks
from tests.support import made_evidence as made


def figures(*bounds: float, budgets: dict[str, float] | None = None) -> LatencyFigures:
    """Make one request in each bucket."""
    return LatencyFigures(Timing(len(bounds), 1, 2, 3, tuple((b, 1) for b in bounds)), None, 1, budgets or {})


def test_the_bars_hold_all_requests() -> None:
    """The shares of a distribution are 100 % together."""
    latency = made.slow().latency
    assert latency
    assert latency.production
    spread = axis(latency)
    for timing in (latency.timing, latency.production):
        tops = spread.outline(timing)[1::2]
        assert sum(share for _, share in tops) == pytest.approx(100)
        assert len(tops) <= BARS + 2


def test_an_outline_begins_and_ends_on_the_ground() -> None:
    """Its area can be filled."""
    spread = axis(figures(10, 11, 12))
    outline = spread.outline(figures(10, 11, 12).timing)
    assert outline[0][1] == outline[-1][1] == 0
    assert all(before <= after for (before, _), (after, _) in pairwise(outline))


@pytest.mark.parametrize("budgets", [{}, {"p95": 300.0}, {"p50": 0.1, "p99": 5000.0}, {"p95": 0.0}])
@pytest.mark.parametrize("bounds", [(), (10.0,), (10.0, inf), (0.0, 10.0), (1.0, 1000.0)])
def test_everything_lies_on_the_axis(bounds: tuple[float, ...], budgets: dict[str, float]) -> None:
    """No times, one, times without bound, far budgets: all can be drawn."""
    latency = figures(*bounds, budgets=budgets)
    spread = axis(latency)
    times = [time for time, _ in spread.outline(latency.timing)] + [budget for budget in budgets.values() if budget]
    assert all(spread.low <= time <= spread.high for time in times)
    assert all(spread.low <= tick <= spread.high for tick in ticks(spread))
    assert len(ticks(spread)) <= 6


@pytest.mark.parametrize("buckets", [10, 24, 100])
def test_buckets_of_one_width_make_no_comb(buckets: int) -> None:
    """Bars are whole numbers of buckets, so that even times look even, though their bounds were rounded."""
    even = figures(*(round(0.958844 * 1.104622**power, 6) for power in range(buckets)))
    tops = [share for _, share in axis(even).outline(even.timing)[1:-2:2]]
    assert max(tops[1:-1]) == pytest.approx(min(tops[1:-1]))
