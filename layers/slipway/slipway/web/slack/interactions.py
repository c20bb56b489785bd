"""Requests of Slack: queued, or answered by a modal, within the three seconds that it waits.

`signed_request.py` reads them, `clicks.py` handles them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from slipway.errors import ChatFailed
from slipway.models import Click, Json
from slipway.web.slack import signed_request

if TYPE_CHECKING:  # a cold press waits for each import
    from slipway.ports import Clock, MessageQueue

NOT_ASKED = "not_asked"  # the action of a click whose modal Slack did not open; its reason is Slack's

type OpenView = Callable[[str, str, Json], None]


@dataclass(frozen=True, slots=True)
class SlackInteractions:
    """Takes requests from Slack: `queue` keeps clicks until they are handled.

    `credentials` returns the app's `signing_secret` and `bot_token`; `open_view` opens a modal, given the token, the
    trigger and the view; a `team` is the only workspace whose requests are taken.
    """

    credentials: Callable[[], Mapping[str, str]]
    queue: MessageQueue
    open_view: OpenView
    clock: Clock
    team: str = ""

    def take(self, headers: Mapping[str, str], body: bytes) -> Click:
        """Queue the click in a request, or open a modal for it; return the click, NOTHING for other requests.

        Raises NotAuthentic.
        """
        credentials = self.credentials()
        signed_request.verify(credentials["signing_secret"], headers, body, self.clock.now())
        click = signed_request.parse(body, self.team)
        if click.action == "reject":
            return self._open_modal(click, credentials["bot_token"])
        if click != signed_request.NOTHING:
            self._queue_click(click)
        return click

    def _open_modal(self, click: Click, token: str) -> Click:
        """Open the modal that asks for a reason; return the click, queued as NOT_ASKED if Slack did not open it."""
        from slipway.notifications.slack.modal import rejection  # most presses need no modal

        try:
            self.open_view(token, click.trigger_id, rejection(click))
        except ChatFailed as error:
            click = replace(click, action=NOT_ASKED, reason=str(error))
            self._queue_click(click)
        return click

    def _queue_click(self, click: Click) -> None:
        """Queue a click."""
        self.queue.send(json.dumps(asdict(click)))
