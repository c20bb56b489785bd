"""Services that do as they are told."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.fault_server import FaultServer
from tests.support.judged import serve


@pytest.fixture
def service() -> Iterator[FaultServer]:
    """The service under test; it is right about everything until it is told otherwise."""
    with FaultServer() as server:
        yield serve(server)


@pytest.fixture
def production() -> Iterator[FaultServer]:
    """What it is compared with."""
    with FaultServer() as server:
        yield serve(server)
