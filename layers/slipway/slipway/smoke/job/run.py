"""Running a suite, step by step, from wherever an earlier run has come to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from slipway.models import Verdict
from slipway.models.formatting import counted
from slipway.smoke.checks import accuracy, compare, contract, identity, latency, ready, requests
from slipway.smoke.checks.context import Subject
from slipway.smoke.checks.run_state import LatencyTally, State, findings
from slipway.smoke.evidence import Evidence, Finding
from slipway.smoke.passes.golden import go_through
from slipway.smoke.passes.latency import measure

STRETCH = timedelta(seconds=15)  # between two moments at which nothing is on its way, and the state can be kept
LONGEST = timedelta(hours=23)  # CodePipeline gives an action a day


@dataclass(frozen=True, slots=True)
class Run:
    """A suite against a service; `keep` is called with the state at moments when nothing is on its way."""

    subject: Subject
    state: State
    keep: Callable[[State], None] = lambda _: None
    stretch: timedelta = STRETCH

    async def go(self, until: datetime) -> bool:
        """Go on until everything is done or it is time; tells whether it is done."""
        steps = {
            "ready": self._ready,
            "requests": self._requests,
            "malformed": self._malformed,
            "golden": self._golden,
            "latency": self._latency,
        }
        until = min(until, self.state.started + LONGEST)
        try:
            while self.state.step != "ended" and not self.subject.is_past(until):
                await steps[self.state.step](min(until, self.subject.clock.now() + self.stretch))
                self.keep(self.state)
        finally:
            await self.subject.http.close()
        if self.subject.is_past(self.state.started + LONGEST):
            self._out_of_time()
        return self.state.step == "ended"

    def evidence(self, target: str) -> Evidence:
        """Say what was found."""
        subject, state, suite = self.subject, self.state, self.subject.suite
        return Evidence(
            release=subject.passport.get("release", ""),
            target=target,
            url=subject.url,
            findings=findings(state),
            started_at=state.started,
            seconds=(subject.clock.now() - state.started).total_seconds(),
            candidate=subject.passport.get("candidate", ""),
            commit=subject.passport.get("commit", ""),
            production=state.production,
            production_url=subject.production if state.beside else "",
            warnings=tuple(state.warnings),
            accuracy=accuracy.figures(suite.accuracy, state.golden) if suite.accuracy else None,
            latency=latency.figures(suite.latency, state.latency) if suite.latency else None,
            comparison=compare.figures(suite.compare, state.golden) if suite.compare else None,
        )

    async def _ready(self, until: datetime) -> None:
        await ready.wait(self.subject, self.state, until, lambda: self.keep(self.state))
        if self.state.step == "requests":
            await self._look_at_production()

    async def _look_at_production(self) -> None:
        """See whether there is something to compare with: a first release, or one that heals, must not need it."""
        subject, state = self.subject, self.state
        if not subject.production:
            state.no_production = subject.alone
            return
        verdict, sentence = await ready.look(subject, subject.production)
        state.beside = verdict is Verdict.PASSED
        if state.beside:
            state.production = subject.live or await identity.release_at(subject, subject.production)
        else:
            state.no_production = f"Production could not be compared with: {sentence}"
            state.warnings.append(state.no_production)

    async def _requests(self, until: datetime) -> None:
        for request in self.subject.suite.requests[self.state.at :]:
            self.state.found(await requests.judge(self.subject, request))
            self.state.at += 1
            if self.subject.is_past(until):
                return
        self.state.go_on("malformed")

    async def _malformed(self, until: datetime) -> None:
        check = self.subject.suite.contract
        for request in check.malformed[self.state.at :] if check else ():
            await contract.ask_malformed(self.subject, self.state, request)
            self.state.at += 1
            if self.subject.is_past(until):
                return
        self.state.go_on("golden")

    async def _golden(self, until: datetime) -> None:
        suite, state = self.subject.suite, self.state
        schema = suite.contract is not None and suite.contract.schema is not None
        if (suite.accuracy or suite.compare or schema) and not await go_through(self.subject, state, until):
            return
        self._listen_to_production()
        for finding in self._shown():
            state.found(finding)
        state.go_on("latency")

    def _listen_to_production(self) -> None:
        """Say when production is broken: this may be its cure, and nothing can be said against it."""
        state, golden = self.state, self.state.golden
        if state.no_production or not golden.unanswered + golden.late < golden.asked == golden.mute:
            return
        state.no_production = f"Production predicts nothing that could be compared ({counted(golden.mute, 'input')})."
        state.warnings.append(state.no_production)

    def _shown(self) -> list[Finding]:
        """Give what the golden set has shown."""
        suite, state = self.subject.suite, self.state
        return [
            *([contract.finding(suite.contract, state)] if suite.contract else []),
            *([accuracy.finding(suite.accuracy, state)] if suite.accuracy else []),
            *([compare.finding(suite.compare, state)] if suite.compare else []),
        ]

    async def _latency(self, until: datetime) -> None:
        check, state = self.subject.suite.latency, self.state
        if check:
            if not await measure(self.subject, check, state, until):
                return
            if state.latency.attempt < check.attempts and latency.missed(check, state.latency):
                state.latency = LatencyTally(attempt=state.latency.attempt + 1)
                state.at = 0
                return
            state.found(latency.finding(check, state))
        await self._look_again()
        state.go_on("ended")

    async def _look_again(self) -> None:
        """See whether it was the release under test to the end: another deployment may have begun meanwhile."""
        check = self.subject.suite.identity
        if check.absent:
            return
        verdict, sentence = await identity.look(self.subject)
        if verdict is not Verdict.PASSED:
            name = f"{check.name} at the end"
            self.state.found(Finding("identity", name, verdict, sentence, 0, check.severity))

    def _out_of_time(self) -> None:
        if self.state.step != "ended":
            sentence = f"There was no time left for what comes after {self.state.step}: make the golden set smaller."
            self.state.found(Finding("ready", "time", Verdict.INCONCLUSIVE, sentence, LONGEST.total_seconds()))
            self.state.go_on("ended")
