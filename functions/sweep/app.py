"""What time brings about: reminders, and what EventBridge did not deliver."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from slipway import settings
from slipway.adapters.beanstalk import BeanstalkEnvironments
from slipway.adapters.clock import SystemClock
from slipway.adapters.codepipeline import ReleasePipeline
from slipway.adapters.ledger import DynamoLedger
from slipway.adapters.s3 import ModelBucket
from slipway.approvals.policy import Policy
from slipway.approvals.reminders import Reminders
from slipway.approvals.supersede import Gate
from slipway.approvals.voting import Panel
from slipway.models import Release, State
from slipway.releases import recording, start_execution
from slipway.releases.isolation import each

logger = Logger()
type Step = Callable[[datetime], Iterator[Release]]


@cache
def parts() -> tuple[DynamoLedger, ModelBucket, ReleasePipeline, Gate, Panel]:
    """Put the parts together, once for as long as the function stays warm."""
    told = settings.read(settings.Sweep)
    ledger, pipeline = DynamoLedger(told.ledger_table), ReleasePipeline(told.pipeline_name)
    gate = Gate(ledger, pipeline, withdraw=told.on_newer_candidate == "replace")
    policy = Policy.read(told.approvers, told.required_approvals, own=told.allow_self_approval)
    panel = Panel(ledger, pipeline, BeanstalkEnvironments(told.pipeline_name), policy)
    return ledger, ModelBucket(told.model_bucket), pipeline, gate, panel


def reminders() -> Reminders:
    """Make the reminders, with the time after which others are told."""
    escalate = timedelta(minutes=settings.read(settings.Sweep).escalate_after_minutes)
    return Reminders(parts()[0], escalate)


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, list[str]]:
    """Look at everything that has not ended."""
    now, done = SystemClock().now(), dict[str, list[str]]()
    with ExitStack() as stack:  # a step that fails holds up none of the others; what it raises is raised in the end
        for name, step in STEPS.items():
            stack.callback(take, done, name, step, now)
    logger.info("swept", extra=done)
    return done


def take(done: dict[str, list[str]], name: str, step: Step, now: datetime) -> None:
    """Take a step, and note what it has moved."""
    done[name] = []
    for release in step(now):
        done[name].append(release.id)


def ended(now: datetime) -> Iterator[Release]:
    """End what has ended without our hearing of it."""
    ledger, bucket, pipeline, _, _ = parts()
    return recording.reconcile(ledger, bucket, pipeline, now)


def stranded(now: datetime) -> Iterator[Release]:
    """Start what nobody will start any more."""
    ledger, _, pipeline, _, _ = parts()
    return start_execution.start_stranded(ledger, pipeline, now)


def resumed(now: datetime) -> Iterator[Release]:
    """Go on with what waits: decisions whose carriers died, votes that suffice since a deployment, and the gate.

    Two that came to the gate at once may have missed each other.
    """
    ledger, _, _, gate, panel = parts()

    def step(release: Release) -> Release | None:
        if release.state is not State.WAITING:
            return None
        gone_on = panel.resume(release, now)
        gate.asked(gone_on, now)
        return gone_on if gone_on.answer else None

    return each(ledger.unfinished(), step)


def reminded(now: datetime) -> Iterator[Release]:
    """Remind of questions that nobody answers."""
    return reminders().due(now)


# The last one goes first.
STEPS: dict[str, Step] = {
    "reminded": reminded,
    "resumed": resumed,
    "stranded": stranded,
    "ended": ended,
}
