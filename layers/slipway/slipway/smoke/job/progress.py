"""How far a run has come, in percent and in words."""

from __future__ import annotations

from slipway.smoke.checks.context import Subject
from slipway.smoke.checks.run_state import State

_NAMES = {
    "ready": "Waiting until the release under test answers",
    "requests": "Requests",
    "malformed": "Malformed requests",
    "golden": "Golden set",
    "latency": "Latency",
    "ended": "Done",
}


class Progress:
    """Measures runs of one suite by the number of their questions."""

    def __init__(self, subject: Subject) -> None:
        suite = subject.suite
        self._sizes = {
            "ready": 1,
            "requests": len(suite.requests),
            "malformed": len(suite.contract.malformed) if suite.contract else 0,
            "golden": sum(1 for _ in subject.golden.cases()) if suite.accuracy or suite.compare else 0,
            "latency": suite.latency.requests if suite.latency else 0,
            "ended": 0,
        }

    def percent(self, state: State) -> int:
        """Say how much of all questions has been asked, 0 to 100."""
        steps = list(self._sizes)
        before = sum(self._sizes[step] for step in steps[: steps.index(state.step)])
        done = before + self._done(state)
        return 100 * done // sum(self._sizes.values())

    def sentence(self, state: State) -> str:
        """Say what is being done, and how much of it is done."""
        if state.step == "ready" or not self._sizes[state.step]:
            return f"{_NAMES[state.step]}."
        return f"{_NAMES[state.step]}: {self._done(state):,} of {self._sizes[state.step]:,}."

    def _done(self, state: State) -> int:
        if state.step == "ready":  # nobody knows how much of waiting is done
            return 0
        both = state.step == "latency" and state.beside
        return min(state.at // (2 if both else 1), self._sizes[state.step])
