"""What the smoke tests found, in two lines: the verdict, and the figures beside production's."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from slipway.models import Release, SmokeSummary, Verdict
from slipway.models.formatting import milliseconds, percent
from slipway.notifications.places import Places
from slipway.notifications.slack.markup import escape, link

_SIGNS = {Verdict.PASSED: "✅", Verdict.FAILED: "❌", Verdict.INCONCLUSIVE: "❔"}


def lines(release: Release, places: Places) -> str:
    """Tell of the smoke tests, staging's first."""
    told = []
    for target, smoke in sorted(release.smoke.items(), reverse=True):
        where = places.evidence(smoke.evidence)
        evidence = f" · {link(where, 'evidence')}" if where else ""
        told += [
            f"*Smoke test on {escape(target)}:* {_SIGNS[smoke.verdict]} {counts(smoke)}{evidence}",
            *figures(smoke),
        ]
    return "\n".join(told)


def counts(smoke: SmokeSummary) -> str:
    """Count what passed and what did not."""
    told = f"{smoke.passed} passed, {smoke.failed} failed"
    unknown = f", {smoke.inconclusive} inconclusive" if smoke.inconclusive else ""
    return f"{smoke.verdict}: {told}{unknown} in {smoke.seconds:.1f} s"


def figures(smoke: SmokeSummary) -> list[str]:
    """Give a line of what was measured, nothing if nothing was."""
    told = " · ".join(_measured(smoke))
    return [told] if told else []


def _measured(smoke: SmokeSummary) -> Iterator[str]:
    if smoke.accuracy is not None:
        yield f"accuracy {percent(smoke.accuracy)}{_beside(smoke.production_accuracy, percent)}"
    if smoke.p95 is not None:
        yield f"p95 {milliseconds(smoke.p95)}{_beside(smoke.production_p95, milliseconds)}"
    if smoke.changed is not None:
        yield f"{smoke.changed or 'no'} changed prediction{'' if smoke.changed == 1 else 's'}"


def _beside(production: float | None, say: Callable[[float], str]) -> str:
    return "" if production is None else f" (production {say(production)})"
