"""What a rehearsal starts runs at its own pace."""

from __future__ import annotations

import os
from collections.abc import Iterator
from unittest.mock import patch

import pytest


@pytest.fixture(scope="module", autouse=True)
def unmeasured() -> Iterator[None]:
    """Measure the coverage of no process of a rehearsal: SAM and the stories take half as long again then.

    What is deployed runs in environments without coverage, and is not counted anyway.
    """
    with patch.dict(os.environ):
        os.environ.pop("COVERAGE_PROCESS_CONFIG", None)
        yield
