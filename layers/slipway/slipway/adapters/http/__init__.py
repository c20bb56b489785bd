"""HTTP to the service under test, by libcurl."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.models import HttpAnswer, HttpRequest

if TYPE_CHECKING:
    from pycurl import AsyncCurlMulti

    from slipway.adapters.http.transfer import Transfer


class ServiceHttp:
    """A client that neither retries nor follows redirects: what it measures is one request.

    Whoever sends bounds how many are on their way: nothing queues in here.
    """

    def __init__(self) -> None:
        self._multi: AsyncCurlMulti | None = None
        self._idle: list[Transfer] = []

    async def send(self, request: HttpRequest) -> HttpAnswer:
        """Send a request and read the whole answer, or raise Unreachable (TooSlow if its timeout is exceeded)."""
        import pycurl

        multi, transfer = self._open(), self._transfer()
        transfer.begin(request)
        try:
            await multi.perform(transfer.curl)
        except pycurl.error as error:
            if not transfer.truncated:
                raise transfer.failure(*error.args) from error
        self._idle.append(transfer)
        return transfer.end()

    async def close(self) -> None:
        """Close all connections; another request opens new ones."""
        multi, self._multi = self._multi, None
        self._idle.clear()
        if multi:
            await multi.aclose()

    def _open(self) -> AsyncCurlMulti:
        """Return the pool of connections; it belongs to the event loop that it was first used in."""
        import pycurl

        if self._multi is None:
            self._multi = pycurl.AsyncCurlMulti()
        return self._multi

    def _transfer(self) -> Transfer:
        """Return an idle handle, or a new one."""
        from slipway.adapters.http.transfer import Transfer

        return self._idle.pop() if self._idle else Transfer()
