"""Saving a run on its way, and the lease on its job: one invocation at a time works on it, another can continue it.

What is saved lies in the bucket; its SHA-256 goes with the lease and the continuation token, so that a run that
somebody else has changed is not continued.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from slipway.errors import CheckpointChanged, SmokeTestLost
from slipway.models import Claim
from slipway.ports import Bucket, Clock, Ledger
from slipway.smoke.running.state import RunState

SAVE_EVERY = timedelta(seconds=15)
# Longer than the longest stretch in which nothing is saved: one of 15 seconds, and a request that is on its way then.
LEASE = timedelta(seconds=100)
_LARGEST = 16 * 1024**2  # bytes of a state


class LeaseLost(Exception):
    """Another invocation works on the job now."""


@dataclass(slots=True)
class Checkpoint:
    """Holds a job's lease for one invocation, `owner`, and saves its run in the bucket at `key`."""

    ledger: Ledger
    bucket: Bucket
    clock: Clock
    job: str
    owner: str
    key: str
    _due: datetime | None = field(default=None, init=False)
    _saved: tuple[str, ...] = field(default=(), init=False)  # as Claim.checkpoints

    def acquire(self, until: datetime) -> int:
        """Wait for the lease, and return how many invocations have had it, this one among them.

        While another invocation holds it, this one waits: the other may have crashed. Returns 0 if the job is done, or
        if the other one holds the lease beyond `until`.
        """
        while not (claim := self._claim()).ours:
            if claim.until >= until:
                return 0
            self.clock.sleep(max(1.0, (claim.until - self.clock.now()).total_seconds()))
        self._saved = claim.checkpoints
        return claim.taken

    def token(self, state: RunState) -> str:
        """Return the continuation token of a run as it was saved last."""
        return f"{state.run_id}.{self._saved[-1]}"

    def load(self, token: str) -> RunState:
        """Return the run that a continuation token names, or that this job has begun before, or a new one.

        Raises CheckpointChanged if what was saved of it is not what is there.
        """
        run_id, _, digest = token.partition(".")
        content = self.bucket.text(self.key, _LARGEST)
        state = _read(content)
        if token and (state is None or state.run_id != run_id):
            raise SmokeTestLost("Another smoke test of this release has begun since: this older one was given up.")
        if state is None or not (token or state.job == self.job):
            state = RunState.new(self.clock.now())
        elif _sha256(content) not in (digest, *self._saved):
            raise CheckpointChanged("The smoke test was changed by somebody else while it ran: retry the stage.")
        state.job = self.job
        self._write(state)
        return state

    def save(self, state: RunState, *, at_once: bool = False) -> None:
        """Save a run and renew the lease, at most every SAVE_EVERY until it has ended, unless `at_once`.

        Raises LeaseLost if another invocation works on the job now.
        """
        if not at_once and state.step != "ended" and self._due and self.clock.now() < self._due:
            return
        # The run's id comes first in the JSON: whether the saved run is still this one needs no more.
        if state.run_id not in self.bucket.text(self.key, 100):
            raise LeaseLost
        self._write(state)

    def _claim(self, *checkpoints: str) -> Claim:
        """Take or renew the lease, with the digests of what may be saved."""
        now = self.clock.now()
        return self.ledger.claim(self.job, self.owner, now, now + LEASE, checkpoints)

    def _write(self, state: RunState) -> None:
        """Save a run, with its digest in the lease; raises LeaseLost."""
        content = json.dumps(state.to_json())
        digest = _sha256(content)
        # Whoever dies between the two writes has left what was saved before.
        if not self._claim(*self._saved[-1:], digest).ours:
            raise LeaseLost
        self.bucket.write(self.key, content.encode(), "application/json")
        self._saved, self._due = (digest,), self.clock.now() + SAVE_EVERY


def _sha256(content: str) -> str:
    """Return the SHA-256 of a text, in hexadecimal digits."""
    return hashlib.sha256(content.encode()).hexdigest()


def _read(content: str) -> RunState | None:
    """Return the run in a saved text; None if there is none, or one that another version has saved."""
    try:
        return RunState.from_json(json.loads(content))
    except (ValueError, KeyError, TypeError):  # there is none, or one that an older version of this wrote
        return None
