"""The payloads Slack sends when somebody presses a button or submits a modal, in the documented shapes."""

from collections.abc import Mapping

from standins.slack.api import shown
from standins.slack.wire import Json
from standins.slack.workspace import APP_ID, TEAM_ID, Message, User, View, Workspace


def block_actions(workspace: Workspace, message: Message, user: User, action: Json, response_url: str) -> Json:
    """Return the payload of a pressed button, with a fresh trigger_id."""
    payload = {
        "type": "block_actions",
        "container": _container(message),
        "channel": {"id": message.channel, "name": workspace.channels[message.channel]},
        "state": {"values": {}},
        "response_url": response_url,
        "actions": [action],
        **_sender(workspace, user),
    }
    # Slack does not show an app the ephemeral messages it has sent.
    return payload if message.visible_to else {**payload, "message": shown(message)}


def action_of(block_id: str, button: Json, ts: str) -> Json:
    """Return what a payload says about the pressed button."""
    told: Json = {name: button[name] for name in ("action_id", "type", "text", "value", "style") if name in button}
    return {**told, "block_id": block_id, "action_ts": ts}


def view_submission(workspace: Workspace, view: View, user: User, values: Mapping[str, Json]) -> Json:
    """Return the payload of a submitted modal; `values` is the state of its inputs in Slack's shape."""
    submitted = {**view.view, "state": {"values": values}}
    return {"type": "view_submission", "view": submitted, "response_urls": [], **_sender(workspace, user)}


def view_closed(workspace: Workspace, view: View, user: User) -> Json:
    """Return the payload of a modal closed without an answer."""
    return {"type": "view_closed", "view": view.view, "is_cleared": False, **_sender(workspace, user)}


def _sender(workspace: Workspace, user: User) -> Json:
    return {
        "team": {"id": TEAM_ID, "domain": "local"},
        "user": {"id": user.id, "username": user.username, "name": user.username, "team_id": TEAM_ID},
        "api_app_id": APP_ID,
        # The verification token signatures have replaced; Slack still sends one.
        "token": "superseded-by-the-signature",
        "trigger_id": workspace.triggers.issue(user.id),
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _container(message: Message) -> Json:
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel,
        "is_ephemeral": message.visible_to is not None,
    }
    return {**container, "thread_ts": message.thread_ts} if message.thread_ts else container
