"""The four ports."""

import socket

import pytest

from rehearsal import ports
from rehearsal.errors import RehearsalError


def test_the_four_ports_follow_each_other() -> None:
    """The local AWS, the Slack stand-in, staging, production."""
    assert ports.Ports(5000).all() == (5000, 5001, 5002, 5003)


def test_a_port_in_use_is_named_with_the_cure() -> None:
    """Somebody else's server on one of the ports ends the rehearsal before it starts anything."""
    with socket.create_server((ports.HOST, 0)) as server:
        busy = server.getsockname()[1]
        with pytest.raises(RehearsalError, match=rf"Port {busy} is in use; .* PORT=6000 make rehearse"):
            ports.require_free(ports.Ports(busy))


def test_a_port_is_free_again_at_once_after_its_server_ended() -> None:
    """A connection that still lingers from the last run does not make a port busy."""
    with socket.create_server((ports.HOST, 0)) as server:
        port = server.getsockname()[1]
        client = socket.create_connection((ports.HOST, port))
        accepted, _ = server.accept()
        accepted.close()
        client.close()
    assert ports.is_free(port)
