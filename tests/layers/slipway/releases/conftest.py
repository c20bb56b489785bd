"""A ledger with one release, which an execution carries."""

from __future__ import annotations

import pytest

from slipway.models import State
from tests.support.fakes import NOW, FakeLedger
from tests.support.pipeline_steps import EXECUTION, candidate


@pytest.fixture
def ledger() -> FakeLedger:
    """Hold `birds-r1`."""
    ledger = FakeLedger()
    release = ledger.open(candidate("birds-000000000001"), State.RECEIVED, "", NOW)
    ledger.bind(release.id, EXECUTION)
    return ledger
