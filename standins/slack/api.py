"""The methods of Slack's Web API that the app calls: what each checks, does and answers."""

from collections.abc import Callable

from standins.slack.arguments import text
from standins.slack.errors import SlackError
from standins.slack.modals import open_view
from standins.slack.validation import check_blocks
from standins.slack.wire import Json
from standins.slack.workspace import APP_ID, BOT_ID, BOT_USER, TEAM_ID, USERS, Content, Message, Workspace

type Method = Callable[[Workspace, Json], Json]

MAX_TEXT = 40_000
# Slack counts an update's text in bytes and refuses it much earlier than a new message's.
MAX_UPDATED_TEXT_BYTES = 4_000


def auth_test(workspace: Workspace, arguments: Json) -> Json:
    """Say whose token it is."""
    return {
        "url": "https://local.slack.com/",
        "team": "Local",
        "user": workspace.app_name.lower(),
        "team_id": TEAM_ID,
        "user_id": BOT_USER,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }


def post_message(workspace: Workspace, arguments: Json) -> Json:
    """Post to a channel or into a thread."""
    channel = text(arguments, "channel")
    workspace.check_channel(channel)
    message = workspace.post(channel, content(arguments), text(arguments, "thread_ts") or None)
    return {"channel": channel, "ts": message.ts, "message": shown(message)}


def post_ephemeral(workspace: Workspace, arguments: Json) -> Json:
    """Post what only one user sees, and what cannot be updated."""
    channel, user = text(arguments, "channel"), text(arguments, "user")
    workspace.check_channel(channel)
    if user not in USERS:
        raise SlackError("user_not_in_channel")
    message = workspace.post(channel, content(arguments), text(arguments, "thread_ts") or None, to=user)
    return {"message_ts": message.ts}


def update(workspace: Workspace, arguments: Json) -> Json:
    """Replace a message's text and blocks; blocks that are not sent stay."""
    channel, ts = text(arguments, "channel"), text(arguments, "ts")
    message = workspace.find(channel, ts)
    if message.visible_to is not None:
        raise SlackError("message_not_found")
    if len(text(arguments, "text").encode()) > MAX_UPDATED_TEXT_BYTES:
        raise SlackError("msg_too_long")
    said = content(arguments)
    workspace.change(message, said.text, said.blocks if "blocks" in arguments else None)
    return {"channel": channel, "ts": ts, "text": said.text, "message": shown(message)}


def users_lookup_by_email(workspace: Workspace, arguments: Json) -> Json:
    """Say who has an address, whatever its capitals, to an app that may read addresses.

    Raises:
        SlackError: missing_scope without `users:read.email`, invalid_arguments without an address, users_not_found.
    """
    if "users:read.email" not in workspace.scopes:
        raise SlackError("missing_scope")
    email = text(arguments, "email").casefold()
    if not email:
        raise SlackError("invalid_arguments", "missing required field: email")
    for user in USERS.values():
        if user.email == email:
            return {"user": {"id": user.id, "team_id": TEAM_ID, "name": user.username, "deleted": False}}
    raise SlackError("users_not_found")


def views_open(workspace: Workspace, arguments: Json) -> Json:
    """Open a modal for the user whose press brought the trigger."""
    if "view" not in arguments:
        raise SlackError("invalid_arguments", "missing required field: view")
    return {"view": open_view(workspace, text(arguments, "trigger_id"), arguments["view"])}


def content(arguments: Json) -> Content:
    """Return what a message is to say.

    Raises:
        SlackError: no_text, msg_too_long, invalid_blocks or invalid_attachments.
    """
    said, blocks = text(arguments, "text"), arguments.get("blocks") or []
    if arguments.get("attachments"):
        raise SlackError("invalid_attachments", "the local AWS shows blocks, not attachments")
    if len(said) > MAX_TEXT:
        raise SlackError("msg_too_long")
    check_blocks(blocks)
    if not said and not blocks:
        raise SlackError("no_text")
    return Content(said, blocks)


def shown(message: Message) -> Json:
    """Return a message as Slack describes it to apps."""
    described: Json = {
        "type": "message",
        "user": BOT_USER,
        "bot_id": BOT_ID,
        "app_id": APP_ID,
        "team": TEAM_ID,
        "ts": message.ts,
        "text": message.text,
        "blocks": message.blocks,
    }
    if message.thread_ts:
        described["thread_ts"] = message.thread_ts
    if message.edits:
        described["edited"] = {"user": BOT_USER, "ts": message.ts}
    return described


# They read no JSON, but a form alone.
WITHOUT_JSON = {"users.lookupByEmail"}

METHODS: dict[str, Method] = {
    "auth.test": auth_test,
    "chat.postMessage": post_message,
    "chat.postEphemeral": post_ephemeral,
    "chat.update": update,
    "users.lookupByEmail": users_lookup_by_email,
    "views.open": views_open,
}
