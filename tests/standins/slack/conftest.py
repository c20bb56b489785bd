"""A stand-in and an application for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.slack_stage import Application, Door, StandIn, door, listening


@pytest.fixture(scope="package")
def shared() -> Iterator[Door]:
    """The port that all tests use, one after the other."""
    with door() as opened:
        yield opened


@pytest.fixture
def slack(request: pytest.FixtureRequest, shared: Door, tmp_path: Path) -> Iterator[StandIn]:
    """A stand-in with an empty channel; its parameter is how many seconds the application may take."""
    with shared.open(tmp_path, answer_seconds=getattr(request, "param", 10)) as stand_in:
        yield stand_in


@pytest.fixture
def application(slack: StandIn) -> Iterator[Application]:
    """An application that the stand-in sends interactions to."""
    with listening() as listener:
        slack.send_requests_to(listener.url)
        yield listener
