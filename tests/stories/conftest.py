"""What the stories share: they run at their own pace, and each leaves what it asked of IAM."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.rehearsals import unmeasured_processes


@pytest.fixture(scope="module", autouse=True)
def unmeasured() -> Iterator[None]:
    """Measure the coverage of no process of a rehearsal."""
    with unmeasured_processes():
        yield


@pytest.fixture(scope="session")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which each story keeps its record of IAM: the next rehearsal clears its own."""
    return tmp_path_factory.mktemp("records")
