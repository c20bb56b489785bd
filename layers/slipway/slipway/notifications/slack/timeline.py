"""The timeline at the foot of the card: when a release began, and how long each step took."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise

from slipway.models import Json, Release, State
from slipway.notifications.slack import mrkdwn

_ORDER = list(State)


def timeline_block(release: Release) -> Json:
    """Return a context block: the first state with its time, each later one with the time since the one before."""
    # Events carry whole seconds: within one, the order of the states decides.
    steps = sorted(release.times.items(), key=lambda step: (step[1].replace(microsecond=0), _ORDER.index(step[0])))
    state, begun = steps[0]
    parts = [f"{_label(state)} {mrkdwn.time(begun)}"]
    parts += [f"{_label(state)} +{_span(before, at)}" for (_, before), (state, at) in pairwise(steps)]
    attempt = f" · attempt {release.attempt}" if release.attempt > 1 else ""
    return {"type": "context", "elements": [mrkdwn.text_object(" → ".join(parts) + attempt)]}


def _label(state: State) -> str:
    """Return a state in words."""
    return state.replace("_", " ")


def _span(since: datetime, until: datetime) -> str:
    """Return the time between two moments in words; 0 s if the second is the earlier one."""
    # EventBridge cuts its times to the second, so a step may seem to begin before the one that led to it.
    seconds = max(0, round((until - since).total_seconds()))
    minutes, rest = divmod(seconds, 60)
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min" if minutes else f"{rest} s"
