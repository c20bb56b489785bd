"""Requests that prove nothing, or come too late, change nothing after the story."""

from __future__ import annotations

import json
import time

import pytest

from tests.support.rehearsals import STORY_TIMEOUT, Result
from tests.support.rehearsed_presses import PRESS, press, signed, signing_secret

pytestmark = [pytest.mark.timeout(STORY_TIMEOUT)]


@pytest.mark.parametrize("forgery", ["wrong secret", "old", "from the future", "changed body", "no headers"])
def test_a_forged_press_gets_401_and_changes_nothing(played: Result, forgery: str) -> None:
    """Whoever cannot sign cannot decide."""
    secret = "another" if forgery == "wrong secret" else signing_secret(played)
    age = {"old": 301, "from the future": -330}.get(forgery, 0)
    headers = signed(secret, PRESS, int(time.time()) - age)
    body = PRESS.replace(b"U0GRACE", b"U0ADA") if forgery == "changed body" else PRESS
    before = played.ledger()
    assert press(played, {} if forgery == "no headers" else headers, body).status_code == 401
    assert played.ledger() == before


def test_a_press_that_comes_too_late_is_acknowledged_and_changes_nothing(played: Result) -> None:
    """A signed press on a card whose release has ended."""
    before = played.ledger()
    assert press(played, signed(signing_secret(played), PRESS, int(time.time())), PRESS).status_code == 200
    assert played.ledger() == before


def test_the_sweep_runs_with_its_own_role(played: Result) -> None:
    """Its permissions are enough, and nothing waits."""
    functions = played.client("lambda").list_functions()["Functions"]
    name = next(one["FunctionName"] for one in functions if "-Sweep-" in one["FunctionName"])
    answer = played.client("lambda").invoke(FunctionName=name, Payload=b"{}")
    assert json.loads(answer["Payload"].read()) == {"ended": [], "stranded": [], "resumed": [], "reminded": []}
