"""What people clicked in Slack."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from slipway import settings
from slipway.adapters.clock import SystemClock
from slipway.adapters.slack_interactions import Responder
from slipway.approvals.voting import Voting
from slipway.bootstrap import delivery
from slipway.bootstrap.calendar import calendar
from slipway.bootstrap.evidence import evidence_store
from slipway.bootstrap.ledger import measured_ledger
from slipway.bootstrap.personal_links import personal_links
from slipway.bootstrap.policy import policy
from slipway.bootstrap.rollback import make_rollback
from slipway.ports import Clock, Respond
from slipway.web.slack.clicks import ClickHandler


@dataclass(frozen=True, slots=True)
class TakeAnswer:
    """Handles clicks; `respond` says something to the person who clicked."""

    clicks: ClickHandler
    respond: Respond
    clock: Clock


@cache
def build() -> TakeAnswer:
    """Return what handles clicks, as the environment configures it; raises SettingMissing."""
    config = settings.read(settings.TakeAnswer)
    pipeline, environments = delivery.pipeline(config), delivery.environments(config)
    ledger, people = measured_ledger(config.ledger_table), policy(config)
    voting = Voting(ledger, pipeline, environments, people, evidence_store(config), calendar(config))
    rollback = make_rollback(config, pipeline, people)
    return TakeAnswer(
        ClickHandler(voting, rollback, personal_links(config, config.web_url).review),
        Responder(config.slack_api_url),
        SystemClock(),
    )
