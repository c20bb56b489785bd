"""Plots as SVG that stands inside a page and takes its colours from the page's style."""

from __future__ import annotations

from math import log10
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from slipway.models.formatting import milliseconds
from slipway.models.text import shortened
from slipway.smoke.figures import AccuracyFigures, LatencyFigures
from slipway.smoke.report.classes import PLOTTED, share, weakest
from slipway.smoke.report.distribution import axis, ticks

if TYPE_CHECKING:
    from pygal.graph.graph import Graph

WIDTH = 400  # so narrow that its text can still be read on a phone
LABEL = 18  # characters


def latency(figures: LatencyFigures) -> Markup:
    """Return a plot of the distribution of the times, production's, and the budgets as upright lines."""
    from pygal import XY

    spread = axis(figures)
    outlines = [spread.outline(timing) if timing else [] for timing in (figures.timing, figures.production)]
    top = max((height for outline in outlines for _, height in outline), default=1)
    budgets = [[(budget, 0), (budget, top)] if budget > 0 else [] for _, budget in sorted(figures.budgets.items())]
    chart = XY(**options(210), show_dots=False, xrange=(log10(spread.low), log10(spread.high)), include_x_axis=True)
    chart.x_labels = [{"value": log10(tick), "label": milliseconds(tick)} for tick in ticks(spread)]
    for line in (*outlines, *budgets):
        chart.add("", [(log10(time), height) for time, height in line])
    return inline(chart, "How the response times are distributed; the table has the figures.")


def classes(figures: AccuracyFigures) -> Markup:
    """Return a plot of each class's accuracy, with production's below it."""
    from pygal import HorizontalBar

    scores = weakest(figures, PLOTTED)[::-1]
    chart = HorizontalBar(**options(40 + len(scores) * (30 if figures.production else 20)), range=(0, 100), spacing=4)
    chart.x_labels = [shortened(score.label, LABEL) for score in scores]
    chart.add("", [_percent(share(score.right, score)) for score in scores])
    if figures.production:
        chart.add("", [_percent(share(score.production, score)) for score in scores])
    return inline(chart, "Accuracy of each class in percent; the table has the figures.")


def _percent(value: float | None) -> float | None:
    """Return a share, 0 to 1, in percent; None for None."""
    return None if value is None else 100 * value


def options(height: int) -> dict[str, Any]:
    """Return the options of pygal that all plots share; `height` is in pixels."""
    from pygal.style import Style

    return {
        # The page's style draws; these sizes only tell how much room the text takes.
        "style": Style(label_font_size=12, major_label_font_size=12),
        "width": WIDTH,
        "height": height,
        "css": (),
        "js": (),
        "margin": 6,
        "max_scale": 6,
        "truncate_label": -1,
        "show_legend": False,
        "disable_xml_declaration": True,
        "classes": ("plot",),
    }


def inline(chart: Graph, described: str) -> Markup:
    """Return a chart as SVG for use within a page, without scripts and tooltips; screen readers read `described`."""
    chart.add_xml_filter(lambda root: _bare_root(root, described))
    return Markup(chart.render(is_unicode=True))  # noqa: S704 - the XML writer has escaped every label


def _bare_root(root: Any, described: str) -> Any:
    """Return a chart's root without what only a document of its own needs, with a description."""
    for parent in list(root.iter()):
        for node in list(parent):
            if _is_needless(node):
                parent.remove(node)
    for name in ("id", "xmlns"):
        root.attrib.pop(name, None)
    root.set("role", "img")
    root.set("aria-label", described)
    return root


def _is_needless(node: Any) -> bool:
    """Return whether a node of a chart is not needed within a page."""
    comment = not isinstance(node.tag, str)
    return comment or node.tag in ("defs", "desc", "title") or "overlay" in node.get("class", "")
