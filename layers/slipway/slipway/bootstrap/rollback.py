"""Going back to what was live before."""

from __future__ import annotations

from slipway import settings
from slipway.adapters.sqs import Queue
from slipway.approvals.policy import Policy
from slipway.approvals.rollback import Rollback, RollbackStart
from slipway.bootstrap.ledger import measured_ledger
from slipway.ports import Pipeline


def make_rollback(config: settings.WebPages | settings.TakeAnswer, pipeline: Pipeline, people: Policy) -> RollbackStart:
    """Return what goes back when an approver asks for it: by a new release or, if attached, by a deployment."""
    ledger = measured_ledger(config.ledger_table)
    if not config.existing_pipeline:
        return Rollback(ledger, pipeline, people)
    from slipway.attached.way_back import AttachedRollback

    return AttachedRollback(ledger, people, Queue(config.orders_queue))
