"""Counting the answers to sampled requests of production."""

from __future__ import annotations

from dataclasses import dataclass

from slipway.smoke.answers.predictions import Prediction


@dataclass(slots=True)
class ReplayTally:
    """Sampled requests so far, if they are replayed at all (`on`).

    `found` samples were there; of those asked, production predicted something for `compared`, and the service the same
    for `agreed`. `seconds` is what asking has taken.
    """

    on: bool = False
    found: int = 0
    asked: int = 0
    compared: int = 0
    agreed: int = 0
    seconds: float = 0

    def count(self, ours: Prediction | None, production: Prediction | None) -> None:
        """Count a request that both were asked; a prediction of None stands for no answer."""
        self.asked += 1
        if production and not production.failed:
            self.compared += 1
            self.agreed += ours is not None and ours.predicts(production.label)
