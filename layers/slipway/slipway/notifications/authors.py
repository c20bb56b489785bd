"""The author of a release: who of the people that the stack's parameters name, and whether e-mails reach them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from slipway.models import Approver, Release
from slipway.models.email_addresses import address, same_address

_REACHED = "told by e-mail"
_UNCONFIRMED = "gets no e-mail: the subscription is not confirmed"
_UNKNOWN = "is not told: not among the stack's Authors"


@dataclass(frozen=True, slots=True)
class Author:
    """The author of a release; `person` is None unless the parameters name them.

    Anybody may write anybody's address into a card, so nobody else is mailed or mentioned. `note` tells readers of the
    card whether e-mails reach the author, `reached` is whether they do.
    """

    person: Approver | None = None
    note: str = ""
    reached: bool = False


NOBODY = Author()


@dataclass(frozen=True, slots=True)
class Authors:
    """The people who may be told about releases of their own.

    `is_confirmed` returns whether an address has confirmed its e-mail subscription; None if that cannot be told.
    """

    people: tuple[Approver, ...]
    is_confirmed: Callable[[str], bool | None]

    def of(self, release: Release) -> Author:
        """Return the author of a release; NOBODY without one."""
        if not address(release.author):
            return NOBODY
        person = next((one for one in self.people if same_address(one.email, release.author)), None)
        if person is None:
            return Author(note=_UNKNOWN)
        if self.is_confirmed(person.email) is False:
            return Author(person, _UNCONFIRMED)
        return Author(person, _REACHED, reached=True)
