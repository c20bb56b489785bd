"""One stack has one model in production: what another model needs to take its place."""

from __future__ import annotations

from slipway.errors import Refused
from slipway.models import Replacement
from slipway.models.text import shown
from slipway.ports import Ledger
from slipway.releases.live_release import live_release
from slipway.uploads.limits import Rules
from slipway.uploads.marker import MARKER, Marker

BY_OPERATORS = "The operators allow it (AllowOtherModels)."


def replacement(ledger: Ledger, model: str, marker: Marker, rules: Rules) -> Replacement:
    """Return what an upload of a model takes the place of, empty for the live model or the first one.

    Raises Refused for another model, unless the marker names the live one with a reason, or the operators allow it.
    """
    live = live_release(ledger)
    if live is None or live.model == model:
        return Replacement()
    if marker.replaces == live.model and not marker.problems:
        return Replacement(live.model, marker.reason)
    if rules.allow_other_models:
        return Replacement(live.model, BY_OPERATORS)
    raise Refused(
        f"Production runs {live.id}, and this stack has one model in production. To put {shown(model)} in its place, "
        f"upload {MARKER} with `replaces: {live.model}` and a `reason`; to run both, deploy another stack for it."
    )
