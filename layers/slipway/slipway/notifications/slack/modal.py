"""The modal that asks why a release is rejected."""

from __future__ import annotations

import json

from slipway.models import Click, Json
from slipway.notifications.slack.mrkdwn import plain_text

MAX_REASON = 400  # characters


def rejection(click: Click) -> Json:
    """Return the modal that asks for a reason; its `private_metadata` says what the click was about."""
    release = click.value.partition(" ")[0]
    field = {"type": "plain_text_input", "action_id": "text", "multiline": True, "max_length": MAX_REASON}
    label = plain_text(f"Why is {release} not released?", 2000)
    return {
        "type": "modal",
        "callback_id": "rejected",
        "private_metadata": json.dumps({"value": click.value, "response_url": click.response_url}),
        "title": plain_text(f"Reject {release}", 24),
        "submit": plain_text("Reject", 24),
        "close": plain_text("Not yet", 24),
        "blocks": [{"type": "input", "block_id": "reason", "label": label, "element": field}],
    }
