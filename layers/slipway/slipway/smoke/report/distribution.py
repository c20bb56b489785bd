"""Times on a logarithmic axis: bars of equal width, made of the histogram's own buckets."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor, isfinite, log10

from slipway.smoke.figures import LatencyFigures, Timing

BARS = 24  # at most
_FINEST, _COARSEST = 0.004, 0.1  # decades: buckets that are about 1 % and 26 % wide


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis from `low` to `high` milliseconds with bars of `joined` buckets, one of which ends at `origin`.

    A bucket is `bucket` decades wide.
    """

    low: float
    high: float
    origin: float
    bucket: float
    joined: int

    def outline(self, timing: Timing) -> list[tuple[float, float]]:
        """Return the bars' outline as points: (milliseconds, percent of the requests)."""
        shares = self._shares(timing)
        edges = range(min(shares) - 1, max(shares) + 1) if shares else range(0)
        points = [(self._time(edge), shares[bar]) for edge in edges for bar in (edge, edge + 1)]
        return [(min(max(time, self.low), self.high), height) for time, height in points]

    def _shares(self, timing: Timing) -> defaultdict[int, float]:
        """Return the percent of the requests in each bar, by the bar's number."""
        total = sum(count for _, count in timing.histogram)
        shares: defaultdict[int, float] = defaultdict(float)
        for bound, count in timing.histogram:
            shares[self._bar(bound)] += 100 * count / total
        return shares

    def _bar(self, bound: float) -> int:
        """Return the number of the bar that a time in milliseconds falls into."""
        time = min(max(bound, self.low), self.high)
        return ceil(round(log10(time / self.origin) / self.bucket) / self.joined)

    def _time(self, edge: int) -> float:
        """Return the time in milliseconds at which a bar's right edge is."""
        return float(self.origin * 10 ** (edge * self.joined * self.bucket))


def axis(figures: LatencyFigures) -> Axis:
    """Return an axis that holds both distributions and all budgets."""
    timings = [timing for timing in (figures.timing, figures.production) if timing]
    bounds = sorted({bound for timing in timings for bound, _ in timing.histogram if bound > 0 and isfinite(bound)})
    bounds = bounds or [1.0]
    nearest = min((log10(after / before) for before, after in pairwise(bounds)), default=_FINEST)
    bucket = min(max(nearest, _FINEST), _COARSEST)
    joined = max(1, ceil(log10(bounds[-1] / bounds[0]) / bucket / BARS))
    budgets = [budget for budget in figures.budgets.values() if budget > 0]
    low = min([bounds[0] * 10 ** (-2 * joined * bucket), *budgets])
    high = max([bounds[-1] * 10 ** (joined * bucket), *budgets])
    return Axis(low * 0.9, high * 1.1, bounds[0], bucket, joined)


def ticks(axis: Axis) -> list[float]:
    """Return round times along an axis, in milliseconds, six at most."""
    decades = range(floor(log10(axis.low)), ceil(log10(axis.high)) + 1)
    for digits in ((1, 2, 3, 4, 5, 6, 7, 8, 9), (1, 2, 5), (1, 3), (1,)):
        times = [digit * 10.0**decade for decade in decades for digit in digits]
        inside = [time for time in times if axis.low <= time <= axis.high]
        if len(inside) <= 6:
            return inside
    return inside[:: ceil(len(inside) / 6)]
