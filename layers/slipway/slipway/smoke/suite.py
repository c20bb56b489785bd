"""A suite of smoke tests as its author writes it in `suite.yaml`."""

from __future__ import annotations

import base64
import mimetypes
from collections.abc import Callable
from dataclasses import dataclass, field

import yaml

from slipway.errors import SuiteInvalid
from slipway.models import Json

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")

type Files = Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class Request:
    """A request with the answer it must get: `expect_json` maps JMESPath expressions to values."""

    name: str
    path: str = "/predict"
    method: str = "POST"
    json: Json | None = None
    status: int = 200
    expect_json: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Suite:
    """What a model's service has to show; `deadline` is in seconds."""

    requests: tuple[Request, ...]
    ready_path: str = "/health"
    deadline: float = 120
    identity_path: str = "/version"


def parse(text: bytes, files: Files) -> Suite:
    """Read a suite; `files` gives the content of a file that lies beside it."""
    try:
        content = yaml.safe_load(text) or {}
        ready, identity = content.get("ready", {}), content.get("identity", {})
        return Suite(
            requests=tuple(_request(entry, files) for entry in content.get("requests", [])),
            ready_path=_path(ready.get("path", "/health")),
            deadline=float(ready.get("deadline", 120)),
            identity_path=_path(identity.get("path", "/version")),
        )
    except (yaml.YAMLError, AttributeError, TypeError, ValueError, RecursionError) as error:
        raise SuiteInvalid(f"suite.yaml cannot be understood: {error}") from error


def _request(entry: Json, files: Files) -> Request:
    if "name" not in entry:
        raise SuiteInvalid(f"suite.yaml: a request has no name: {entry}")
    expect = entry.get("expect", {})
    body = _picture(entry["image"], files) if "image" in entry else entry.get("json")
    return Request(
        name=str(entry["name"]),
        path=_path(entry.get("path", "/predict")),
        method=_method(entry.get("method", "POST")),
        json=body,
        status=int(expect.get("status", 200)),
        expect_json=expect.get("json", {}),
    )


def _path(value: object) -> str:
    """Keep a suite on its own service: what follows the host could otherwise name another one."""
    if not str(value).startswith("/"):
        raise SuiteInvalid(f"suite.yaml: the path {value!r} must begin with '/'.")
    return str(value)


def _method(value: object) -> str:
    if value not in METHODS:
        raise SuiteInvalid(f"suite.yaml: the method {value!r} must be one of {', '.join(METHODS)}.")
    return str(value)


def _picture(path: str, files: Files) -> Json:
    try:
        content = files(path)
    except KeyError as error:
        raise SuiteInvalid(f"suite.yaml names {path}, which is not there: upload it beside the suite.") from error
    kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
    return {"image": f"data:{kind};base64,{base64.b64encode(content).decode()}"}
