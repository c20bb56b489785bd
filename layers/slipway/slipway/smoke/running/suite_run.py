"""Running a suite, step by step, from wherever an earlier run has come to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from slipway.models import Verdict
from slipway.smoke.checks import contract, identity, latency, ready, requests
from slipway.smoke.evidence import Evidence, Finding
from slipway.smoke.measurements.golden import send_golden_set
from slipway.smoke.measurements.latency import measure_latency
from slipway.smoke.measurements.replay import replay_samples
from slipway.smoke.measurements.tallies import LatencyTally
from slipway.smoke.running import outcome, production
from slipway.smoke.running.context import RunContext
from slipway.smoke.running.state import RunState, Step
from slipway.smoke.suite.requests import Request

SAVE_EVERY = timedelta(seconds=15)
LOOSENED = "The uploader's suite loosens the suite of record: {}"
LONGEST = timedelta(hours=23)  # CodePipeline gives an action a day

type StepFunction = Callable[[datetime], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class SuiteRun:
    """A suite on its way against a service.

    `save` is called with the state when no request is on its way: after each step, and at least `save_every` so often.
    A run that has not ended after `limit` is inconclusive.
    """

    context: RunContext
    state: RunState
    save: Callable[[RunState], None] = lambda _: None
    save_every: timedelta = SAVE_EVERY
    limit: timedelta = LONGEST

    async def go_on(self, until: datetime) -> bool:
        """Do step after step until the run has ended or the time is over; return whether it has ended."""
        context, state = self.context, self.state
        steps: dict[Step, tuple[StepFunction, Step]] = {
            "ready": (self._wait_until_ready, "requests"),
            "requests": (self._send_requests, "malformed"),
            "malformed": (self._send_malformed, "replay"),
            "replay": (lambda until: replay_samples(context, state, until), "golden"),
            "golden": (self._send_golden_set, "latency"),
            "latency": (self._measure_latency, "ended"),
        }
        end = state.started + self.limit
        until = min(until, end)
        try:
            while state.step != "ended" and not context.is_past(until):
                act, following = steps[state.step]
                if await act(min(until, context.clock.now() + self.save_every)):
                    state.begin(following)
                self.save(state)
        finally:
            await context.http.close()
        if context.is_past(end):
            self._out_of_time()
        return state.step == "ended"

    def evidence(self, target: str) -> Evidence:
        """Return the evidence of what was found on `target`."""
        return outcome.evidence(self.context, self.state, target)

    async def _wait_until_ready(self, until: datetime) -> bool:
        """Wait until the service is ready, then look for production; return whether that is done."""
        if not await ready.wait(self.context, self.state, until, self.save):
            return False
        await production.look(self.context, self.state)
        return True

    async def _send_requests(self, until: datetime) -> bool:
        """Send the requests of the suite, and add a finding for each; return whether all are done."""

        async def send(request: Request) -> None:
            started = self.context.clock.now()
            judgement = await requests.judge(self.context, request)
            self.state.add_finding("request", request, judgement, self.context.seconds_since(started))

        return await self._send_each(self.context.suite.requests, send, until)

    async def _send_malformed(self, until: datetime) -> bool:
        """Send the malformed requests of the contract; return whether all are done."""
        check = self.context.suite.contract

        async def send(request: Request) -> None:
            await contract.send_malformed(self.context, self.state, request)

        return await self._send_each(check.malformed if check else (), send, until)

    async def _send_each(
        self, requests: tuple[Request, ...], send: Callable[[Request], Awaitable[None]], until: datetime
    ) -> bool:
        """Send requests from the state's position on; return whether all are done."""
        for request in requests[self.state.position :]:
            await send(request)
            self.state.position += 1
            if self.context.is_past(until):
                return False
        return True

    async def _send_golden_set(self, until: datetime) -> bool:
        """Send the golden set if a check needs it, and add their findings; return whether that is done."""
        suite, state = self.context.suite, self.state
        schema = suite.contract is not None and suite.contract.schema is not None
        if (suite.accuracy or suite.compare or schema) and not await send_golden_set(self.context, state, until):
            return False
        production.warn_if_broken(state)
        outcome.judge_golden_set(suite, state)
        return True

    async def _measure_latency(self, until: datetime) -> bool:
        """Measure the latency, repeatedly if over budget, and add the last findings; return whether that is done."""
        check, state = self.context.suite.latency, self.state
        if check:
            if not await measure_latency(self.context, check, state, until):
                return False
            tally = state.latency
            if tally.attempt < check.attempts and latency.over_budget(check, tally):
                state.latency, state.position = LatencyTally(attempt=tally.attempt + 1), 0
                return False
            state.add_finding("latency", check, latency.judge(check, tally), tally.seconds)
        await self._judge_identity_again()
        return True

    async def _judge_identity_again(self) -> None:
        """Add a finding if another release answers now: a deployment may have begun meanwhile."""
        check = self.context.suite.identity
        if not self.context.checks_identity:
            return
        judgement = await identity.judge(self.context)
        if judgement[0] is not Verdict.PASSED:
            self.state.add_finding("identity", check, judgement, 0, f"{check.name} at the end")

    def _out_of_time(self) -> None:
        """Add the finding that the run took too long, and end it, unless it has ended."""
        if self.state.step != "ended":
            seconds = self.limit.total_seconds()
            sentence = (
                f"There was no time left for what comes after {self.state.step}, because a suite may take "
                f"{seconds / 60:g} minutes: make it smaller, or have the operator raise SuiteMinutes."
            )
            self.state.findings.append(Finding("ready", "time", Verdict.INCONCLUSIVE, sentence, seconds))
            self.state.begin("ended")
