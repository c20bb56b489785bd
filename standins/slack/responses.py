"""What an app may do with a response_url: answer, replace or delete the message that was pressed."""

from standins.slack.api import content
from standins.slack.errors import SlackError
from standins.slack.wire import Json
from standins.slack.workspace import Content, Message, Workspace


def respond(workspace: Workspace, key: str, arguments: Json) -> None:
    """Carry out one use of a response URL.

    Raises:
        SlackError: the URL is unknown, expired or used five times, or the message is refused.
    """
    user, pressed = workspace.responses.redeem(key)
    message = workspace.find(pressed.channel, pressed.ts)
    if arguments.get("delete_original"):
        workspace.delete(message)
        return
    said = content(arguments)
    if arguments.get("replace_original"):
        workspace.change(message, said.text, said.blocks)
    else:
        _answer(workspace, message, user, said, arguments)


def _answer(workspace: Workspace, message: Message, user: str, said: Content, arguments: Json) -> None:
    kind = arguments.get("response_type", "ephemeral")
    if kind not in {"ephemeral", "in_channel"}:
        raise SlackError("invalid_arguments", "response_type must be ephemeral or in_channel")
    reader = user if kind == "ephemeral" else None
    workspace.post(message.channel, said, arguments.get("thread_ts"), to=reader)
