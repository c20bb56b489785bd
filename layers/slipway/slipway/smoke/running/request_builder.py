"""The HTTP requests of a suite."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlencode, urlsplit

from slipway.errors import SuiteInvalid
from slipway.models import HttpRequest
from slipway.smoke.suite.files import Files
from slipway.smoke.suite.golden_set import Case, FileInput, JsonInput, media_type
from slipway.smoke.suite.requests import Part, Predict, Request

LONGEST = 60.0  # seconds for one request: what is on its way when a function's time is over must still end

type Headers = dict[str, str]
type Body = tuple[Headers, bytes]


@dataclass(frozen=True, slots=True)
class RequestBuilder:
    """Builds the requests of a suite; its files are sent as `predict` says."""

    predict: Predict
    files: Files

    def for_case(self, case: Case, url: str) -> HttpRequest:
        """Return the request for the prediction of a golden input."""
        predict = self.predict
        if isinstance(case.input, JsonInput):
            body = _json_body(case.input.value)
        else:
            body = self._file_body(case.input.path, case.input.media_type, case.input.read())
        return _request(predict.method, address(url, predict.path), predict.headers, body, predict.timeout)

    def for_sample(self, body: bytes, url: str) -> HttpRequest:
        """Return the request for the prediction of a sampled input, JSON."""
        predict, content = self.predict, ({"content-type": "application/json"}, body)
        return _request(predict.method, address(url, predict.path), predict.headers, content, predict.timeout)

    def for_request(self, request: Request, url: str) -> HttpRequest:
        """Return a request of the suite."""
        path = f"{request.path}?{urlencode(request.query)}" if request.query else request.path
        return _request(request.method, address(url, path), request.headers, self._body(request), request.timeout)

    def _body(self, request: Request) -> Body:
        """Return the headers and the body of a request of the suite."""
        if request.input:
            return self._file_body(request.input, media_type(request.input), self._read(request.input))
        if request.json_body:
            return _json_body(request.json_body[0])
        if request.form:
            return _multipart_body([(part, self._read(part.file) if part.file else b"") for part in request.form])
        return ({}, b"") if request.raw is None else ({"content-type": "text/plain"}, request.raw.encode())

    def _file_body(self, path: str, media_type: str, content: bytes) -> Body:
        """Return the headers and the body that carry a file as `predict.send` says: raw, multipart, or in JSON."""
        if self.predict.send == "raw":
            return {"content-type": media_type}, content
        if self.predict.send == "multipart":
            return _multipart_body([(Part(name=self.predict.field_name, file=path), content)])
        encoded = base64.b64encode(content).decode()
        return _json_body({self.predict.field_name: f"data:{media_type};base64,{encoded}"})

    def _read(self, path: str) -> bytes:
        """Return the content of a file beside the suite."""
        return FileInput(path, media_type(path), "suite.yaml", self.files).read()


@lru_cache
def address(url: str, path: str) -> str:
    """Return the URL of a path at a service; raises SuiteInvalid for one that leads to another host."""
    whole = url.rstrip("/") + path
    if not path.startswith("/") or urlsplit(whole).netloc != urlsplit(url).netloc:
        raise SuiteInvalid(f"The path {path!r} must begin with '/', and stay on the service's host.")
    return whole


def at_other_service(whole: str, url: str, other: str) -> str:
    """Return the URL at the service `other` that corresponds to one at `url`."""
    return other.rstrip("/") + whole.removeprefix(url.rstrip("/"))


def _request(method: str, whole: str, headers: Headers, body: Body, timeout: float) -> HttpRequest:
    """Return a request, whose timeout is bounded; headers of the suite replace those that describe the body."""
    merged = {**body[0], **{name.lower(): value for name, value in headers.items()}}
    return HttpRequest(method, whole, merged, body[1], min(timeout, LONGEST))


def _json_body(value: object) -> Body:
    """Return the headers and the body of JSON."""
    return {"content-type": "application/json"}, json.dumps(value).encode()


def _multipart_body(parts: list[tuple[Part, bytes]]) -> Body:
    """Return the headers and the body of a multipart form."""
    from urllib3.filepost import encode_multipart_formdata  # few suites send forms

    body, content_type = encode_multipart_formdata([(part.name, _form_field(part, content)) for part, content in parts])
    return {"content-type": content_type}, body


def _form_field(part: Part, content: bytes) -> str | tuple[str, bytes, str]:
    """Return a part of a form as urllib3 takes it: a text, or a file's name, content and type."""
    return (part.file.rpartition("/")[2], content, media_type(part.file)) if part.file else part.text
