"""The log of requests that Elastic Beanstalk's health agent reads.

The agent reads a file per hour: docs.aws.amazon.com/elasticbeanstalk/latest/dg/health-enhanced-serverlogs.html
"""

import re
import sys
import time
from pathlib import Path
from urllib.parse import quote

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_NAME = "application.log.%Y-%m-%d-%H"
_HOUR = 3600  # seconds
_LONGEST = 300  # characters of a path, or of a header
_NO_ADDRESS = re.compile(r"[^0-9a-fA-F.:, ]")


class HealthLog:
    """An application that writes a line for each request of another one to a folder."""

    def __init__(self, app: ASGIApp, folder: Path) -> None:
        self._app = app
        self._folder = folder
        self._hour = ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request, and note how it ended: 500 if it has no answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.monotonic(), 500

        async def noting(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            self._note(scope, status, time.monotonic() - began)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        """Write the line; a log that cannot be written is told once an hour, and stops no request."""
        now = time.time()
        name = time.strftime(_NAME, time.gmtime(now))
        forwarded = dict(scope["headers"]).get(b"x-forwarded-for", b"").decode("latin-1")
        address = _NO_ADDRESS.sub("", forwarded[:_LONGEST])
        # Whoever asks must not be able to write lines: a path is quoted, an address has no other characters.
        line = f'{now:.3f}"{quote(scope["path"][:_LONGEST])}"{status}"{seconds:.3f}"{seconds:.3f}"{address}\n'
        try:
            with (self._folder / name).open("a", encoding="utf-8") as log:
                log.write(line)
            if name != self._hour:
                self._remove_older(now)
        except OSError as error:
            if name != self._hour:
                print(f"The health log in {self._folder} cannot be written: {error}", file=sys.stderr)
        self._hour = name

    def _remove_older(self, now: float) -> None:
        """Remove all but this hour's log and the one before, which the agent may still be reading."""
        kept = {time.strftime(_NAME, time.gmtime(now - ago)) for ago in (0, _HOUR)}
        for log in self._folder.glob("application.log.*"):
            if log.name not in kept:
                log.unlink(missing_ok=True)
