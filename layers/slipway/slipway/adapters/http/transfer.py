"""One request at a time by libcurl, and what comes back."""

from __future__ import annotations

import errno
import ssl
import time
from functools import lru_cache
from typing import Any
from urllib.parse import quote

import pycurl

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
_REASONS = {
    pycurl.E_COULDNT_RESOLVE_HOST: "its name cannot be resolved",
    pycurl.E_PEER_FAILED_VERIFICATION: "its TLS certificate is not trusted",
    pycurl.E_SSL_CONNECT_ERROR: "TLS could not be agreed on",
    pycurl.E_PARTIAL_FILE: "the answer broke off",
    pycurl.E_BAD_CONTENT_ENCODING: "the answer is not packed as its content-encoding says",
    pycurl.E_UNSUPPORTED_PROTOCOL: "what came back is no HTTP",
    pycurl.E_FTP_WEIRD_SERVER_REPLY: "what came back is no HTTP",  # the name is old, and it is not only for FTP
    pycurl.E_GOT_NOTHING: "the connection was closed",
    pycurl.E_ABORTED_BY_CALLBACK: "the connection was closed",
}
_BY_SYSTEM = {
    errno.ECONNREFUSED: "the connection was refused",
    errno.ECONNRESET: "the connection was reset",
    errno.EPIPE: "the connection was reset",
}


class Transfer:
    """A handle of libcurl, used again and again; nothing of one request is left for the next."""

    def __init__(self) -> None:
        self.curl = pycurl.Curl()
        for option, value in _OPTIONS.items():
            self.curl.setopt(option, value)
        for option, value in _trusted().items():
            self.curl.setopt(option, value)
        self.curl.setopt(pycurl.HEADERFUNCTION, self._hear)
        self.curl.setopt(pycurl.WRITEFUNCTION, self._take)
        self.curl.setopt(pycurl.PREREQFUNCTION, self._send)
        self._kind: tuple[object, ...] = ()
        self._forget()

    def begin(self, request: HttpRequest) -> None:
        """Make everything ready for a request."""
        self._forget()
        self._request = request
        kind = (request.method, request.url, request.headers, request.timeout, request.anew, bool(request.body))
        if kind != self._kind:  # as a rule, a golden input is asked like the one before it
            self._ask_like(request)
            self._kind = kind
        if request.body:
            self.curl.setopt(pycurl.POSTFIELDS, request.body)

    def end(self) -> HttpAnswer:
        """Give what came back."""
        status = self.curl.getinfo(pycurl.RESPONSE_CODE)
        seconds = self._answered - self._sent
        return HttpAnswer(status, _named(tuple(self._lines)), bytes(self._body), seconds, self.cut)

    def failure(self, code: int, said: str) -> Unreachable:
        """Say why there is no answer."""
        what, limit = f"{self._request.method} {self._request.url}", f"within {self._request.timeout:g} s"
        if code != pycurl.E_OPERATION_TIMEDOUT:
            return Unreachable(f"{what} got no answer: {self._reason(code, said)}.")
        if not self._sent:
            return Unreachable(f"{what} got no connection {limit}.")
        return TooSlow(f"{what} was not answered to the end {limit}.")

    def _forget(self) -> None:
        self._lines: list[bytes] = []
        self._body = bytearray()
        self._sent = self._answered = 0.0
        self.cut = False

    def _ask_like(self, request: HttpRequest) -> None:
        """Set everything but the body."""
        curl, limit = self.curl, round(request.timeout * 1000)
        curl.setopt(pycurl.URL, _address(request.url))
        curl.setopt(pycurl.HTTPHEADER, _headers(request.headers))
        curl.setopt(pycurl.TIMEOUT_MS, limit)
        curl.setopt(pycurl.CONNECTTIMEOUT_MS, limit)
        curl.setopt(pycurl.FRESH_CONNECT, request.anew)
        curl.setopt(pycurl.FORBID_REUSE, request.anew)
        curl.setopt(pycurl.HTTPGET, 1)  # forgets an earlier body
        if request.method in _WITH_LENGTH:
            curl.setopt(pycurl.POSTFIELDS, b"")
        curl.setopt(pycurl.NOBODY, request.method == "HEAD")
        curl.setopt(pycurl.CUSTOMREQUEST, request.method)

    def _send(self, *_: object) -> int:
        """Start the clock when there is a connection: looking up a name and shaking hands is not the service's time.

        Only the first attempt is allowed: libcurl asks again when a connection that it kept turns out to be closed.
        """
        if self._sent:
            return int(pycurl.PREREQFUNC_ABORT)
        self._sent = time.perf_counter()
        return int(pycurl.PREREQFUNC_OK)

    def _hear(self, line: bytes) -> None:
        if line.startswith(b"HTTP/"):  # what was said before was only that the answer will come
            self._lines.clear()
        self._lines.append(line)
        self._answered = time.perf_counter()

    def _take(self, chunk: bytes) -> int:
        self._body += chunk
        self._answered = time.perf_counter()
        if len(self._body) > BODY_LIMIT:
            del self._body[BODY_LIMIT:]
            self.cut = True
            return 0
        return len(chunk)

    def _reason(self, code: int, said: str) -> str:
        by_system = _BY_SYSTEM.get(self.curl.getinfo(pycurl.OS_ERRNO)) if code in _ON_THE_WAY else None
        return by_system or _REASONS.get(code) or said[:200].rstrip(".")


_ON_THE_WAY = (pycurl.E_COULDNT_CONNECT, pycurl.E_SEND_ERROR, pycurl.E_RECV_ERROR, pycurl.E_ABORTED_BY_CALLBACK)


@lru_cache
def _address(url: str) -> str:
    return quote(url, _ASCII)


def _headers(headers: dict[str, str]) -> list[bytes]:
    """Write headers as libcurl takes them: `name;` is an empty one, `name:` none at all."""
    lines = [f"{name}: {value}" if value else f"{name};" for name, value in headers.items()]
    if "content-type" not in headers:
        lines.append("content-type:")
    return [line.encode() for line in (*lines, "expect:")]


@lru_cache
def _named(lines: tuple[bytes, ...]) -> dict[str, str]:
    """Read headers; those of one second are all the same."""
    pairs = (line.decode(errors="replace").partition(":") for line in lines[1:])
    return {name.lower(): value.strip() for name, found, value in pairs if found}


@lru_cache
def _trusted() -> dict[int, Any]:
    """Trust whom Python trusts: libcurl from PyPI does not know where the system keeps its certificates."""
    paths = ssl.get_default_verify_paths()
    found = {pycurl.CAINFO: paths.cafile, pycurl.CAPATH: paths.capath}
    return {option: path for option, path in found.items() if path}
