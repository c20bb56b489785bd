"""What people do in Slack, taken within the three seconds that it waits and handled later."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace

from slipway.errors import ChatFailed
from slipway.models import Click, Json
from slipway.notifications.slack.modal import rejection
from slipway.ports import Clock, MessageQueue
from slipway.web.slack import requests

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
        """Take a request, and return what was done with it: NOTHING if it asks for nothing of ours.

        Raises NotAuthentic.
        """
        credentials = self.credentials()
        requests.verify(credentials["signing_secret"], headers, body, self.clock.now())
        click = requests.parse(body, self.team)
        if click.action == "reject":
            return self._ask_why(click, credentials["bot_token"])
        if click != requests.NOTHING:
            self._keep(click)
        return click

    def _ask_why(self, click: Click, token: str) -> Click:
        """Open the modal that asks for a reason: Slack takes the trigger for three seconds only, not from a queue."""
        try:
            self.open_view(token, click.trigger_id, rejection(click))
        except ChatFailed as error:
            click = replace(click, action=NOT_ASKED, reason=str(error))
            self._keep(click)
        return click

    def _keep(self, click: Click) -> None:
        self.queue.send(json.dumps(asdict(click)))
