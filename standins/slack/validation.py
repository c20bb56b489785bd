"""Faults of blocks and modals, in the words and with the JSON pointers Slack uses."""

from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from standins.slack.blocks import Message, OpenedView
from standins.slack.errors import SlackError
from standins.slack.wire import Shape

MAX_VIEW_BYTES = 250_000

WORDS = {
    "union_tag_invalid": "unsupported type: {tag}",
    "literal_error": "must be one of {expected}",
    "union_tag_not_found": "missing required field: type",
    "string_type": "must provide a string",
    "list_type": "must provide an array",
    "model_type": "must provide an object",
    "model_attributes_type": "must provide an object",
    "bool_type": "must provide a boolean",
    "too_long": "no more than {max_length} items allowed",
    "too_short": "must provide at least {min_length} items",
    "missing": "missing required field: {field}",
    "extra_forbidden": "invalid additional property: {field}",
}


def check_blocks(blocks: object) -> None:
    """Refuse what Slack would not take as the blocks of a message.

    Raises:
        SlackError: invalid_blocks_format when it is no list, invalid_blocks with every fault otherwise.
    """
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format", "must provide an array [json-pointer:/blocks]")
    _check(Message, {"blocks": blocks}, "invalid_blocks")


def check_view(view: object) -> None:
    """Refuse what Slack would not open as a modal.

    Raises:
        SlackError: view_too_large above 250 KB, invalid_arguments with every fault otherwise.
    """
    if len(str(view).encode()) > MAX_VIEW_BYTES:
        raise SlackError("view_too_large")
    _check(OpenedView, {"view": view}, "invalid_arguments")


def _check(shape: type[Shape], document: dict[str, Any], code: str) -> None:
    try:
        shape.model_validate(document)
    except ValidationError as error:
        raise SlackError(code, *(_fault(detail, document) for detail in error.errors())) from error


def _fault(detail: ErrorDetails, document: dict[str, Any]) -> str:
    pointer = "/" + "/".join(_place(detail, document))
    return f"{_words(detail)} [json-pointer:{pointer}]"


def _words(detail: ErrorDetails) -> str:
    known = detail.get("ctx", {})
    field = detail["loc"][-1] if detail["loc"] else ""
    match detail["type"]:
        case "string_too_long":
            return f"must be less than {known['max_length'] + 1} characters"
        case "string_too_short":
            return f"must be more than {known['min_length'] - 1} characters"
        case "literal_error" if field == "type":
            return f"unsupported type: {detail['input']}"
        case kind if kind in WORDS:
            return WORDS[kind].format_map({**known, "field": field})
        case _:
            return detail["msg"]


def _place(detail: ErrorDetails, document: Any) -> list[str]:
    """Return the steps of the JSON pointer.

    Pydantic puts the chosen type of a union into its locations; the document itself does not have these steps.
    """
    steps: list[str] = []
    node = document
    for step in detail["loc"]:
        if isinstance(node, list) or (isinstance(node, dict) and step in node):
            node = node[step]  # type: ignore[index]
            steps.append(str(step))
    match detail["type"]:
        case "union_tag_invalid":
            return [*steps, "type"]
        case "extra_forbidden":
            return steps[:-1]
        case _:
            return steps
