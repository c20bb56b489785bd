"""The ledger in DynamoDB, and the one in memory that stands in for it, behave alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import boto3
import pytest
from fakes import NOW, FakeLedger
from moto import mock_aws

from slipway.adapters.ledger import DynamoLedger
from slipway.errors import NotFound
from slipway.models import Answer, Approval, Candidate, Card, Release, SmokeSummary, State, Verdict
from slipway.ports import Ledger


@pytest.fixture(params=["dynamodb", "memory"])
def ledger(request: pytest.FixtureRequest, aws_environment: None) -> Iterator[Ledger]:
    if request.param == "memory":
        yield FakeLedger()
        return
    with mock_aws():
        create_table()
        yield DynamoLedger("ledger")


def create_table() -> None:
    names: Any = ["pk", "sk", "unfinished"]
    boto3.client("dynamodb").create_table(
        TableName="ledger",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in names],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "unfinished",
                "KeySchema": [
                    {"AttributeName": "unfinished", "KeyType": "HASH"},
                    {"AttributeName": "sk", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )


def upload(content: int, model: str = "birds") -> Candidate:
    return Candidate(f"{model}-{content:012}", model, f"models/{model}/v{content}/", (), NOW, "linus@example.com")


def opened(ledger: Ledger, content: int = 1, model: str = "birds") -> Release:
    return ledger.open(upload(content, model), State.RECEIVED, "", NOW)


def test_releases_are_numbered_per_model(ledger: Ledger) -> None:
    """Each model counts for itself."""
    ids = [opened(ledger, 1).id, opened(ledger, 2).id, opened(ledger, 1, "dogs").id, opened(ledger, 3).id]
    assert ids == ["birds-r1", "birds-r2", "dogs-r1", "birds-r3"]


def test_a_known_content_gives_the_release_it_has(ledger: Ledger) -> None:
    """Identical content is one candidate."""
    assert opened(ledger) == opened(ledger)


def test_what_is_written_is_read_again(ledger: Ledger) -> None:
    """Every field survives."""
    opened(ledger)
    full = Release(
        "birds-r1",
        "birds",
        1,
        "birds-000000000001",
        State.WAITING,
        {State.RECEIVED: NOW, State.WAITING: NOW + timedelta(seconds=1.5)},
        "models/birds/v1/",
        "linus@example.com",
        "execution",
        "8cf40f2",
        "why",
        2,
        {"staging": SmokeSummary(Verdict.PASSED, 12, 1, 2, 1.234, "evidence/birds-r1/staging.json")},
        Approval("token", NOW, NOW + timedelta(days=3), "https://console.example.com"),
        Answer("approved", "U0ADA", NOW, "slack", "fine"),
        NOW,
        1,
    )
    ledger.change("birds-r1", lambda _: full)
    assert ledger.release("birds-r1") == full


def test_an_equal_change_writes_nothing(ledger: Ledger) -> None:
    """The stream stays quiet."""
    release = opened(ledger)
    assert ledger.change(release.id, lambda current: current).revision == release.revision


def test_a_change_is_made_to_what_stands_now(ledger: Ledger) -> None:
    """A writer that was overtaken decides again on what it finds."""
    release = opened(ledger)
    seen: list[str] = []

    def overtaken(current: Release) -> Release:
        if not seen and isinstance(ledger, DynamoLedger):
            ledger.change(release.id, lambda one: replace(one, commit="first")) if seen.append("") is None else None
        seen.append(current.commit)
        return replace(current, reason="second")

    changed = ledger.change(release.id, overtaken)
    assert changed.reason == "second"
    assert changed.commit == seen[-1]


def test_an_execution_leads_to_its_release(ledger: Ledger) -> None:
    """Events name executions, people name releases."""
    release = opened(ledger)
    ledger.bind(release.id, "execution")
    assert ledger.release_of("execution") == release
    assert ledger.release_of("another") is None


def test_another_release_of_a_candidate_is_bound_at_once(ledger: Ledger) -> None:
    """A push of code opens it while its execution runs already."""
    again = ledger.open_again(opened(ledger), "execution", NOW)
    assert (again.id, again.candidate, again.state) == ("birds-r2", "birds-000000000001", State.RECEIVED)
    assert ledger.release_of("execution") == again


def test_one_release_is_live(ledger: Ledger) -> None:
    """The one before retires in the same moment, and says so once."""
    assert ledger.live() is None
    first, second = opened(ledger, 1), opened(ledger, 2)
    ledger.go_live(first.id, NOW)
    ledger.go_live(second.id, NOW)
    ledger.go_live(second.id, NOW + timedelta(hours=1))
    live = ledger.live()
    assert live is not None
    assert (live.id, live.times[State.LIVE]) == (second.id, NOW)
    assert ledger.release(first.id).state is State.RETIRED


def test_what_has_ended_is_not_unfinished(ledger: Ledger) -> None:
    """The sweep looks only at what is on its way."""
    first, second = opened(ledger, 1), opened(ledger, 2)
    ledger.go_live(first.id, NOW)
    assert [release.id for release in ledger.unfinished()] == [second.id]


def test_a_card_is_kept(ledger: Ledger) -> None:
    """Empty before the first message."""
    release = opened(ledger)
    assert ledger.card(release) == Card()
    card = Card("C0RELEASES", "1.0", "digest", ("token",), ("2026",))
    ledger.keep_card(release, card)
    assert ledger.card(release) == card


def test_an_unknown_release_is_named(ledger: Ledger) -> None:
    """The error says what was looked for."""
    with pytest.raises(NotFound, match="birds-r9"):
        ledger.release("birds-r9")
