"""What all tests share: the sample events, and credentials that open nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings
from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).parent.parent
STORIES = "tests/stories/"
settings.register_profile("soak")  # pytest --hypothesis-profile=soak: random examples, and more of them


class OneStoryAtATime(LoadFileScheduling):  # type: ignore[misc]
    """One process plays the stories, which share a folder, while the other does all the rest, file by file."""

    def _split_scope(self, nodeid: str) -> str:
        return STORIES if nodeid.startswith(STORIES) else str(super()._split_scope(nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> OneStoryAtATime:
    """Give each process its next tests."""
    return OneStoryAtATime(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the stories, which take longest."""
    items.sort(key=lambda item: not item.nodeid.startswith(STORIES))


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
