"""Publishes a container's port: a Python program that listens on it listens on a port of this machine instead.

Python imports this at its start where STANDINS_PUBLISHED says `5000:43211`, the container's port and this machine's.
"""

import os
import socket
from typing import Any

_bind = socket.socket.bind
_ANYWHERE = ("", "0.0.0.0", "::")  # what is compared, not bound


def _published(self: socket.socket, address: Any) -> None:
    """Listen on the loopback address only, and on the port that stands for the container's."""
    if self.family in (socket.AF_INET, socket.AF_INET6):
        inside, _, outside = os.environ["STANDINS_PUBLISHED"].partition(":")
        loopback = "127.0.0.1" if self.family == socket.AF_INET else "::ffff:127.0.0.1"
        host, port, *more = address
        address = (loopback if host in _ANYWHERE else host, int(outside) if port == int(inside) else port, *more)
    _bind(self, address)


socket.socket.bind = _published  # type: ignore[assignment, method-assign]
