"""The history as plots: changes week by week, and where the time of each release went."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from markupsafe import Markup

from slipway.models import Release
from slipway.smoke.report.plots import inline, options
from slipway.web.history.metrics import DeliveryMetrics, approval_wait, lead_time

SHOWN = 12  # bars
_UNITS = (("days", timedelta(days=2)), ("hours", timedelta(hours=2)), ("minutes", timedelta(minutes=2)))
_SCALES = {"days": 86400, "hours": 3600, "minutes": 60, "seconds": 1}


def weekly(metrics: DeliveryMetrics) -> Markup:
    """Return a plot of how many changes came to production in each week, and how many of them failed."""
    from pygal import StackedBar

    chart = StackedBar(**options(200) | {"classes": ("plot", "weekly")}, spacing=4, format=lambda count: f"{count:g}")
    chart.x_labels = [f"{week.begins:%-d %b}" if place % 3 == 0 else "" for place, week in enumerate(metrics.weeks)]
    chart.y_labels = _whole_labels(max((week.live + week.failed for week in metrics.weeks), default=0))
    chart.add("", [week.live for week in metrics.weeks])
    chart.add("", [week.failed for week in metrics.weeks])
    return inline(chart, f"Changes to production in each of the last {len(metrics.weeks)} weeks.")


def _whole_labels(top: int) -> list[int]:
    """Return at most five whole numbers to label an axis from 0 to `top`."""
    step = -(-max(top, 1) // 4)
    return list(range(0, max(top, 1) + step, step))


def timed(releases: Sequence[Release]) -> list[Release]:
    """Return the newest releases whose lead time is known, the oldest first."""
    return [release for release in releases if lead_time(release) is not None][:SHOWN][::-1]


def unit_of(releases: Sequence[Release]) -> str:
    """Return the unit in which the lead times of releases are drawn: days, hours, minutes or seconds."""
    longest = max((lead for release in releases if (lead := lead_time(release))), default=timedelta())
    return next((unit for unit, least in _UNITS if longest >= least), "seconds")


def leads(releases: Sequence[Release]) -> Markup:
    """Return a plot of each release's lead time: the time of machines, and that of people."""
    from pygal import HorizontalStackedBar

    shown, unit = timed(releases)[::-1], unit_of(timed(releases))
    chart = HorizontalStackedBar(**options(50 + 26 * len(shown)), spacing=4, format=lambda time: f"{time:g}")
    waits = [approval_wait(release) or timedelta() for release in shown]
    machines = [(lead_time(release) or timedelta()) - wait for release, wait in zip(shown, waits, strict=True)]
    chart.x_labels = [release.id for release in shown]
    for spans in (machines, waits):
        chart.add("", [round(max(0.0, span.total_seconds()) / _SCALES[unit], 2) for span in spans])
    return inline(chart, "How long each release took from upload to production; the list below has the figures.")
