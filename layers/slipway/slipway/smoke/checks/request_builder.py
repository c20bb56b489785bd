"""What a suite asks, as HTTP requests."""

from __future__ import annotations

import base64
import json
import uuid
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlencode, urlsplit

from slipway.errors import SuiteInvalid
from slipway.models import HttpRequest
from slipway.smoke.suite.definition import Part, Predict, Request
from slipway.smoke.suite.files import Files
from slipway.smoke.suite.golden_set import Case, FileInput, JsonInput, media_type

LONGEST = 60.0  # seconds for one request: what is on its way when a function's time is over must still end
_JSON = {"content-type": "application/json"}

type Body = tuple[dict[str, str], bytes]


@dataclass(frozen=True, slots=True)
class Questions:
    """Makes the requests of a suite; its files are sent as `predict` says."""

    predict: Predict
    files: Files

    def of_case(self, case: Case, url: str) -> HttpRequest:
        """Ask for the answer to a golden input."""
        if isinstance(case.input, JsonInput):
            body = _json(case.input.value)
        else:
            body = self._file(case.input.path, case.input.media_type, case.input.read())
        return self._predicting(body, url)

    def of_request(self, request: Request, url: str) -> HttpRequest:
        """Ask what a request of the suite asks."""
        headers, body = self._body(request)
        path = f"{request.path}?{urlencode(request.query)}" if request.query else request.path
        headers = {**headers, **{name.lower(): value for name, value in request.headers.items()}}
        return HttpRequest(request.method, address(url, path), headers, body, min(request.timeout, LONGEST))

    def _predicting(self, body: Body, url: str) -> HttpRequest:
        predict = self.predict
        headers = {**body[0], **{name.lower(): value for name, value in predict.headers.items()}}
        return HttpRequest(predict.method, address(url, predict.path), headers, body[1], min(predict.timeout, LONGEST))

    def _body(self, request: Request) -> Body:
        if request.input:
            return self._file(request.input, media_type(request.input), self._read(request.input))
        if request.json_body:
            return _json(request.json_body[0])
        if request.form:
            return _multipart([(part, self._read(part.file) if part.file else b"") for part in request.form])
        return ({}, b"") if request.raw is None else ({"content-type": "text/plain"}, request.raw.encode())

    def _file(self, path: str, media_type: str, content: bytes) -> Body:
        if self.predict.send == "raw":
            return {"content-type": media_type}, content
        if self.predict.send == "multipart":
            return _multipart([(Part(name=self.predict.field_name, file=path), content)])
        encoded = base64.b64encode(content).decode()
        return _json({self.predict.field_name: f"data:{media_type};base64,{encoded}"})

    def _read(self, path: str) -> bytes:
        return FileInput(path, media_type(path), "suite.yaml", self.files).read()


@lru_cache
def address(url: str, path: str) -> str:
    """Put a path behind a service's address; one that leads to another host raises SuiteInvalid."""
    whole = url.rstrip("/") + path
    if not path.startswith("/") or urlsplit(whole).netloc != urlsplit(url).netloc:
        raise SuiteInvalid(f"The path {path!r} must begin with '/', and stay on the service's host.")
    return whole


def moved(whole: str, url: str, other: str) -> str:
    """Give the address of the same question to another service."""
    return other.rstrip("/") + whole.removeprefix(url.rstrip("/"))


def _json(value: object) -> Body:
    return _JSON, json.dumps(value).encode()


def _multipart(parts: list[tuple[Part, bytes]]) -> Body:
    boundary = uuid.uuid4().hex
    body = b"".join(b"--%s\r\n%s\r\n" % (boundary.encode(), _part(part, content)) for part, content in parts)
    return {"content-type": f"multipart/form-data; boundary={boundary}"}, body + f"--{boundary}--\r\n".encode()


def _part(part: Part, content: bytes) -> bytes:
    head = f'content-disposition: form-data; name="{_quoted(part.name)}"'
    if not part.file:
        return f"{head}\r\n\r\n{part.text}".encode()
    file = _quoted(part.file.rpartition("/")[2])
    return f'{head}; filename="{file}"\r\ncontent-type: {media_type(part.file)}\r\n\r\n'.encode() + content


def _quoted(name: str) -> str:
    """Quote as browsers do."""
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
