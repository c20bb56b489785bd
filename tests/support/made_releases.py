"""Releases as the ledger might hold them, for tests of what is said about them."""

from __future__ import annotations

from datetime import timedelta

from slipway.approvals.policy import Policy
from slipway.models import Approval, Release, SmokeSummary, State, Verdict
from slipway.notifications.urls import Urls
from tests.support.fakes import NOW

URLS = Urls("http://staging.example.com", "http://production.example.com", "slipway-models", "slipway", "eu-central-1")
ONE = Policy.parse("U0ADA=ada@example.com,U0GRACE=grace@example.com", 1)
TWO = Policy.parse("U0ADA=ada@example.com,U0GRACE=grace@example.com", 2)
SMOKE = SmokeSummary(Verdict.PASSED, 12, 0, 0, 1.5, "evidence/birds-r12/staging.json", page_version="3sL4kqtJlcpXroD")
APPROVAL = Approval("token", NOW, NOW + timedelta(days=3), "https://console.example.com")
WAITING = Release(
    "birds-r12",
    "birds",
    12,
    "birds-7f3c1e9a2b4d",
    State.WAITING,
    {State.RECEIVED: NOW, State.WAITING: NOW},
    prefix="models/birds/2026-11-22/",
    author="linus@example.com",
    commit="8cf40f2d1c7f4a4f",
    smoke={"staging": SMOKE},
    approval=APPROVAL,
)
