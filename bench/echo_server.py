"""Services that answer at once: `python -m bench.echo_server bare|aiohttp|uvicorn`; each writes its port first.

`bare` does nothing but HTTP, and answers faster than any web framework in Python; `aiohttp` is a fast one; `uvicorn`
is Starlette on uvicorn, like the service that Slipway brings. What they predict follows from the body, so that a client
that mixes up its answers is found out.
"""

from __future__ import annotations

import asyncio
import socket
import sys
import zlib

import uvicorn
from aiohttp import web
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

CLASSES = 10


def prediction(body: bytes) -> str:
    """Give the label of a body."""
    return str(zlib.crc32(body) % CLASSES)


class Connection(asyncio.Protocol):
    """One connection: HTTP/1.1 with a length, kept alive, nothing else."""

    def __init__(self) -> None:
        self._received = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where the answers go."""
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]  # a server's is one

    def data_received(self, data: bytes) -> None:
        """Answer every request that is complete."""
        self._received += data
        while (end := self._received.find(b"\r\n\r\n") + 4) > 3:
            size = _length(bytes(self._received[:end]))
            if len(self._received) < end + size:
                return
            self._transport.write(_answer(bytes(self._received[end : end + size])))
            del self._received[: end + size]


def _length(head: bytes) -> int:
    _, found, rest = head.lower().partition(b"\r\ncontent-length:")
    return int(rest.partition(b"\r\n")[0]) if found else 0


def _answer(body: bytes) -> bytes:
    content = _content(body)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(content)
    return head + content


def _content(body: bytes) -> bytes:
    return b'{"prediction": {"winning_class": "%s", "confidence": 0.9}}' % prediction(body).encode()


async def _handle(request: web.BaseRequest) -> web.Response:
    return web.Response(body=_content(await request.read()), content_type="application/json")


async def _predict(request: Request) -> Response:
    return Response(_content(await request.body()), media_type="application/json")


async def _serve(kind: str) -> None:
    # asyncio sends small pieces at once only on sockets that say that they are TCP.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    listening.listen(128)
    print(listening.getsockname()[1], flush=True)
    if kind == "uvicorn":
        routes = [Route("/predict", _predict, methods=["POST"]), Route("/health", _predict)]
        config = uvicorn.Config(Starlette(routes=routes), access_log=False, log_level="warning")
        await uvicorn.Server(config).serve([listening])
        return
    make = Connection if kind == "bare" else web.Server(_handle)
    server = await asyncio.get_running_loop().create_server(make, sock=listening)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1]))
