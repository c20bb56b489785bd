"""The channel and the mailbox as HTML."""

from datetime import UTC, datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from standins.slack.mailbox import linked, read_mails
from standins.slack.mrkdwn import mrkdwn, plain_text
from standins.slack.wire import Json
from standins.slack.workspace import USERS, Message, User, Workspace

HERE = Path(__file__).parent


def environment(app_name: str) -> Environment:
    """Return the templates, with the filters they use."""
    templates = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters.update(slack=_text, mrkdwn=mrkdwn, clock=_clock, iso=_iso, linked=linked, moment=_moment)
    templates.globals.update(app_name=app_name, users=list(USERS.values()))
    return templates


class Pages:
    """Renders pages, and the part of each that is fetched again while it is open."""

    def __init__(self, workspace: Workspace, mail: Path) -> None:
        self._templates = environment(workspace.app_name)
        self._workspace = workspace
        self._mail = mail

    def channel(self, user: User, part: bool = False) -> str:
        """Return the channel as this user sees it."""
        channel_id, name = next(iter(self._workspace.channels.items()))
        return self._templates.get_template("messages.html" if part else "channel.html").render(
            me=user,
            channel=name,
            threads=self._threads(channel_id, user),
            open_view=self._workspace.view_of(user.id),
            count=len(read_mails(self._mail)),
        )

    def mailbox(self, user: User, part: bool = False) -> str:
        """Return the mailbox."""
        channel = next(iter(self._workspace.channels.values()))
        mails = read_mails(self._mail)
        return self._templates.get_template("mails.html" if part else "mail.html").render(
            me=user, channel=channel, mails=mails, count=len(mails)
        )

    def _threads(self, channel: str, user: User) -> list[tuple[Message, list[Message]]]:
        seen = [
            message
            for message in self._workspace.messages
            if message.channel == channel and message.visible_to in {None, user.id}
        ]
        return [
            (root, [reply for reply in seen if reply.is_reply and reply.thread_ts == root.ts])
            for root in seen
            if not root.is_reply
        ]


def _text(text: Json) -> str:
    """Return a text object of Block Kit as HTML."""
    return mrkdwn(text["text"]) if text["type"] == "mrkdwn" else plain_text(text["text"], text.get("emoji", True))


def _clock(ts: str) -> str:
    return datetime.fromtimestamp(float(ts), UTC).astimezone().strftime("%H:%M")


def _iso(ts: str) -> str:
    return datetime.fromtimestamp(float(ts)).astimezone().isoformat(timespec="seconds")


def _moment(at: str) -> str:
    """Return an ISO time in local words, or what was given when it is none."""
    try:
        return datetime.fromisoformat(at).astimezone().strftime("%-d %B, %H:%M")
    except ValueError:
        return at
