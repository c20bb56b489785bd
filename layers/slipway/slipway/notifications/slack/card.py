"""The card: everything about a release at a glance, in one message that changes as the release moves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise

from slipway.approvals.policy import Policy
from slipway.models import Json, Release, State
from slipway.notifications.places import Places
from slipway.notifications.slack import buttons, commits, evidence, votes
from slipway.notifications.slack.markup import FIELD, code, context, escape, header, link, moment, mrkdwn, name, section
from slipway.notifications.slack.people import who
from slipway.notifications.slack.words import headline
from slipway.releases.code_diff import Since

_ORDER = list(State)
_UNITS = ((1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "KB"))


def blocks_of(release: Release, places: Places, policy: Policy, since: Since | None = None) -> list[Json]:
    """Render the card of a release as it stands."""
    lines = (
        _origin(release, policy),
        commits.lines(since),
        evidence.lines(release, places),
        _queue(release),
        votes.line(release, policy),
        _why(release, places),
    )
    return [
        header(headline(release)),
        {"type": "section", "fields": [mrkdwn(field, FIELD) for field in _fields(release)]},
        *(section(line) for line in lines if line),
        *buttons.question(release, places),
        *buttons.way_back(release),
        context(_times(release)),
    ]


def _fields(release: Release) -> Iterator[str]:
    yield f"*Model*\n{name(release.model)}"
    yield f"*Candidate*\n{code(release.candidate)}"
    yield f"*Author*\n{name(release.author) or 'unknown'}"
    yield f"*Upload*\n{name(release.prefix) or 'unknown'}"
    if release.commit:
        yield f"*Commit*\n{commits.pushed(release.built_from)}"
    if release.bytes:
        yield f"*Size*\n{_size(release.bytes)}"


def _size(weight: int) -> str:
    unit, called = next((one for one in _UNITS if weight >= one[0]), (1, "bytes"))
    return f"{weight / unit:.1f} {called}" if unit > 1 else f"{weight} bytes"


def _origin(release: Release, policy: Policy) -> str:
    """Say why a known content is released again."""
    why = f": {escape(release.forced)}" if release.forced else "."
    if release.back_to:
        return f"*Back to* {name(release.back_to)}, asked by {who(release.back_by, policy)}{why}"
    return f"*Released again*, the same content as {name(release.before)}{why}" if release.before else ""


def _why(release: Release, places: Places) -> str:
    log = places.log(release) if release.state is State.FAILED else ""
    words = [f"*Why:* {escape(release.reason)}" if release.reason else "", link(log, "Read the log") if log else ""]
    return " ".join(word for word in words if word)


def _queue(release: Release) -> str:
    """Say who waits for whom at staging."""
    waits_behind = release.state is State.WAITING and release.newer and not release.deciding
    return f"{name(release.newer)} waits behind this one." if waits_behind else ""


def _times(release: Release) -> str:
    """Give the first state its time, and each later one how long the one before it took."""
    steps = sorted(release.times.items(), key=lambda step: (step[1].replace(microsecond=0), _ORDER.index(step[0])))
    state, begun = steps[0]
    told = [f"{_called(state)} {moment(begun)}"]
    told += [f"{_called(state)} +{_span(before, at)}" for (_, before), (state, at) in pairwise(steps)]
    return " → ".join(told) + (f" · attempt {release.attempt}" if release.attempt > 1 else "")


def _called(state: State) -> str:
    return state.replace("_", " ")


def _span(since: datetime, until: datetime) -> str:
    # EventBridge cuts its times to the second, so that a step may seem to begin before the one that led to it.
    seconds = max(0, round((until - since).total_seconds()))
    minutes, rest = divmod(seconds, 60)
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min" if minutes else f"{rest} s"
