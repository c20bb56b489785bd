"""How far a run has come, in percent and in words."""

from __future__ import annotations

from slipway.smoke.running.context import RunContext
from slipway.smoke.running.state import RunState, Step

_NAMES: dict[Step, str] = {
    "ready": "Waiting until the release under test answers",
    "requests": "Requests",
    "malformed": "Malformed requests",
    "replay": "Sampled requests",
    "golden": "Golden set",
    "latency": "Latency",
    "ended": "Done",
}


class RunProgress:
    """Measures runs of one suite by the number of their requests."""

    def __init__(self, context: RunContext) -> None:
        suite = context.suite
        self._sizes: dict[Step, int] = {
            "ready": 1,
            "requests": len(suite.requests),
            "malformed": len(suite.contract.malformed) if suite.contract else 0,
            "replay": 0,
            "golden": sum(1 for _ in context.golden.cases()) if suite.accuracy or suite.compare else 0,
            "latency": suite.latency.requests if suite.latency else 0,
            "ended": 0,
        }

    def percent(self, state: RunState) -> int:
        """Return how much of all requests has been sent, 0 to 100."""
        steps = list(self._sizes)
        before = sum(self._sizes[step] for step in steps[: steps.index(state.step)])
        return 100 * (before + self._done(state)) // sum(self._sizes.values())

    def sentence(self, state: RunState) -> str:
        """Return the current step and how much of it is done, for CodePipeline's console."""
        name, size = _NAMES[state.step], self._sizes[state.step]
        return f"{name}." if state.step == "ready" or not size else f"{name}: {self._done(state):,} of {size:,}."

    def _done(self, state: RunState) -> int:
        """Return how many requests of the current step are done."""
        if state.step == "ready":  # nobody knows how much of waiting is done
            return 0
        both = state.step == "latency" and state.production_ready
        return min(state.position // (2 if both else 1), self._sizes[state.step])
