"""Modals: opening them, reading their inputs, and doing what the app answers to a submission."""

import json
import secrets
from collections.abc import Callable

from standins.slack.errors import SlackError
from standins.slack.identities import identified
from standins.slack.validation import check_view
from standins.slack.wire import Json
from standins.slack.workspace import APP_ID, BOT_ID, TEAM_ID, View, Workspace


def open_view(workspace: Workspace, trigger_id: str, view: Json) -> Json:
    """Open a modal for the user a trigger belongs to, and return it as Slack describes it.

    Raises:
        SlackError: the view is refused, or the trigger is unknown, older than three seconds or used.
    """
    check_view(view)
    opened = View(_view_id(), workspace.triggers.redeem(trigger_id), {})
    opened.view = _described(workspace, view, opened.id)
    workspace.views.append(opened)
    workspace.save()
    return opened.view


def find(workspace: Workspace, view_id: str) -> View:
    """Return an open modal, or raise SlackError not_found."""
    for view in workspace.views:
        if view.id == view_id:
            return view
    raise SlackError("not_found", f"no view {view_id} is open")


def inputs(view: View) -> list[Json]:
    """Return the blocks that ask for something."""
    return [block for block in view.view["blocks"] if block["type"] == "input"]


def unanswered(view: View, answers: Json) -> Json:
    """Return what Slack itself asks for before it sends anything: block_id to complaint."""
    return {
        block["block_id"]: "Please complete this required field."
        for block in inputs(view)
        if not block.get("optional") and not answers.get(block["block_id"])
    }


def values(view: View, answers: Json) -> dict[str, Json]:
    """Return the state of the inputs as Slack sends it: block_id to action_id to value."""
    return {
        block["block_id"]: {block["element"]["action_id"]: _value(block["element"], answers.get(block["block_id"]))}
        for block in inputs(view)
    }


def _value(element: Json, answer: str | list[str] | None) -> Json:
    kind = element["type"]
    if kind == "plain_text_input":
        return {"type": kind, "value": answer or None}
    chosen = [option for option in element["options"] if option["value"] in (answer or [])]
    if kind == "checkboxes":
        return {"type": kind, "selected_options": chosen}
    picked = [option for option in chosen if option["value"] == answer]
    return {"type": kind, "selected_option": next(iter(picked), None)}


def follow(workspace: Workspace, view: View, body: bytes) -> Json:
    """Do what the app answers to a submission and return the faults it names; an empty answer closes the modal.

    Raises:
        SlackError: the answer is none Slack understands.
    """
    answer = _answer(body)
    kind = answer.get("response_action", "close")
    if kind == "errors":
        return _errors(view, answer)
    follower = FOLLOWERS.get(kind)
    if follower is None:
        raise SlackError("invalid_response_action", f"unknown response_action {kind}")
    follower(workspace, view, answer.get("view", {}))
    workspace.save()
    return {}


def _answer(body: bytes) -> Json:
    try:
        answer = json.loads(body or b"{}")
    except ValueError as error:
        raise SlackError("invalid_json") from error
    if not isinstance(answer, dict):
        raise SlackError("json_not_object")
    return answer


def _errors(view: View, answer: Json) -> Json:
    errors, known = answer.get("errors"), {block["block_id"] for block in inputs(view)}
    if not isinstance(errors, dict) or not errors or not errors.keys() <= known:
        raise SlackError("invalid_errors", f"errors must name input blocks: {', '.join(sorted(known))}")
    return errors


def _close(workspace: Workspace, view: View, _: Json) -> None:
    workspace.views.remove(view)


def _clear(workspace: Workspace, view: View, _: Json) -> None:
    workspace.views = [other for other in workspace.views if other.user != view.user]


def _update(workspace: Workspace, view: View, new: Json) -> None:
    check_view(new)
    view.view = _described(workspace, new, view.id)


def _push(workspace: Workspace, view: View, new: Json) -> None:
    check_view(new)
    view_id = _view_id()
    workspace.views.append(View(view_id, view.user, _described(workspace, new, view_id)))


FOLLOWERS: dict[str, Callable[[Workspace, View, Json], None]] = {
    "close": _close,
    "clear": _clear,
    "update": _update,
    "push": _push,
}


def _view_id() -> str:
    return f"V{secrets.token_hex(5).upper()}"


def _described(workspace: Workspace, view: Json, view_id: str) -> Json:
    described = {"private_metadata": "", "callback_id": "", "state": {"values": {}}, **view}
    return {
        **described,
        "id": view_id,
        "team_id": TEAM_ID,
        "app_id": APP_ID,
        "bot_id": BOT_ID,
        "hash": f"{workspace.timestamp()}.{secrets.token_hex(4)}",
        "blocks": identified(view["blocks"], workspace.name),
    }
