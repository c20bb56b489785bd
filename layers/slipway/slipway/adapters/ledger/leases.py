"""The leases on the pipeline's jobs, by which one invocation at a time works on each."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from slipway.adapters.ledger import keys
from slipway.adapters.ledger.table import NEW, LedgerTable, if_equal
from slipway.models import Claim


class Leases(LedgerTable):
    """The leases in the ledger's table."""

    def claim(self, job_id: str, owner: str, at: datetime, until: datetime, checkpoints: tuple[str, ...] = ()) -> Claim:
        """Take or renew the lease on a job until `until`; another owner's lease stays until it expires.

        `checkpoints` replace those that the lease has; without any, it keeps them.
        """
        known = self._item(*keys.job_key(job_id))
        wanted, condition = Claim(ours=True, until=until, checkpoints=checkpoints), NEW
        if known:
            held, taken = datetime.fromisoformat(known["until"]), int(known["taken"])
            if known["owner"] != owner:
                if held > at:
                    return Claim(ours=False, until=held, taken=taken)
                taken += 1
            kept = checkpoints or tuple(known.get("checkpoints", ()))
            wanted, condition = replace(wanted, taken=taken, checkpoints=kept), if_equal("until", known["until"])
        # If it is not written, somebody was faster, and holds it about as long.
        return replace(wanted, ours=self._put(keys.job_item(job_id, owner, at, wanted), condition))
