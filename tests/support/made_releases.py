"""Releases as the ledger might hold them, for tests of what is said about them."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

from slipway.approvals.policy import Policy
from slipway.models import Approval, Commit, Question, Release, SmokeSummary, State, Verdict
from slipway.notifications.stack_urls import StackUrls
from tests.support.fakes import NOW

URLS = StackUrls(
    "http://staging.example.com", "http://production.example.com", "slipway-models", "slipway", "eu-central-1"
)
ONE = Policy.parse("U0ADA=ada@example.com,U0GRACE=grace@example.com", 1)
TWO = Policy.parse("U0ADA=ada@example.com,U0GRACE=grace@example.com", 2)
SMOKE = SmokeSummary(Verdict.PASSED, 12, 0, 0, 1.5, "evidence/birds-r12/staging.json", page_version="3sL4kqtJlcpXroD")
QUESTION = Question("token", NOW, NOW + timedelta(days=3), "https://console.example.com")
WAITING = Release(
    "birds-r12",
    "birds",
    12,
    "birds-7f3c1e9a2b4d",
    State.WAITING,
    {State.RECEIVED: NOW, State.WAITING: NOW},
    prefix="models/birds/2026-11-22/",
    author="linus@example.com",
    smoke={"staging": SMOKE},
    commit=Commit("8cf40f2d1c7f4a4f"),
    approval=Approval(question=QUESTION),
)


def changed(release: Release, **changes: Any) -> Release:
    """Change a release; what belongs to its approval or its queueing may be named as if it were its own."""
    groups: dict[str, Any] = {}
    for name in ("approval", "queueing"):
        group = getattr(release, name)
        inner = {field.name: changes.pop(field.name) for field in fields(group) if field.name in changes}
        if inner:
            groups[name] = replace(group, **inner)
    return replace(release, **groups, **changes)
