"""Keeping a run while it is on its way, so that what breaks off can be gone on with, by one invocation at a time."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from slipway.errors import SmokeTestLost
from slipway.models import Claim
from slipway.ports import Bucket, Clock, Ledger
from slipway.smoke.checks.run_state import State, begin, read, written

EVERY = timedelta(seconds=15)
# Longer than the longest stretch in which nothing is kept: one of 15 seconds, and a request that is on its way then.
HELD = timedelta(seconds=100)
_LARGEST = 16 * 1024**2  # bytes of a state


class TakenOver(Exception):
    """Another invocation does the job."""


@dataclass(slots=True)
class Keeper:
    """Holds a job for one invocation, and keeps its run at `key`."""

    ledger: Ledger
    bucket: Bucket
    clock: Clock
    job: str
    owner: str
    key: str
    _due: datetime | None = field(default=None, init=False)

    def take(self, until: datetime) -> int:
        """Take the job, and tell how many have; what another invocation has is waited for, in case that breaks off.

        Gives 0 if the job is done, or if the other one goes on with it to the end.
        """
        while not (claim := self._claim()).ours:
            if claim.until >= until:
                return 0
            self.clock.sleep(max(1.0, (claim.until - self.clock.now()).total_seconds()))
        return claim.taken

    def begun(self, token: str) -> State:
        """Give the run that a token continues, or that this very job has begun, or else a new one."""
        kept = self._kept()
        if token and (kept is None or kept.run != token):
            raise SmokeTestLost("Another smoke test of this release has begun since: this older one was given up.")
        if kept is None or not (token or kept.job == self.job):
            kept = begin(self.clock.now())
        kept.job = self.job
        self._write(kept)
        return kept

    def keep(self, state: State) -> None:
        """Keep a run if it is time to, or raise TakenOver."""
        now = self.clock.now()
        if state.step != "ended" and self._due and now < self._due:
            return
        # The run's name comes first: whether it is still this one needs no more.
        if not self._claim().ours or state.run not in self.bucket.text(self.key, 100):
            raise TakenOver
        self._write(state)

    def _claim(self) -> Claim:
        now = self.clock.now()
        return self.ledger.claim(self.job, self.owner, now, now + HELD)

    def _write(self, state: State) -> None:
        self.bucket.write(self.key, json.dumps(written(state)).encode(), "application/json")
        self._due = self.clock.now() + EVERY

    def _kept(self) -> State | None:
        try:
            return read(json.loads(self.bucket.text(self.key, _LARGEST)))
        except (ValueError, KeyError, TypeError):  # there is none, or one that an older version of this wrote
            return None
