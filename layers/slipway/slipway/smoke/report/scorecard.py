"""What an approver sees first: the verdict in words, and four figures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from slipway.models import Verdict
from slipway.models.formatting import counted, milliseconds, percent, points
from slipway.smoke.evidence import Evidence, Kind
from slipway.smoke.figures import AccuracyFigures, Comparison, LatencyFigures
from slipway.smoke.report import changes
from slipway.smoke.report.order import blocking, worst_first


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure, and the figures that it is compared with; `verdict` is that of the checks it belongs to."""

    name: str
    value: str
    compared: tuple[str, ...]
    verdict: Verdict | None = None


def headline(evidence: Evidence) -> str:
    """Return the verdict as a sentence."""
    checks, passed = counted(len(evidence.findings), "check"), evidence.count(Verdict.PASSED)
    if evidence.verdict is Verdict.INCONCLUSIVE:
        return "The build could not be judged. That says nothing against it, and nothing for it."
    if evidence.verdict is Verdict.FAILED:
        failed = sum(finding.verdict is Verdict.FAILED for finding in blocking(evidence))
        return f"{failed:,} of {checks} failed: the build does not show what the suite demands."
    if passed < len(evidence.findings):
        return f"{passed:,} of {checks} passed; the rest need not hold, and is told below."
    return f"All {checks} passed." if passed > 1 else "The only check passed."


def tiles(evidence: Evidence) -> Iterator[Tile]:
    """Yield a tile for each figure that was measured, and one for the checks."""
    if evidence.comparison:
        yield _changed_tile(evidence.comparison, _verdict(evidence, "compare"))
    if evidence.accuracy:
        yield _accuracy_tile(evidence.accuracy, _verdict(evidence, "accuracy"))
    if evidence.latency:
        yield _latency_tile(evidence.latency, _verdict(evidence, "latency"))
    yield _checks_tile(evidence)


def _verdict(evidence: Evidence, kind: Kind) -> Verdict | None:
    """Return the worst verdict of the checks of a kind; None if there was none."""
    return next((finding.verdict for finding in worst_first(evidence.findings) if finding.kind == kind), None)


def _changed_tile(comparison: Comparison, verdict: Verdict | None) -> Tile:
    """Return the tile of the changed predictions."""
    value = f"{comparison.changed:,} of {comparison.cases:,}"
    beside = (*changes.effects(comparison), *changes.replayed(comparison))
    return Tile("Changed predictions", value, beside, verdict)


def _accuracy_tile(figures: AccuracyFigures, verdict: Verdict | None) -> Tile:
    """Return the tile of the accuracy."""
    share, production = figures.score.share, figures.production
    beside = (f"production {percent(production.share)}", points(share - production.share)) if production else ()
    limit = (f"at least {percent(figures.at_least)} asked for",) if figures.at_least is not None else ()
    return Tile("Accuracy", percent(share), beside + limit, verdict)


def _latency_tile(figures: LatencyFigures, verdict: Verdict | None) -> Tile:
    """Return the tile of the latency, which shows one percentile."""
    name = _shown_percentile(figures)
    production = (f"production {milliseconds(getattr(figures.production, name))}",) if figures.production else ()
    budget = (f"budget {milliseconds(figures.budgets[name])}",) if name in figures.budgets else ()
    time = milliseconds(getattr(figures.timing, name))
    return Tile(f"{name[1:]}\u00a0% answered within", time, production + budget, verdict)


def _shown_percentile(figures: LatencyFigures) -> str:
    """Return the percentile to show: one that is over its budget, or else p95."""
    over = (name for name, budget in figures.budgets.items() if getattr(figures.timing, name) > budget)
    return max(over, default="p95", key=lambda name: name == "p95")


def _checks_tile(evidence: Evidence) -> Tile:
    """Return the tile of how many checks passed."""
    counts = ((evidence.count(verdict), verdict.value) for verdict in (Verdict.FAILED, Verdict.INCONCLUSIVE))
    beside = tuple(f"{count:,} {word}" for count, word in counts if count)
    return Tile("Checks passed", f"{evidence.count(Verdict.PASSED):,} of {len(evidence.findings):,}", beside)
