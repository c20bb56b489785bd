"""Who is asked and told, and by what means they answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from slipway.models.approvals import Outcome, Source


@dataclass(frozen=True, slots=True)
class Approver:
    """A person who may answer."""

    slack_id: str
    email: str


@dataclass(frozen=True, slots=True)
class Subscription:
    """An e-mail subscription of the topic: `arn` is empty until its owner has confirmed it.

    A `personal` one gets only what is addressed to its owner.
    """

    address: str
    arn: str = ""
    personal: bool = False


@dataclass(frozen=True, slots=True)
class Mailbox:
    """What an e-mail address was sent lately: when, and the releases that its next digest names, `since` when."""

    sent: tuple[datetime, ...] = ()
    waiting: tuple[str, ...] = ()
    since: datetime | None = None
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Ballot:
    """What a person says to a question; `person` is a Slack user id or an e-mail address, as `source` knows people.

    `acknowledged` says that they have ticked what the uploader's suite took from the suite of record, `override` that
    they want the release in production although it is closed.
    """

    release: str
    question: str
    person: str
    outcome: Outcome
    source: Source
    reason: str = ""
    acknowledged: bool = False
    override: bool = False


@dataclass(frozen=True, slots=True)
class Click:
    """What a person did on a card, or in a modal that a card opened.

    `value` is what the button (or the modal) carries, `reason` what was written. `response_url` takes a word to the
    person for half an hour, `trigger_id` opens a modal within three seconds.
    """

    user: str
    action: str
    value: str = ""
    response_url: str = ""
    trigger_id: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """The one Slack message of a release and what has been said outside it.

    `shown` is a digest of what the message shows; `mailed` and `threaded` name what was said once; `lost` counts the
    messages that somebody deleted.
    `writer` alone may say something, until `until`; `news` tells them that the release has moved meanwhile. What is
    `behind` may say less than the ledger.
    """

    channel: str = ""
    ts: str = ""
    shown: str = ""
    mailed: tuple[str, ...] = ()
    threaded: tuple[str, ...] = ()
    lost: int = 0
    writer: str = ""
    until: datetime | None = None
    news: bool = False
    behind: bool = False
    revision: int = 0
