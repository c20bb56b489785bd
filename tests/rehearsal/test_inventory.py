"""What was there before Slipway is compared with what is there after it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rehearsal import inventory
from rehearsal.errors import RehearsalError

STACK = {"template": "T", "Bucket": "private"}


def nobody(service: str) -> Any:
    """Create a client of nothing."""
    pytest.fail(f"{service} was asked")


def compare(run: Path, monkeypatch: pytest.MonkeyPatch, stack: dict[str, str], account: list[str]) -> None:
    (run / inventory.FILE).write_text(json.dumps({"stack": STACK, "account": ["s3:theirs"]}))
    monkeypatch.setattr(inventory, "of_stack", lambda client, name: stack)
    monkeypatch.setattr(inventory, "of_account", lambda client: account)
    inventory.require_unchanged(run, "theirs", nobody)


def test_what_is_as_it_was_and_the_records_are_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The documentation says that those stay."""
    kept = ["s3:theirs", "s3:slipway-modelbucket-1", "dynamodb:slipway-Ledger-1", "iam:slipway-suite-owner"]
    compare(tmp_path, monkeypatch, STACK, kept)


@pytest.mark.parametrize(
    "stack",
    [{"template": "T", "Bucket": "public"}, {"template": "T"}, {"template": "T", "Bucket": "private", "New": ""}],
)
def test_what_was_changed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stack: dict[str, str]) -> None:
    """Also what is gone, or new."""
    with pytest.raises(RehearsalError, match=r"(Bucket|New) of theirs was expected to be as before Slipway"):
        compare(tmp_path, monkeypatch, stack, ["s3:theirs"])


def test_what_slipway_left_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A role, a queue: whatever the documentation does not say."""
    with pytest.raises(RehearsalError, match="but left iam:slipway-WebRole-1"):
        compare(tmp_path, monkeypatch, STACK, ["s3:theirs", "iam:slipway-WebRole-1"])
