"""The buttons of the card, and the dialogs that ask for confirmation."""

from __future__ import annotations

from slipway.models import Json, Release, State
from slipway.notifications.slack.mrkdwn import link, plain_text, section, time
from slipway.notifications.stack_urls import StackUrls


def answer(release: Release, urls: StackUrls) -> list[Json]:
    """Return the blocks with the question and the buttons Approve, Reject and Review; empty unless votes are taken."""
    if release.approval.question is None or not release.accepts_votes:
        return []
    staging, production = link(urls.staging, "Try it on staging"), link(urls.production, "production")
    value = f"{release.id} {release.approval.question.id}"
    confirm = f"{release.id} goes to production, exactly as it was tested on staging."
    if release.replaces.model:
        confirm = f"{confirm} It is another model than {release.replaces.model}, and takes its place."
    buttons = [
        _button("approve", "Approve", value, style="primary", confirm=_dialog("Approve", release.id, confirm)),
        _button("reject", "Reject", value, style="danger"),
        _button("review", "Review", value),
    ]
    if release.failed_on_staging:
        del buttons[0]
    ask = f"{staging}, beside {production}, then answer by {time(release.approval.question.expires)}."
    return [section(ask), {"type": "actions", "block_id": "answer", "elements": buttons}]


def rollback(release: Release) -> list[Json]:
    """Return the block with the button that goes back to what was live before; empty where there is no way back."""
    if release.can_go_back:
        return _way_back(release, release.replaced_version, "It is deployed to production at once, without a test.")
    target = release.previous_live
    if release.state is not State.LIVE or release.replaced_version or not target:
        return []
    text = f"What {target} was is tested on staging and put to the approvers. Until then {release.id} stays live."
    return _way_back(release, target, text)


def _way_back(release: Release, target: str, text: str) -> list[Json]:
    """Return the block with the button that goes back from a release to a target."""
    confirm = _dialog("Go back", f"to {target}", text)
    button = _button("back", f"Go back to {target}", f"{release.id} {target}", confirm=confirm)
    return [{"type": "actions", "block_id": "way_back", "elements": [button]}]


def _button(action: str, label: str, value: str, **more: object) -> Json:
    """Return a button; `value` is what comes back with a click, `more` further members of its JSON."""
    value = value.encode(errors="replace").decode()[:2000]  # a lone surrogate would make Slack refuse the whole card
    return {"type": "button", "action_id": action, "text": plain_text(label, 75), "value": value, **more}


def _dialog(action: str, what: str, text: str) -> Json:
    """Return the dialog that asks for confirmation before a click counts."""
    return {
        "title": plain_text(f"{action} {what}?", 100),
        "text": plain_text(text, 300),
        "confirm": plain_text(action, 30),
        "deny": plain_text("Not yet", 30),
    }
