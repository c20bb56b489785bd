"""Orders of smoke tests, as messages of a queue: an existing pipeline has no action that would run one."""

from __future__ import annotations

import json
from dataclasses import dataclass

from slipway.models import ActionChange, Release
from slipway.models.codec import decode, encode


@dataclass(frozen=True, slots=True)
class SmokeTestOrder:
    """The order to test a release on a target, `staging` or `production`, after the action whose run is `action_id`.

    A suite that one invocation does not end is continued by another order with the run's `token` and the next `number`.
    """

    release: str
    execution_id: str
    target: str
    action_id: str
    token: str = ""
    number: int = 0

    @classmethod
    def after(cls, change: ActionChange, release: Release, target: str) -> SmokeTestOrder:
        """Return the order to test a release on `target` that follows from a change of the pipeline."""
        return cls(release.id, change.execution_id, target, change.id)

    @classmethod
    def read(cls, message: str) -> SmokeTestOrder:
        """Return the order in a message."""
        return decode(cls, json.loads(message))

    @property
    def job(self) -> str:
        """The id of the work by which no two invocations do it: a message may be delivered twice."""
        return f"{self.action_id}.{self.target}.{self.number}"

    @property
    def message(self) -> str:
        """The order as a message."""
        return json.dumps(encode(self))
