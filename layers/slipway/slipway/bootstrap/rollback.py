"""Going back to what was live before."""

from __future__ import annotations

from slipway import settings
from slipway.adapters.ledger import DynamoLedger
from slipway.adapters.sqs import Queue
from slipway.approvals.policy import Policy
from slipway.approvals.rollback import Rollback, RollbackStart
from slipway.ports import Pipeline


def make_rollback(read: settings.WebPages | settings.TakeAnswer, pipeline: Pipeline, people: Policy) -> RollbackStart:
    """Make what goes back when an approver asks for it."""
    ledger = DynamoLedger(read.ledger_table)
    if not read.existing_pipeline:
        return Rollback(ledger, pipeline, people)
    from slipway.attached.way_back import AttachedRollback

    return AttachedRollback(ledger, people, Queue(read.orders_queue))
