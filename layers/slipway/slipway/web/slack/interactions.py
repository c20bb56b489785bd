"""Requests of Slack: queued, or answered by a modal, within the three seconds that it waits.

`signed_request.py` reads them, `clicks.py` handles them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from slipway.errors import AwsCallFailed, ChatFailed, DeadlineExceeded, SlipwayError
from slipway.models import Click, Json
from slipway.web.slack import signed_request
from slipway.web.slack.deadline import deadline

if TYPE_CHECKING:  # a cold press waits for each import
    from slipway.ports import Clock, MessageQueue

NOT_ASKED = "not_asked"  # the action of a click whose modal Slack did not open; its reason is Slack's
# Slack waits three seconds, a cold start among them.
SECONDS_TO_TAKE = 2.0
SECONDS_TO_EXPLAIN = 0.5
UNCERTAIN = (
    "Slipway could not keep this in time. It may count all the same: if the card does not show it within a minute, "
    "press again. What arrives twice counts once."
)
NO_WINDOW = "The window did not open in time, and nothing was rejected: press Reject once more."

type OpenView = Callable[[str, str, Json], None]
type Respond = Callable[[str, str], None]


class ClickUncertain(SlipwayError):
    """Nobody knows whether a click of Slack's was kept, or its modal opened."""

    def __init__(self, click: Click) -> None:
        super().__init__(click.action)
        self.click = click


@dataclass(frozen=True, slots=True)
class SlackInteractions:
    """Takes requests from Slack: `queue` keeps clicks until they are handled.

    `credentials` returns the app's `signing_secret` and `bot_token`; `open_view` opens a modal, given the token, the
    trigger and the view; `respond` shows a text to the person alone, given the click's response URL; a `team` is the
    only workspace whose requests are taken.
    """

    credentials: Callable[[], Mapping[str, str]]
    queue: MessageQueue
    open_view: OpenView
    respond: Respond
    clock: Clock
    team: str = ""

    def take(self, headers: Mapping[str, str], body: bytes) -> Click:
        """Queue the click in a request, or open a modal for it; return the click, NOTHING for other requests.

        It takes SECONDS_TO_TAKE at most. Raises NotAuthentic; ClickUncertain if the click was read, but not surely
        queued; AwsCallFailed or DeadlineExceeded if it was not even read.
        """
        with deadline(SECONDS_TO_TAKE):
            credentials = self.credentials()
            signed_request.verify(credentials["signing_secret"], headers, body, self.clock.now())
            click = signed_request.parse(body, self.team)
            try:
                return self._take(click, credentials)
            except (AwsCallFailed, DeadlineExceeded) as error:
                raise ClickUncertain(click) from error

    def explain(self, click: Click) -> Json | None:
        """Tell the person that nobody knows whether their click was kept.

        Return what Slack shows in the modal, which stays open then; None for what was said below the card. Raises
        ChatFailed or DeadlineExceeded.
        """
        if click.action == "rejected":  # the modal's own action
            return {"response_action": "errors", "errors": {"reason": UNCERTAIN}}
        with deadline(SECONDS_TO_EXPLAIN):
            self.respond(click.response_url, NO_WINDOW if click.action == "reject" else UNCERTAIN)
        return None

    def _take(self, click: Click, credentials: Mapping[str, str]) -> Click:
        """Open the modal that a click asks for, or queue it unless it is NOTHING; return it."""
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
