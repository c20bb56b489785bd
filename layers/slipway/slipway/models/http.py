"""Requests to a service under test, and its answers."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """An HTTP request; `timeout` in seconds bounds everything, to the last byte of the answer.

    A `fresh_connection` is not shared with other requests: a load balancer may give it to another instance.
    """

    method: str
    url: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    timeout: float = 10
    fresh_connection: bool = False


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """An HTTP response; header names in lower case.

    `seconds` run from the moment that a connection took the request to the last byte; a `truncated` body was longer
    than what is read.
    """

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float
    truncated: bool = False
