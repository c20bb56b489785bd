"""HTTP to the service under test, by aiohttp."""

from __future__ import annotations

import time
from contextvars import ContextVar
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from slipway.errors import TooSlow, Unreachable
from slipway.models import HttpAnswer, HttpRequest

if TYPE_CHECKING:
    from aiohttp import ClientResponse, ClientSession, ClientTimeout

BODY_LIMIT = 1 << 20  # bytes read of an answer
_connected: ContextVar[float] = ContextVar("when this task's request got its connection")
_IDLE = 1.0  # seconds that a connection is kept: less than servers keep theirs, so that none is used while it closes


class ServiceHttp:
    """A client that neither retries nor follows redirects: what it measures is one request.

    Whoever sends bounds how many are on their way: nothing queues in here.
    """

    def __init__(self) -> None:
        self._sessions: dict[bool, ClientSession] = {}

    async def send(self, request: HttpRequest) -> HttpAnswer:
        """Send a request and read the answer to its last byte, or raise Unreachable (TooSlow after its time)."""
        import aiohttp

        try:
            async with self._open(anew=request.anew).request(
                request.method,
                request.url,
                data=request.body or None,
                headers=request.headers,
                allow_redirects=False,
                timeout=_limit(request.timeout),
            ) as answer:
                body, cut = await _read(answer)
        except aiohttp.ConnectionTimeoutError as error:
            sentence = f"{request.method} {request.url} got no connection within {request.timeout:g} s."
            raise Unreachable(sentence) from error
        except TimeoutError as error:
            sentence = f"{request.method} {request.url} was not answered to the end within {request.timeout:g} s."
            raise TooSlow(sentence) from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise Unreachable(f"{request.method} {request.url} got no answer: {_reason(error)}.") from error
        seconds = time.perf_counter() - _connected.get()
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return HttpAnswer(answer.status, headers, body, seconds, cut)

    async def close(self) -> None:
        """Let go of all connections; another request opens new ones."""
        sessions, self._sessions = self._sessions, {}
        for session in sessions.values():
            await session.close()

    def _open(self, *, anew: bool) -> ClientSession:
        """Give a session, which belongs to the event loop that it was opened in."""
        if anew not in self._sessions:
            self._sessions[anew] = _session(anew=anew)
        return self._sessions[anew]


def _session(*, anew: bool) -> ClientSession:
    import aiohttp

    class Connector(aiohttp.TCPConnector):
        async def connect(self, *args: Any, **named: Any) -> Any:
            connection = await super().connect(*args, **named)
            # Looking up a name and shaking hands is not the service's time to answer.
            _connected.set(time.perf_counter())
            return connection

    keeping: dict[str, Any] = {"force_close": True} if anew else {"keepalive_timeout": _IDLE}
    session = aiohttp.ClientSession(
        connector=Connector(limit=0, **keeping),
        cookie_jar=aiohttp.DummyCookieJar(),
    )
    # A request that is sent twice is not what is measured, and aiohttp has no public switch.
    session._retry_connection = False  # noqa: SLF001
    return session


@lru_cache
def _limit(seconds: float) -> ClientTimeout:
    import aiohttp

    return aiohttp.ClientTimeout(total=seconds)


async def _read(answer: ClientResponse) -> tuple[bytes, bool]:
    if (answer.content_length or BODY_LIMIT) < BODY_LIMIT and "content-encoding" not in answer.headers:
        return await answer.read(), False
    body = bytearray()
    async for chunk in answer.content.iter_any():
        body += chunk
        if len(body) > BODY_LIMIT:
            return bytes(body[:BODY_LIMIT]), True
    return bytes(body), False


def _reason(error: Exception) -> str:
    import aiohttp

    reasons: list[tuple[type[Exception], str]] = [
        (aiohttp.ClientConnectorDNSError, "its name cannot be resolved"),
        (aiohttp.ClientConnectorCertificateError, "its TLS certificate is not trusted"),
        (aiohttp.ClientSSLError, "TLS could not be agreed on"),
        (aiohttp.ClientPayloadError, "the answer broke off"),
        (aiohttp.ClientResponseError, "what came back is no HTTP"),
        (ConnectionRefusedError, "the connection was refused"),
        (aiohttp.ServerDisconnectedError, "the connection was closed"),
        (ConnectionError, "the connection was reset"),
    ]
    causes = (error, error.__cause__, getattr(error, "os_error", None))
    known = [reason for kind, reason in reasons if any(isinstance(cause, kind) for cause in causes)]
    return known[0] if known else f"{type(error).__name__}: {error}"[:200].rstrip(".")
