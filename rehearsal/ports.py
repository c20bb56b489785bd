"""The four ports of a rehearsal, one after the other, all on 127.0.0.1."""

import errno
import socket
from dataclasses import dataclass

from rehearsal.errors import RehearsalError

HOST = "127.0.0.1"
DEFAULT = 4566


@dataclass(frozen=True, slots=True)
class Ports:
    """The local AWS, and behind it the Slack stand-in and the two instances."""

    aws: int = DEFAULT

    @classmethod
    def starting_at(cls, text: str) -> "Ports":
        """Read the first port from what a person wrote."""
        if not text.isdecimal() or not 1024 <= int(text) <= 65532:
            raise RehearsalError(f"PORT={text} is no port; choose a number from 1024 to 65532.")
        return cls(int(text))

    @property
    def slack(self) -> int:
        """Where the Slack stand-in listens."""
        return self.aws + 1

    @property
    def staging(self) -> int:
        """Where the staging instance listens."""
        return self.aws + 2

    @property
    def production(self) -> int:
        """Where the production instance listens."""
        return self.aws + 3

    def all(self) -> tuple[int, int, int, int]:
        """All four, in their order."""
        return self.aws, self.slack, self.staging, self.production

    def __str__(self) -> str:
        return f"{self.aws}-{self.production}"


def url(port: int) -> str:
    """The address of a port, without a slash at its end."""
    return f"http://{HOST}:{port}"


def require_free(ports: Ports) -> None:
    """Fail if anything listens on one of the ports."""
    for port in ports.all():
        if not is_free(port):
            other = 5000 if port < 5000 else 6000
            raise RehearsalError(
                f"Port {port} is in use; end what listens there, or choose others with PORT={other} make rehearse "
                "(for a second rehearsal at a time, in another clone)."
            )


def is_free(port: int) -> bool:
    """Whether a server could listen on the port now."""
    with socket.socket() as probe:
        if probe.connect_ex((HOST, port)) == 0:
            return False
    with socket.socket() as listener:
        # As servers do: a connection of the last run that still lingers does not make a port busy.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
        except OSError as error:
            if error.errno in {errno.EADDRINUSE, errno.EACCES}:
                return False
            raise
    return True
