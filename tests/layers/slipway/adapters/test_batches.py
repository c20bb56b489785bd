"""A batch of messages is handled one by one, and what fails is named as Lambda wants it."""

from __future__ import annotations

from typing import Any

import pytest
from aws_lambda_powertools import Logger

from slipway.adapters.batches import handle_each

QUEUED = [{"messageId": "a"}, {"messageId": "b"}, {"messageId": "c"}]
STREAMED = [{"eventID": "1", "dynamodb": {"SequenceNumber": number}} for number in ("100", "200", "300")]


@pytest.mark.parametrize(("records", "failed"), [(QUEUED, "b"), (STREAMED, "200")])
def test_one_that_fails_does_not_stop_the_others(records: list[dict[str, Any]], failed: str) -> None:
    """A queue knows messages by their ids, a stream by their sequence numbers."""
    seen: list[dict[str, Any]] = []

    def handle(record: dict[str, Any]) -> None:
        seen.append(record)
        if record is records[1]:
            raise TimeoutError

    assert handle_each({"Records": records}, handle, Logger()) == {"batchItemFailures": [{"itemIdentifier": failed}]}
    assert seen == records


def test_who_dies_reports_nothing() -> None:
    """A function that is killed must not look as if it had handled anything."""

    def die(_: dict[str, Any]) -> None:
        raise SystemExit

    with pytest.raises(SystemExit):
        handle_each({"Records": QUEUED}, die, Logger())
