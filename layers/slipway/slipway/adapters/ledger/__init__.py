"""The DynamoDB table of candidates and releases.

| pk | sk | what |
|---|---|---|
| `MODEL#birds` | `RELEASE#000012` | a release; `unfinished` and `kind` put it into the indexes for them |
| `MODEL#birds` | `CARD#000012` | what was said of it; `unfinished` is `card` where that is less than there is to say |
| `MODEL#birds` | `COUNTER` | the newest release's number |
| `CANDIDATE#birds-…` (all of its digest) | `CANDIDATE` | the newest release of a content, and what last forced it |
| `EXECUTION#…` | `EXECUTION` | the release that an execution carries |
| `OBJECT#…` (digest of its key) | version id | who uploaded a version of an object; expires by itself |
| `JOB#…` | `JOB` | who does a job of the pipeline, and until when nobody else may; expires by itself |
| `MAILBOX#ada@example.com` | `MAILBOX` | its latest mails; `unfinished` is `digest` if one waits; expires by itself |
| `PRODUCTION` | `LIVE` | the release that production runs |
"""

from __future__ import annotations

from slipway.adapters.ledger.cards import Cards
from slipway.adapters.ledger.leases import Leases
from slipway.adapters.ledger.mailboxes import Mailboxes
from slipway.adapters.ledger.opening import Opening
from slipway.adapters.ledger.uploaders import Uploaders


class DynamoLedger(Opening, Cards, Leases, Mailboxes, Uploaders):
    """The ledger; every write is conditional on what it was decided on.

    `observe` is called once for each release that was written, with what it was before (None for a new one).
    """
