"""What a way back has to show: that it is what was live, and alive; whatever else its suite asks for is told only.

A suite of record may have been tightened since, and what production is to be cured of must not hold the cure to itself.
"""

from __future__ import annotations

from dataclasses import replace

from slipway.models import Release
from slipway.smoke.suite.definition import Accuracy, Suite
from slipway.smoke.suite.requests import Check


def suite_of_way_back(suite: Suite, target: Release) -> Suite:
    """Return the suite of a release that goes back to `target`: ready, identity and its own accuracy decide."""
    return replace(
        suite,
        requests=tuple(map(_not_deciding, suite.requests)),
        contract=suite.contract and _not_deciding(suite.contract),
        latency=suite.latency and _not_deciding(suite.latency),
        compare=suite.compare and _not_deciding(suite.compare),
        accuracy=suite.accuracy and _own_accuracy(suite.accuracy, target),
    )


def _not_deciding[C: Check](check: C) -> C:
    """Return a check that is only told, and does not decide."""
    return replace(check, severity="should")


def _own_accuracy(check: Accuracy, target: Release) -> Accuracy:
    """Return an accuracy check that demands no more than the release had when it was tested."""
    measured = [smoke.accuracy for smoke in target.smoke.values() if smoke.accuracy is not None]
    bounds = [bound for bound in (check.at_least, *measured) if bound is not None]
    return replace(check, at_least=min(bounds, default=None), below_production=None)
