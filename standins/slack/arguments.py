"""What a caller of the Web API sent, from a JSON or a form body as Slack's clients send them."""

import json
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from standins.slack.errors import SlackError
from standins.slack.wire import Json

STRUCTURED = {"blocks", "view", "metadata", "attachments"}


def read(content_type: str, body: bytes) -> Json:
    """Return the arguments of a call; those that hold JSON inside a string are unpacked.

    Raises:
        SlackError: invalid_json, invalid_form_data or invalid_arguments when they cannot be read.
    """
    arguments = _json(body) if content_type.startswith("application/json") else _form(body)
    return {name: _unpacked(name, value) for name, value in arguments.items()}


def _json(body: bytes) -> Json:
    try:
        arguments = json.loads(body or b"{}")
    except ValueError as error:
        raise SlackError("invalid_json") from error
    if not isinstance(arguments, dict):
        raise SlackError("json_not_object")
    return arguments


def _form(body: bytes) -> Json:
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True))
    except UnicodeDecodeError as error:
        raise SlackError("invalid_form_data") from error


def _unpacked(name: str, value: Any) -> Any:
    if name not in STRUCTURED or not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError as error:
        code = "invalid_blocks_format" if name == "blocks" else "invalid_arguments"
        raise SlackError(code, f"must be JSON [json-pointer:/{name}]") from error


def check_token(headers: Mapping[str, str], arguments: Json, token: str) -> None:
    """Refuse a call without the app's bot token, which comes as a bearer token or a form field.

    Raises:
        SlackError: not_authed without any token, invalid_auth with a wrong one.
    """
    scheme, _, bearer = headers.get("authorization", "").partition(" ")
    given = bearer if scheme.lower() == "bearer" else str(arguments.get("token", ""))
    if not given:
        raise SlackError("not_authed")
    if not given.startswith("xoxb-") or not secrets.compare_digest(given.encode(), token.encode()):
        raise SlackError("invalid_auth")


def text(arguments: Json, name: str) -> str:
    """Return a text argument, "" when it was not sent.

    Raises:
        SlackError: invalid_arguments when it is no text.
    """
    value = arguments.get(name, "")
    if not isinstance(value, str):
        raise SlackError("invalid_arguments", f"must provide a string [json-pointer:/{name}]")
    return value
