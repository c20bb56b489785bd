"""What all tests share: the sample events, and credentials that open nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).parent.parent
settings.register_profile("soak")  # pytest --hypothesis-profile=soak: random examples, and more of them


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the rehearsal: one process plays it while the other does all the rest."""
    items.sort(key=lambda item: item.get_closest_marker("rehearsal") is None)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Give one Chromium to all tests of a file; not of more, because it holds an event loop."""
    from tests.support.chromium import chromium

    with chromium() as started:
        yield started


@pytest.fixture
def event() -> Callable[[str], dict[str, Any]]:
    """Read one of the sample events."""

    def read(name: str) -> dict[str, Any]:
        content: dict[str, Any] = json.loads((ROOT / "events" / f"{name}.json").read_text())
        return content

    return read


@pytest.fixture
def aws_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give boto3 a region and credentials that no AWS knows."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_SESSION_TOKEN": "testing",
        "AWS_DEFAULT_REGION": "eu-central-1",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
