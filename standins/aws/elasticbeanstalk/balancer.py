"""The load balancer of an environment with HTTPS: two ports of this machine in front of the instance's."""

import asyncio
import socket
import ssl
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from socketserver import BaseRequestHandler, ThreadingTCPServer
from typing import Any

type Answer = Callable[[str, str, dict[str, str]], bytes | None]  # by method, target and headers

CHUNK = 65536  # bytes
HEAD = 16384  # bytes


class Front(ThreadingTCPServer):
    """Answers a request, or passes its connection on to the instance's port; with a `context` it speaks TLS."""

    allow_reuse_address = daemon_threads = True

    def __init__(self, port: int, target: int, answer: Answer, context: ssl.SSLContext | None = None) -> None:
        """Listen on a port, 0 for any that is free."""
        super().__init__(("127.0.0.1", port), _Connection)
        self.target, self.answer, self.context = target, answer, context
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self) -> None:
        """Listen no longer."""
        self.shutdown()
        self.server_close()


class _Connection(BaseRequestHandler):
    """One connection; what comes after its first request goes where that went."""

    server: Front

    def handle(self) -> None:
        """Read the head of the request, and answer it or pass it on."""
        with suppress(OSError, ValueError):
            context = self.server.context
            client = context.wrap_socket(self.request, server_side=True) if context else self.request
            head = _head(client)
            line, *lines = head.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
            method, target, _ = line.split(" ")
            headers = {name.lower(): value.strip() for name, _, value in (one.partition(":") for one in lines)}
            if (answer := self.server.answer(method, target, headers)) is None:
                self._pass_on(client, head)
            else:
                client.sendall(answer)
            with suppress(OSError):
                client.unwrap() if isinstance(client, ssl.SSLSocket) else client.shutdown(socket.SHUT_RDWR)

    def _pass_on(self, client: socket.socket, head: bytes) -> None:
        with socket.create_connection(("127.0.0.1", self.server.target)) as instance:
            instance.sendall(head)
            threading.Thread(target=_copy, args=(client, instance), daemon=True).start()
            _copy(instance, client)


def tls(pem: str) -> ssl.SSLContext:
    """What a server needs to speak TLS with a certificate and its key."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
        file.write(pem)
        file.flush()
        context.load_cert_chain(file.name)
    return context


def rules_of(listener_rules: Callable[[], list[dict[str, Any]]]) -> Answer:
    """Answer by the rules of a listener, in order; None for what its default action forwards."""
    from ministack.services import alb

    def answer(method: str, target: str, headers: dict[str, str]) -> bytes | None:
        path, _, query = target.partition("?")
        for rule in sorted(listener_rules(), key=alb._rule_sort_key):
            if all(alb._match_condition(one, method, path, headers, {}) for one in rule["Conditions"]):
                if rule["Actions"][0]["Type"] == "forward":
                    return None
                acting = alb._execute_action(rule["Actions"][0], method, path, headers, b"", {}, query)
                status, given, body = asyncio.run(acting)
                given = {**given, "Content-Length": str(len(body)), "Connection": "close"}
                lines = "".join(f"{name}: {value}\r\n" for name, value in given.items())
                return f"HTTP/1.1 {status} By rule\r\n{lines}\r\n".encode() + bytes(body)
        return None

    return answer


def _head(client: socket.socket) -> bytes:
    head = b""
    while b"\r\n\r\n" not in head and len(head) < HEAD:
        if not (more := client.recv(CHUNK)):
            break
        head += more
    return head


def _copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(CHUNK):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)
