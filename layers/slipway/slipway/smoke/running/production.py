"""Whether there is a production to compare with: a first release, or one that cures production, must not need it."""

from __future__ import annotations

from slipway.models import Verdict
from slipway.models.formatting import counted
from slipway.smoke.checks import identity, ready
from slipway.smoke.running.context import RunContext
from slipway.smoke.running.state import RunState


async def look(context: RunContext, state: RunState) -> None:
    """Store in the state whether production is ready, and which release it runs, or why it is not compared with."""
    if not context.production_url:
        state.not_compared = context.no_production
        return
    verdict, sentence = await ready.judge(context, context.production_url)
    state.production_ready = verdict is Verdict.PASSED
    if not state.production_ready:
        state.skip_comparison(f"Production could not be compared with: {sentence}")
        return
    state.production_release = context.live_release or await identity.release_at(context, context.production_url)


def warn_if_broken(state: RunState) -> None:
    """Store that production is not compared with, and warn, if it predicted nothing at all for the golden set."""
    golden = state.golden
    answered = golden.unreachable + golden.timeouts < golden.asked
    if answered and golden.asked == golden.production_unusable and not state.not_compared:
        inputs = counted(golden.production_unusable, "input")
        state.skip_comparison(f"Production predicts nothing that could be compared ({inputs}).")
