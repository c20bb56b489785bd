"""What can be done on a card, and the words that ask again before it is."""

from __future__ import annotations

from slipway.models import Json, Release, State
from slipway.notifications.places import Places
from slipway.notifications.slack.markup import link, moment, plain, section


def question(release: Release, places: Places) -> list[Json]:
    """Ask, while there is something to answer."""
    asked = release.approval
    if asked is None or not release.asks:
        return []
    staging, production = link(places.staging, "Try it on staging"), link(places.production, "production")
    ask = f"{staging}, beside {production}, then answer by {moment(asked.expires)}."
    buttons = [_approve(release), _button("reject", "Reject", release, "danger"), _button("review", "Review", release)]
    return [section(ask), {"type": "actions", "block_id": "answer", "elements": buttons}]


def way_back(release: Release) -> list[Json]:
    """Offer what was live before, as long as this release is live."""
    target = release.before_live
    if release.state is not State.LIVE or not target:
        return []
    button = {
        "type": "button",
        "action_id": "back",
        "text": plain(f"Go back to {target}", 75),
        "value": f"{release.id} {target}"[:2000],
        "confirm": _confirmation(
            f"Go back to {target}?",
            f"What {target} was is tested on staging and put to the approvers. Until then {release.id} stays live.",
            "Go back",
        ),
    }
    return [{"type": "actions", "block_id": "way_back", "elements": [button]}]


def value_of(release: Release) -> str:
    """Give what a button carries: the release, and the question that it answers."""
    return f"{release.id} {release.approval.question}" if release.approval else release.id


def _approve(release: Release) -> Json:
    commit = f", built with commit {release.commit[:12]}," if release.commit else ""
    text = f"{release.candidate}{commit} goes to production, exactly as it was tested."
    return _button("approve", "Approve", release, "primary") | {
        "confirm": _confirmation(f"Approve {release.id}?", text, "Approve")
    }


def _button(action: str, label: str, release: Release, style: str = "") -> Json:
    return {
        "type": "button",
        "action_id": action,
        "text": plain(label, 75),
        "value": value_of(release)[:2000],
        **({"style": style} if style else {}),
    }


def _confirmation(title: str, text: str, confirm: str) -> Json:
    return {
        "title": plain(title, 100),
        "text": plain(text, 300),
        "confirm": plain(confirm, 30),
        "deny": plain("Not yet", 30),
    }
