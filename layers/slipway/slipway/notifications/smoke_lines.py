"""The lines on a smoke test: its verdict, its figures, and what its suite took from the suite of record."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from slipway.models import SmokeSummary, Verdict
from slipway.models.formatting import counted, milliseconds, percent
from slipway.notifications.markup import Markup
from slipway.notifications.stack_urls import StackUrls

LOOSENED = "⚠️ The uploader's suite loosens the suite of record:"
_VERDICTS = {Verdict.PASSED: "✅", Verdict.FAILED: "❌", Verdict.INCONCLUSIVE: "❔"}


def smoke_lines(target: str, smoke: SmokeSummary, urls: StackUrls, markup: Markup) -> Iterator[str]:
    """Yield lines on a smoke test: verdict and counts, figures, and what the uploader's suite loosened."""
    unknown = f", {smoke.inconclusive} inconclusive" if smoke.inconclusive else ""
    counts = f"{smoke.passed} passed, {smoke.failed} failed{unknown} in {smoke.seconds:.1f} s"
    evidence = urls.evidence(smoke)
    link = f" · {markup.link(evidence, 'evidence')}" if evidence else ""
    yield f"{_VERDICTS[smoke.verdict]} {smoke.verdict} on {markup.name(target)}: {counts}{link}"
    if figures := " · ".join(_figures(smoke)):
        yield figures
    for sentence in smoke.loosened:
        yield f"{LOOSENED} {markup.quote(sentence)}"


def _figures(smoke: SmokeSummary) -> Iterator[str]:
    """Yield the figures that were measured, each beside production's."""
    if smoke.accuracy is not None:
        yield f"accuracy {percent(smoke.accuracy)}{_beside_production(smoke.production_accuracy, percent)}"
    if smoke.p95 is not None:
        yield f"p95 {milliseconds(smoke.p95)}{_beside_production(smoke.production_p95, milliseconds)}"
    if smoke.changed is not None:
        yield f"{smoke.changed or 'no'} changed prediction{'' if smoke.changed == 1 else 's'}"
    if smoke.replayed is not None and smoke.replayed_changed is not None:
        changed = f"{smoke.replayed_changed:,} of {counted(smoke.replayed, 'sampled request')} changed"
        yield changed if smoke.replayed else "no sampled requests compared yet"


def _beside_production(production: float | None, unit: Callable[[float], str]) -> str:
    """Return production's figure in parentheses; empty if it was not measured."""
    return "" if production is None else f" (production {unit(production)})"
