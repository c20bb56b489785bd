"""Statistics: the interval of a share, and percentiles of times in a memory that does not grow."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping

from slipway.smoke.figures import Score, Timing

_Z = 1.959964  # 95 % of a normal distribution lie within so many standard deviations
_FINE = 1.01  # each bucket's upper bound by its lower one: a percentile is exact to half a percent
_COARSE = 10  # fine buckets to one of a plot's
_SHORTEST = 0.001  # milliseconds


def score(right: int, cases: int) -> Score:
    """Return a share with its 95 % interval by Wilson (1927), which holds for few cases and near 0 and 1, too."""
    if not cases:
        return Score(0, 0, 0.0, 1.0)
    share, z = right / cases, _Z * _Z / cases
    middle = (share + z / 2) / (1 + z)
    reach = _Z / (1 + z) * math.sqrt(share * (1 - share) / cases + z / (4 * cases))
    return Score(right, cases, max(0.0, middle - reach), min(1.0, middle + reach))


class Histogram:
    """Times in milliseconds, counted in buckets that grow with them."""

    def __init__(self, buckets: Mapping[str, int] | None = None) -> None:
        """Begin with the counts that `buckets` returned, or empty."""
        self._counts = Counter({int(bucket): count for bucket, count in (buckets or {}).items()})

    @property
    def buckets(self) -> dict[str, int]:
        """The counts by bucket number, both of which JSON can hold."""
        return {str(bucket): count for bucket, count in sorted(self._counts.items())}

    def add(self, milliseconds: float) -> None:
        """Count a time."""
        self._counts[math.ceil(math.log(max(milliseconds, _SHORTEST) / _SHORTEST, _FINE))] += 1

    def percentile(self, percent: float) -> float:
        """Return the time in milliseconds that `percent` percent do not exceed; 0 without any."""
        wanted, seen = self._counts.total() * percent / 100, 0
        for bucket, count in sorted(self._counts.items()):
            seen += count
            if seen >= wanted:
                return _bound(bucket - 0.5)
        return 0.0

    def timing(self) -> Timing:
        """Return p50, p95 and p99, and a distribution that is coarse enough to be drawn."""
        bars = Counter[int]()
        for bucket, count in sorted(self._counts.items()):
            bars[-(-bucket // _COARSE) * _COARSE] += count
        drawn = tuple((_bound(bar), count) for bar, count in bars.items())
        p50, p95, p99 = map(self.percentile, (50, 95, 99))
        return Timing(self._counts.total(), p50, p95, p99, drawn)


def _bound(bucket: float) -> float:
    """Return the upper bound of a bucket in milliseconds."""
    return _SHORTEST * math.pow(_FINE, bucket)
