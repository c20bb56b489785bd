"""Counting the answers to sampled requests of production."""

from __future__ import annotations

from dataclasses import dataclass

from slipway.smoke.answers.predictions import Prediction
from slipway.smoke.measurements.tallies import GIVE_UP


@dataclass(slots=True)
class ReplayTally:
    """Sampled requests so far, if they are replayed at all (`on`).

    `found` samples were there; of those asked, production predicted something for `compared`, and the service the same
    for `agreed`. `seconds` is what asking has taken, `unanswered` counts the last ones that production left unanswered.
    """

    on: bool = False
    found: int = 0
    asked: int = 0
    compared: int = 0
    agreed: int = 0
    seconds: float = 0
    unanswered: int = 0

    @property
    def given_up(self) -> bool:
        """Whether production is asked no more of them; strangers chose them, so that decides of nothing else."""
        return self.unanswered >= GIVE_UP

    def count(self, ours: Prediction | None, production: Prediction | None) -> None:
        """Count a request that both were asked; a prediction of None stands for no answer."""
        self.asked += 1
        self.unanswered = 0 if production else self.unanswered + 1
        if production and not production.failed:
            self.compared += 1
            self.agreed += ours is not None and ours.predicts(production.label)
