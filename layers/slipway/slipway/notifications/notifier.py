"""What is said of a release: its card, the thread below it, and e-mail, each once and from the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from slipway.errors import ChatFailed
from slipway.models import Release
from slipway.notifications.email.notifier import Mailings
from slipway.notifications.lease import Pen
from slipway.notifications.slack.notifier import Telling
from slipway.ports import Clock, Ledger
from slipway.releases.code_diff import Since, since
from slipway.releases.isolation import each

ROUNDS = 20  # as often as an announcer goes on to say what has moved while it spoke
GIVE_UP = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Announcements:
    """Says what stands in the ledger; without a `slack` only by e-mail."""

    ledger: Ledger
    clock: Clock
    mailings: Mailings
    slack: Telling | None

    def announce(self, release_id: str) -> str:
        """Bring everything that is said of a release up to date; gives what Slack did not take, and why."""
        pen = Pen(self.ledger, self.clock, self.ledger.release(release_id), uuid4().hex)
        if not pen.take():
            return ""
        try:
            for _ in range(ROUNDS):
                trouble = self._say(pen)
                if pen.put_down(behind=bool(trouble)):
                    return trouble
        finally:
            pen.drop()
        return trouble

    def catch_up(self) -> Iterator[tuple[str, str]]:
        """Announce again what is behind: a release, and what Slack does not take of it even now.

        What else is wrong with one of them is raised when all the others have had their turn.
        """
        return each(list(self.ledger.behind()), lambda release_id: (release_id, self.announce(release_id)))

    def _say(self, pen: Pen) -> str:
        """Mail first: a Slack that is down must not keep it back, and neither must a mail keep back Slack."""
        release = self.ledger.release(pen.release.id)
        new = since(self.ledger, release)
        try:
            self.mailings.send(release, self.ledger.card(release), pen.keep, new)
        finally:
            trouble = self._tell(pen, release, new)
        return trouble

    def _tell(self, pen: Pen, release: Release, new: Since | None) -> str:
        if self.slack is None:
            return ""
        try:
            self.slack.tell(release, self.ledger.card(release), pen.keep, new)
        except ChatFailed as error:
            return "" if self._is_past(release) else str(error)
        return ""

    def _is_past(self, release: Release) -> bool:
        """Tell whether nobody needs a card any more: a channel that was archived must not be tried for ever."""
        return release.state.ended and self.clock.now() > max(release.times.values()) + GIVE_UP
