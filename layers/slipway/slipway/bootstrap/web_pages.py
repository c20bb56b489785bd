"""The pages of personal links."""

from __future__ import annotations

from functools import cache

from slipway import settings
from slipway.approvals.voting import Voting
from slipway.bootstrap import delivery
from slipway.bootstrap.calendar import calendar
from slipway.bootstrap.evidence import evidence_store
from slipway.bootstrap.ledger import measured_ledger
from slipway.bootstrap.personal_links import personal_links
from slipway.bootstrap.policy import policy
from slipway.bootstrap.rollback import make_rollback
from slipway.web.app import WebApp
from slipway.web.authentication import Authenticator
from slipway.web.history.pages import HistoryPages
from slipway.web.review import ReviewPage


@cache
def build() -> WebApp:
    """Return the app behind the pages, as the environment configures it; raises SettingMissing."""
    config = settings.read(settings.WebPages)
    pipeline, environments = delivery.pipeline(config), delivery.environments(config)
    ledger, evidence = measured_ledger(config.ledger_table), evidence_store(config)
    people, personal = policy(config), personal_links(config)
    review = ReviewPage(Voting(ledger, pipeline, environments, people, evidence, calendar(config)), personal)
    history = HistoryPages(ledger, evidence, make_rollback(config, pipeline, people))
    return WebApp(Authenticator(personal, people), review, history)
