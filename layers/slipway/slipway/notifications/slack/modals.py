"""The window that asks why a release is rejected."""

from __future__ import annotations

import json

from slipway.models import Click, Json


def rejection(click: Click) -> Json:
    """Make the modal that asks why; it remembers the button's value, and where the person can be told something."""
    release = click.value.partition(" ")[0]
    return {
        "type": "modal",
        "callback_id": "rejected",
        "private_metadata": json.dumps({"value": click.value, "response_url": click.response_url}),
        "title": {"type": "plain_text", "text": f"Reject {release}"[:24]},
        "submit": {"type": "plain_text", "text": "Reject"},
        "close": {"type": "plain_text", "text": "Not yet"},
        "blocks": [
            {
                "type": "input",
                "block_id": "reason",
                "label": {"type": "plain_text", "text": f"Why is {release} not released?"[:2000]},
                "element": {"type": "plain_text_input", "action_id": "text", "multiline": True, "max_length": 400},
            }
        ],
    }
