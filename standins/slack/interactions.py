"""Pressing buttons and answering modals on behalf of a user."""

from standins.slack import modals, payloads
from standins.slack.delivery import Reply, deliver
from standins.slack.errors import SlackError
from standins.slack.identities import find_action
from standins.slack.settings import Settings
from standins.slack.wire import Json, Shape
from standins.slack.workspace import USERS, Interaction, User, Workspace


class Press(Shape):
    """A button of a message, and who presses it."""

    channel: str
    ts: str
    action_id: str
    user: str = "U0ADA"
    block_id: str | None = None


def user_of(user_id: str) -> User:
    """Return a person of the workspace, or raise SlackError user_not_found."""
    if user_id not in USERS:
        raise SlackError("user_not_found", f"{user_id} is none of {', '.join(USERS)}")
    return USERS[user_id]


async def press(workspace: Workspace, settings: Settings, pressed: Press) -> Reply:
    """Send a block_actions request; what goes wrong is shown below the message to the user who pressed.

    Raises:
        SlackError: there is no such channel, message, button or user.
    """
    user = user_of(pressed.user)
    message = workspace.find(pressed.channel, pressed.ts)
    found = find_action(message.blocks, pressed.action_id, pressed.block_id)
    if found is None:
        raise SlackError("action_not_found", f"no button has the action_id {pressed.action_id}")
    url = f"{settings.base_url}/actions/{workspace.responses.issue((user.id, message))}"
    action = payloads.action_of(*found, workspace.timestamp())
    payload = payloads.block_actions(workspace, message, user, action, url)
    message.warnings.pop(user.id, None)
    reply = await _send(workspace, settings, payload, pressed.action_id, message.ts)
    if reply.error:
        message.warnings[user.id] = reply.trouble
    workspace.save()
    return reply


async def submit(workspace: Workspace, settings: Settings, view_id: str, answers: Json) -> tuple[Reply, Json]:
    """Send a view_submission and follow the app's answer; return it with the faults to show, by block_id.

    `answers` maps block_id to what was typed or chosen: a text, or a list of option values.
    """
    view = modals.find(workspace, view_id)
    if faults := modals.unanswered(view, answers):
        return Reply(), faults
    payload = payloads.view_submission(workspace, view, user_of(view.user), modals.values(view, answers))
    reply = await _send(workspace, settings, payload, view.view["callback_id"])
    if reply.error:
        return reply, {}
    try:
        return reply, modals.follow(workspace, view, reply.body)
    except SlackError as refusal:
        _note(workspace, "bad_answer")
        return Reply(reply.status, str(refusal).encode(), "bad_answer", reply.seconds), {}


async def close(workspace: Workspace, settings: Settings, view_id: str) -> Reply:
    """Close a modal, and tell the app if it asked for it."""
    view = modals.find(workspace, view_id)
    workspace.views.remove(view)
    workspace.save()
    if not view.view.get("notify_on_close"):
        return Reply()
    payload = payloads.view_closed(workspace, view, user_of(view.user))
    return await _send(workspace, settings, payload, view.view["callback_id"])


async def _send(
    workspace: Workspace, settings: Settings, payload: Json, action_id: str, ts: str | None = None
) -> Reply:
    reply = await deliver(workspace.request_url, payload, settings.signing_secret, settings.answer_seconds)
    user, response_url = payload["user"]["id"], payload.get("response_url", "")
    workspace.interactions.append(
        Interaction(payload["type"], user, action_id, ts, reply.status, reply.error, reply.seconds, response_url)
    )
    workspace.save()
    return reply


def _note(workspace: Workspace, error: str) -> None:
    workspace.interactions[-1].error = error
    workspace.save()
