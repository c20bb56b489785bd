"""Items that an earlier version of Slipway wrote stay in the table, and are read for as long as they do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from moto import mock_aws

from slipway.adapters.ledger import DynamoLedger, items
from slipway.models import (
    Approval,
    Card,
    Commit,
    Decision,
    Question,
    Queueing,
    Release,
    Repeat,
    RollbackRequest,
    SmokeSummary,
    State,
    Verdict,
    Vote,
)
from tests.layers.slipway.adapters.test_ledger import create_table

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
FULL: dict[str, Any] = {
    "pk": "MODEL#birds",
    "sk": "RELEASE#000012",
    "revision": Decimal(7),
    "release": "birds-r12",
    "model": "birds",
    "number": Decimal(12),
    "candidate": "birds-7f3c1e9a2b4d",
    "state": "waiting",
    "times": {"received": "2026-11-22T09:00:00+00:00", "waiting": "2026-11-22T09:00:01.500000+00:00"},
    "prefix": "models/birds/v1/",
    "uploaded_at": "2026-11-22T09:00:00+00:00",
    "author": "linus@example.com",
    "before": "birds-r9",
    "forced": "the labels are right now",
    "back_to": "birds-r8",
    "back_by": "ada@example.com",
    "before_live": "birds-r11",
    "bytes": Decimal(12345),
    "repeats": [{"prefix": "models/birds/copy/", "at": "2026-11-22T09:00:00+00:00"}],
    "execution_id": "execution",
    "commit": "8cf40f2",
    "commit_author": "grace@example.com",
    "commit_message": "Read sevens better",
    "repository": "https://github.com/example/birds",
    "reason": "why",
    "log": "https://logs.example.com/1",
    "attempt": Decimal(2),
    "smoke": {
        "staging": {
            "verdict": "passed",
            "passed": Decimal(12),
            "failed": Decimal(1),
            "inconclusive": Decimal(2),
            "seconds": Decimal("1.234"),
            "evidence": "evidence/birds-r12/staging.json",
            "version": "build-1",
            "accuracy": Decimal("0.951"),
            "production_accuracy": Decimal("0.94"),
            "p95": Decimal("12.5"),
            "production_p95": Decimal("13.75"),
            "changed": Decimal(0),
        }
    },
    "approval": {
        "token": "token",
        "asked_at": "2026-11-22T09:00:00+00:00",
        "expires": "2026-11-25T09:00:00+00:00",
        "link": "https://console.example.com",
        "closed": True,
    },
    "at_gate": "2026-11-22T09:00:00+00:00",
    "behind": "birds-r10",
    "newer": "birds-r13",
    "votes": [
        {
            "decision": "approved",
            "by": "ada@example.com",
            "at": "2026-11-22T09:00:00+00:00",
            "source": "slack",
            "reason": "fine",
        }
    ],
    "deciding": {
        "decision": "approved",
        "by": "ada@example.com",
        "at": "2026-11-22T09:00:00+00:00",
        "source": "page",
        "reason": "fine",
    },
    "decided_at": "2026-11-22T09:00:00+00:00",
    "answer": {
        "decision": "rejected",
        "by": "user/linus",
        "at": "2026-11-22T09:00:00+00:00",
        "source": "console",
        "reason": "",
    },
    "reminders": ["half time"],
    "unfinished": "yes",
    "kind": "release",
    "opened_at": "2026-11-22T09:00:00.000000+00:00 birds-r12",
}
SHORT: dict[str, Any] = {
    "pk": "MODEL#birds",
    "sk": "RELEASE#000001",
    "revision": Decimal(0),
    "release": "birds-r1",
    "model": "birds",
    "number": Decimal(1),
    "candidate": "birds-7f3c1e9a2b4d",
    "state": "refused",
    "times": {"refused": "2026-11-22T09:00:00+00:00"},
    "attempt": Decimal(1),
    "kind": "release",
    "opened_at": "2026-11-22T09:00:00.000000+00:00 birds-r1",
}
CARD: dict[str, Any] = {
    "pk": "MODEL#birds",
    "sk": "CARD#000001",
    "release": "birds-r1",
    "channel": "C0RELEASES",
    "ts": "1.0",
    "shown": "digest",
    "mailed": ["token"],
    "threaded": ["2026"],
    "lost": Decimal(1),
    "news": True,
    "writer": "writer",
    "until": "2026-11-22T09:00:00+00:00",
    "unfinished": "card",
    "revision": Decimal(3),
}
RELEASE = Release(
    "birds-r12",
    "birds",
    12,
    "birds-7f3c1e9a2b4d",
    State.WAITING,
    {State.RECEIVED: AT, State.WAITING: AT + timedelta(seconds=1.5)},
    prefix="models/birds/v1/",
    uploaded_at=AT,
    author="linus@example.com",
    bytes=12345,
    repeats=(Repeat("models/birds/copy/", AT),),
    previous_release="birds-r9",
    force_reason="the labels are right now",
    previous_live="birds-r11",
    rollback=RollbackRequest("birds-r8", "ada@example.com"),
    commit=Commit("8cf40f2", "grace@example.com", "Read sevens better", "https://github.com/example/birds"),
    execution_id="execution",
    attempt=2,
    reason="why",
    log_url="https://logs.example.com/1",
    smoke={
        "staging": SmokeSummary(
            *(Verdict.PASSED, 12, 1, 2, 1.234, "evidence/birds-r12/staging.json", "build-1"),
            *(0.951, 0.94, 12.5, 13.75, 0),
        )
    },
    queueing=Queueing(AT, "birds-r10", "birds-r13"),
    approval=Approval(
        Question("token", AT, AT + timedelta(days=3), "https://console.example.com", closed=True),
        votes=(Vote("approved", "ada@example.com", AT, "slack", "fine"),),
        pending_decision=Decision("approved", "ada@example.com", AT, "page", "fine"),
        pending_since=AT,
        decision=Decision("rejected", "user/linus", AT, "console"),
        reminders=("half time",),
    ),
    revision=7,
)


@pytest.fixture
def ledger(aws_environment: None) -> Iterator[DynamoLedger]:
    """A table with the items of an earlier version."""
    with mock_aws():
        create_table()
        ledger = DynamoLedger("ledger")
        for item in (FULL, SHORT, CARD):
            ledger._table.put_item(Item=item)
        yield ledger


def test_a_release_of_the_first_format_is_read_whole(ledger: DynamoLedger) -> None:
    """Every field, whatever its name was."""
    assert ledger.release("birds-r12") == RELEASE


def test_a_short_release_of_the_first_format_is_read(ledger: DynamoLedger) -> None:
    """What was empty was left out."""
    refused = Release("birds-r1", "birds", 1, "birds-7f3c1e9a2b4d", State.REFUSED, {State.REFUSED: AT})
    assert ledger.release("birds-r1") == refused


def test_a_release_of_the_first_format_is_found_in_the_indexes(ledger: DynamoLedger) -> None:
    """Beside those of today's."""
    assert [release.id for release in ledger.unfinished()] == ["birds-r12"]
    assert [release.id for release in ledger.history()] == ["birds-r12", "birds-r1"]


def test_a_change_gives_a_release_today_s_format(ledger: DynamoLedger) -> None:
    """The condition on its revision holds, and nothing of the old names is left."""
    changed = ledger.change("birds-r12", lambda release: replace(release, reason=""))
    assert ledger.release("birds-r12") == changed
    item = ledger._table.get_item(Key={"pk": "MODEL#birds", "sk": "RELEASE#000012"})["Item"]
    assert item["format"] == items.FORMAT
    assert not {"before", "forced", "back_to", "deciding", "answer", "votes", "at_gate"} & item.keys()


def test_what_readers_of_the_stream_and_of_the_indexes_need_keeps_its_name() -> None:
    """The announcer reads the stream; the indexes are part of the template."""
    item = items.release_item(RELEASE)
    assert {name: item[name] for name in ("pk", "sk", "release", "unfinished", "kind", "opened_at", "revision")} == {
        "pk": "MODEL#birds",
        "sk": "RELEASE#000012",
        "release": "birds-r12",
        "unfinished": "yes",
        "kind": "release",
        "opened_at": "2026-11-22T09:00:00.000000+00:00 birds-r12",
        "revision": 7,
    }


def test_a_card_of_the_first_format_is_read(ledger: DynamoLedger) -> None:
    """Its names have not changed; that it is behind is said by the index that it lies in."""
    card = Card(
        "C0RELEASES", "1.0", "digest", ("token",), ("2026",), 1, "writer", AT, news=True, behind=True, revision=3
    )
    assert ledger.card(ledger.release("birds-r1")) == card
    assert list(ledger.behind()) == ["birds-r1"]
