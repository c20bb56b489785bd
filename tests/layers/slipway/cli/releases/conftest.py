"""The pages, behind an address."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import pytest

from slipway.web.page_request import PageRequest
from slipway.web.responses import to_lambda
from tests.support.made_site import World
from tests.support.site_server import served


@pytest.fixture
def world() -> World:
    """A release that waits for an answer."""
    world = World()
    world.waits()
    return world


@pytest.fixture
def site(world: World) -> Iterator[str]:
    """The pages, behind their address."""

    def respond(event: dict[str, Any]) -> dict[str, Any]:
        request = PageRequest.read(event, base64.b64decode(event["body"]))
        return to_lambda(world.app.respond(request, world.now))

    with served(respond) as url:
        yield url
