"""One request at a time by libcurl, and its response."""

from __future__ import annotations

import ssl
import time
from dataclasses import replace
from functools import lru_cache
from typing import Any
from urllib.parse import quote

import pycurl

from slipway.adapters.http.reasons import reason_of
from slipway.errors import TooSlow, Unreachable
from slipway.models import HttpAnswer, HttpRequest

BODY_LIMIT = 1 << 20  # bytes read of an answer
_IDLE = 1  # seconds that a connection is kept: less than servers keep theirs, so that none is used while it closes
_WITH_LENGTH = ("POST", "PUT", "PATCH")  # say how long their body is, if there is none, too
_ASCII = "!#$%&'()*+,-./:;=?@[]_~"  # what a URL's own characters are, besides letters and digits
_OPTIONS = {
    pycurl.ACCEPT_ENCODING: "gzip, deflate",
    pycurl.DNS_CACHE_TIMEOUT: 10,  # seconds: a load balancer's addresses change
    pycurl.HTTP_VERSION: pycurl.CURL_HTTP_VERSION_1_1,  # many questions on one connection would wait for each other
    pycurl.MAXAGE_CONN: _IDLE,
    pycurl.NOPROXY: "*",  # what is asked is the service itself
    pycurl.NOSIGNAL: 1,
    pycurl.PATH_AS_IS: 1,
    pycurl.PROTOCOLS: pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS,
    pycurl.USERAGENT: "slipway",
}


class Transfer:
    """A handle of libcurl that is used for many requests; nothing of one is left for the next."""

    def __init__(self) -> None:
        self.curl = pycurl.Curl()
        for option, value in _OPTIONS.items():
            self.curl.setopt(option, value)
        for option, value in _certificate_options().items():
            self.curl.setopt(option, value)
        self.curl.setopt(pycurl.HEADERFUNCTION, self._on_header)
        self.curl.setopt(pycurl.WRITEFUNCTION, self._on_body)
        self.curl.setopt(pycurl.PREREQFUNCTION, self._on_connected)
        self._kind: tuple[object, ...] = ()
        self._reset()

    def begin(self, request: HttpRequest) -> None:
        """Prepare the handle for a request."""
        self._reset()
        self._request = request
        kind = replace(request, body=b""), bool(request.body)
        if kind != self._kind:  # as a rule, a golden input is asked like the one before it
            self._configure(request)
            self._kind = kind
        if request.body:
            self.curl.setopt(pycurl.POSTFIELDS, request.body)

    def end(self) -> HttpAnswer:
        """Return the answer that was received since `begin`, and how many seconds it took."""
        status = self.curl.getinfo(pycurl.RESPONSE_CODE)
        seconds = self._answered - self._sent
        return HttpAnswer(status, _parsed_headers(tuple(self._lines)), bytes(self._body), seconds, self.truncated)

    def failure(self, code: int, message: str) -> Unreachable:
        """Return the error for libcurl's code: TooSlow if the service took too long, Unreachable otherwise."""
        what, limit = f"{self._request.method} {self._request.url}", f"within {self._request.timeout:g} s"
        if code != pycurl.E_OPERATION_TIMEDOUT:
            reason = reason_of(code, self.curl.getinfo(pycurl.OS_ERRNO), message)
            return Unreachable(f"{what} got no answer: {reason}.")
        if not self._sent:
            return Unreachable(f"{what} got no connection {limit}.")
        return TooSlow(f"{what} was not answered to the end {limit}.")

    def _reset(self) -> None:
        self._lines: list[bytes] = []
        self._body = bytearray()
        self._sent = self._answered = 0.0
        self.truncated = False

    def _configure(self, request: HttpRequest) -> None:
        """Set libcurl's options for a request, all but the body."""
        curl, limit = self.curl, round(request.timeout * 1000)
        curl.setopt(pycurl.URL, _encoded_url(request.url))
        curl.setopt(pycurl.HTTPHEADER, _header_lines(request.headers))
        curl.setopt(pycurl.TIMEOUT_MS, limit)
        curl.setopt(pycurl.CONNECTTIMEOUT_MS, limit)
        curl.setopt(pycurl.FRESH_CONNECT, request.fresh_connection)
        curl.setopt(pycurl.FORBID_REUSE, request.fresh_connection)
        curl.setopt(pycurl.HTTPGET, 1)  # forgets an earlier body
        if request.method in _WITH_LENGTH:
            curl.setopt(pycurl.POSTFIELDS, b"")
        curl.setopt(pycurl.NOBODY, request.method == "HEAD")
        curl.setopt(pycurl.CUSTOMREQUEST, request.method)

    def _on_connected(self, *_: object) -> int:
        """Start the clock once connected: looking up a name and shaking hands is not the service's time.

        Only the first attempt is allowed: libcurl asks again when a connection that it kept turns out to be closed.
        """
        if self._sent:
            return int(pycurl.PREREQFUNC_ABORT)
        self._sent = time.perf_counter()
        return int(pycurl.PREREQFUNC_OK)

    def _on_header(self, line: bytes) -> None:
        if line.startswith(b"HTTP/"):  # those before it were of an interim response
            self._lines.clear()
        self._lines.append(line)
        self._answered = time.perf_counter()

    def _on_body(self, chunk: bytes) -> int:
        """Keep a part of the body; returns 0, which ends the transfer, when there are more than BODY_LIMIT bytes."""
        self._body += chunk
        self._answered = time.perf_counter()
        if len(self._body) > BODY_LIMIT:
            del self._body[BODY_LIMIT:]
            self.truncated = True
            return 0
        return len(chunk)


@lru_cache
def _encoded_url(url: str) -> str:
    return quote(url, _ASCII)


def _header_lines(headers: dict[str, str]) -> list[bytes]:
    """Return request headers as libcurl takes them: `name;` is an empty one, `name:` none at all."""
    lines = [f"{name}: {value}" if value else f"{name};" for name, value in headers.items()]
    if "content-type" not in headers:
        lines.append("content-type:")
    return [line.encode() for line in (*lines, "expect:")]


@lru_cache
def _parsed_headers(lines: tuple[bytes, ...]) -> dict[str, str]:
    """Return a response's headers by lower-case names; `lines` begins with the status line."""
    pairs = (line.decode(errors="replace").partition(":") for line in lines[1:])
    return {name.lower(): value.strip() for name, found, value in pairs if found}


@lru_cache
def _certificate_options() -> dict[int, Any]:
    """Return libcurl's options for the certificates that Python trusts: libcurl does not find the system's."""
    paths = ssl.get_default_verify_paths()
    found = {pycurl.CAINFO: paths.cafile, pycurl.CAPATH: paths.capath}
    return {option: path for option, path in found.items() if path}
