"""What people said about a release: votes as they come, the decision on its way, the answer."""

from __future__ import annotations

from slipway.approvals.policy import Policy
from slipway.models import Answer, Release, State
from slipway.notifications.slack.markup import PROSE, escape, listed, moment
from slipway.notifications.slack.people import who

BRIEFLY = 300  # characters of each vote's reason: there may be twenty
_PLACES = {"console": " in the AWS console", "page": " on the review page"}


def line(release: Release, policy: Policy) -> str:
    """Tell what was said, the strongest word only."""
    if release.answer:
        return _decided(release.answer, release.answer.decision.capitalize(), policy)
    if release.deciding:
        return _decided(release.deciding, f"Being {release.deciding.decision}", policy)
    return _votes(release, policy)


def _decided(answer: Answer, word: str, policy: Policy) -> str:
    if answer.source == "slipway":
        return f"*Withdrawn:* {escape(answer.reason)}"
    return f"*{word}* by {_said(answer, policy)}"


def _votes(release: Release, policy: Policy) -> str:
    if release.state is not State.WAITING:
        return ""
    given, shortage = policy.approvals(release), escape(policy.shortage(release))
    if not given:
        return shortage or (f"*{policy.required} approvals are needed.*" if policy.required > 1 else "")
    first, *others = (_said(vote, policy, BRIEFLY) for vote in given)
    approved = [f"*{len(given)} of {policy.required} approved:* {first}", *others]
    return listed([*approved, shortage] if shortage else approved)


def _said(answer: Answer, policy: Policy, limit: int = PROSE) -> str:
    why = f": {escape(answer.reason, limit)}" if answer.reason else ""
    return f"{who(answer.by, policy)}{_PLACES.get(answer.source, '')}, {moment(answer.at)}{why}"
