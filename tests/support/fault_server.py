"""A real HTTP server that misbehaves as it is told to, path by path."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from ssl import SSLContext
from typing import Any, Self

LINGER = struct.pack("ii", 1, 0)  # closes a connection with a reset


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it arrived."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


class SpeaksTls(Exception):
    """Somebody shakes hands where only HTTP is spoken."""


type Fault = Callable[[Asked, asyncio.StreamWriter], Awaitable[bool]]  # whether the connection stays open


def answers(status: int, body: bytes = b"", **headers: str) -> Fault:
    """Answer as a server should; `content_type` is a header."""

    async def act(_: Asked, writer: asyncio.StreamWriter) -> bool:
        named = {name.replace("_", "-"): value for name, value in headers.items()} | {"content-length": str(len(body))}
        lines = [f"HTTP/1.1 {status} Said", *(f"{name}: {value}" for name, value in named.items())]
        writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        await writer.drain()
        return True

    return act


def says(value: Any, status: int = 200) -> Fault:
    """Answer with JSON."""
    return answers(status, json.dumps(value).encode(), content_type="application/json")


async def resets(_: Asked, writer: asyncio.StreamWriter) -> bool:
    """Reset the connection."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER)
    return False


async def closes(_: Asked, writer: asyncio.StreamWriter) -> bool:
    """Close the connection without a word."""
    return False


async def breaks_off(_: Asked, writer: asyncio.StreamWriter) -> bool:
    """Promise more than comes."""
    writer.write(b"HTTP/1.1 200 Said\r\ncontent-length: 100\r\n\r\nhalf")
    return False


async def mumbles(_: Asked, writer: asyncio.StreamWriter) -> bool:
    """Say what is no HTTP."""
    writer.write(b"220 mail.example.com ESMTP\r\n")
    return False


async def drips(_: Asked, writer: asyncio.StreamWriter) -> bool:
    """Send a byte now and then, for longer than anybody waits."""
    writer.write(b"HTTP/1.1 200 Said\r\ncontent-length: 1000\r\n\r\n")
    for _beat in range(100):
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.05)
    return False


class FaultServer:
    """Answers each path by its faults, one after the other, the last (or a `turn` of them) again and again."""

    def __init__(self, tls: SSLContext | None = None) -> None:
        self._tls = tls
        self.faults: dict[str, list[Fault]] = {}
        self.turns: dict[str, list[Fault]] = {}
        self.asked: list[Asked] = []
        self.connections = 0
        self.busy = self.busiest = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)

    def __enter__(self) -> Self:
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(5)
        self.url = f"http{'s' if self._tls else ''}://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def paths(self) -> list[str]:
        """What was asked for, in order."""
        return [asked.target for asked in self.asked]

    async def _start(self) -> asyncio.Server:
        return await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._tls)

    async def _stop(self) -> None:
        self._server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while await self._answer(await _read(reader), writer):
                pass
        except SpeaksTls:
            writer.write(b"HTTP/1.1 400 Said\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def _answer(self, asked: Asked, writer: asyncio.StreamWriter) -> bool:
        self.asked.append(asked)
        self.busy += 1
        self.busiest = max(self.busiest, self.busy)
        try:
            stays = await self._fault(asked.target.partition("?")[0])(asked, writer)
        finally:
            self.busy -= 1
        return stays and asked.headers.get("connection") != "close"

    def _fault(self, path: str) -> Fault:
        if turn := self.turns.get(path):
            turn.append(turn.pop(0))
            return turn[-1]
        left = self.faults.get(path, [answers(404)])
        return left.pop(0) if len(left) > 1 else left[0]


async def _read(reader: asyncio.StreamReader) -> Asked:
    first = await reader.readexactly(1)
    if not first.isalpha():
        raise SpeaksTls
    head = (first + await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    method, target, _ = head[0].split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
    return Asked(method, target, headers, await reader.readexactly(int(headers.get("content-length", 0))))
