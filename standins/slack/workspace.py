"""The workspace: its people, its channel, and every message with its history."""

import itertools
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from standins.slack.errors import SlackError
from standins.slack.grants import RESPONSE, TRIGGER, Clock, Grants
from standins.slack.identities import identified
from standins.slack.wire import Json

TEAM_ID = "T0LOCAL"
APP_ID = "A0LOCAL"
BOT_ID = "B0LOCAL"
BOT_USER = "U0LOCAL"
SCOPES = ("chat:write", "users:read", "users:read.email")


@dataclass(frozen=True, slots=True)
class User:
    """A person of the workspace."""

    id: str
    username: str
    name: str

    @property
    def email(self) -> str:
        """The address in the profile; no two people of a workspace have the same one."""
        return f"{self.username}@example.com"


USERS = {
    user.id: user
    for user in (
        User("U0ADA", "ada", "Ada Lovelace"),
        User("U0GRACE", "grace", "Grace Hopper"),
        User("U0LINUS", "linus", "Linus Torvalds"),
    )
}


@dataclass(frozen=True, slots=True)
class Content:
    """What a message says: blocks where there are any, text for notifications and for where there are none."""

    text: str
    blocks: list[Json] = field(default_factory=list)


@dataclass(slots=True)
class Message:
    """One message of the app. `history` holds every text it has had, the present one last."""

    channel: str
    ts: str
    text: str
    blocks: list[Json]
    thread_ts: str | None = None
    visible_to: str | None = None
    edits: int = 0
    history: list[str] = field(default_factory=list)
    warnings: dict[str, str] = field(default_factory=dict)

    @property
    def is_reply(self) -> bool:
        """Whether it stands in another message's thread."""
        return self.thread_ts not in {None, self.ts}


@dataclass(slots=True)
class Interaction:
    """One request to the app and what came of it; `error` is None when the app acknowledged in time.

    `action_id` is the pressed button's; for a modal, which has none, its callback_id. With `response_url` a test can
    press a button that the message no longer has.
    """

    type: str
    user: str
    action_id: str | None = None
    ts: str | None = None
    status: int | None = None
    error: str | None = None
    seconds: float = 0.0
    response_url: str = ""


@dataclass(slots=True)
class View:
    """A modal that is open for one user."""

    id: str
    user: str
    view: Json


class Workspace:
    """All state of the stand-in; every change is written to slack.json at once."""

    def __init__(self, file: Path, channel: tuple[str, str], clock: Clock, app_name: str = "App") -> None:
        self.app_name = app_name
        self.scopes = SCOPES
        self.channels = dict([channel])
        self.messages: list[Message] = []
        self.interactions: list[Interaction] = []
        self.views: list[View] = []
        self.request_url = ""
        self.triggers: Grants[str] = Grants(TRIGGER, clock)
        self.responses: Grants[tuple[str, Message]] = Grants(RESPONSE, clock)
        self._file = file
        self._clock = clock
        self._last = 0.0
        self._numbers = itertools.count(1)

    def post(self, channel: str, content: Content, thread_ts: str | None = None, to: str | None = None) -> Message:
        """Add a message to a channel, to a thread of it, or for one user's eyes only (`to`)."""
        if thread_ts is not None:
            self.find(channel, thread_ts, missing="thread_not_found")
        blocks = identified(content.blocks, self.name)
        message = Message(channel, self.timestamp(), content.text, blocks, thread_ts, to, history=[content.text])
        self.messages.append(message)
        self.save()
        return message

    def change(self, message: Message, text: str, blocks: list[Json] | None) -> None:
        """Replace what a message says; None keeps its blocks."""
        message.text = text
        message.blocks = message.blocks if blocks is None else identified(blocks, self.name)
        message.edits += 1
        message.history.append(text)
        message.warnings.clear()
        self.save()

    def delete(self, message: Message) -> None:
        """Take a message out of its channel."""
        self.messages.remove(message)
        self.save()

    def find(self, channel: str, ts: str, missing: str = "message_not_found") -> Message:
        """Return a message.

        Raises:
            SlackError: there is no such channel, or no such message (`missing`).
        """
        self.check_channel(channel)
        for message in self.messages:
            if (message.channel, message.ts) == (channel, ts):
                return message
        raise SlackError(missing)

    def check_channel(self, channel: str) -> None:
        """Raise SlackError channel_not_found unless the channel is one of the workspace."""
        if channel not in self.channels:
            raise SlackError("channel_not_found")

    def view_of(self, user: str) -> View | None:
        """Return the modal this user sees, which is the last one opened."""
        return next((view for view in reversed(self.views) if view.user == user), None)

    def timestamp(self) -> str:
        """Return a message's ts: seconds with six decimals, never the same twice."""
        self._last = max(self._clock(), self._last + 0.000_001)
        return f"{self._last:.6f}"

    def name(self) -> str:
        """Return an id Slack would make up."""
        return f"auto{next(self._numbers)}"

    def state(self) -> Json:
        """Return everything as JSON, for tests and for slack.json."""
        return {
            "request_url": self.request_url,
            "users": [asdict(user) for user in USERS.values()],
            "channels": [{"id": id_, "name": name} for id_, name in self.channels.items()],
            "messages": [asdict(message) for message in self.messages],
            "views": [asdict(view) for view in self.views],
            "interactions": [asdict(interaction) for interaction in self.interactions],
        }

    def save(self) -> None:
        """Write the state so that a reader never sees half of it."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        draft = self._file.with_suffix(".json.part")
        draft.write_text(json.dumps(self.state(), indent=2, ensure_ascii=False), encoding="utf-8")
        draft.replace(self._file)
