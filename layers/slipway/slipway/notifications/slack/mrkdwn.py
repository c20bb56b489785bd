"""Slack's markup and text objects: what people wrote is escaped and cut to Block Kit's limits."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from slipway.models import Approver, Json

# Block Kit's limits in characters, with room left for what stands around a text.
SECTION, FIELD, HEADER = 2900, 1900, 150
NAME = 200
PROSE = 2000


def prose(text: str, limit: int = PROSE) -> str:
    """Escape the three characters that Slack interprets, and cut the result without splitting an escape."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    short = cut(escaped, limit)
    return escaped if short == escaped else re.sub(r"&[a-z]{0,3}…$", "…", short)


def name(text: str) -> str:
    """Escape a name and keep it in one line."""
    return prose(" ".join(text.split()), NAME)


def code(text: str) -> str:
    """Format an identifier as inline code."""
    return f"`{name(text).replace('`', 'ˋ')}`"


def link(url: str, label: str) -> str:
    """Link a label; it stays text if the address is none or too long."""
    if not url.startswith(("https://", "http://")) or len(url) > FIELD:
        return prose(label)
    return f"<{prose(url).replace('|', '%7C')}|{prose(label)}>"


def time(at: datetime) -> str:
    """Format a time that Slack shows in the reader's own zone."""
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} {{time}}|{at:%Y-%m-%d %H:%M} UTC>"


def person(person: Approver) -> str:
    """Mention a person, or a group (its id begins with S); without a Slack id, their address."""
    if not person.slack_id:
        return name(person.email)
    return f"<!subteam^{person.slack_id}>" if person.slack_id.startswith("S") else f"<@{person.slack_id}>"


def cut(text: str, limit: int) -> str:
    """Cut a text to `limit` characters as Slack counts them: in UTF-16 units, so that an emoji is two."""
    if _length(text) <= limit:
        return text
    kept = text[: limit - 1]
    while _length(kept) > limit - 1:
        kept = kept[: len(kept) - max(1, (_length(kept) - limit + 1) // 2)]
    return kept + "…"


def _length(text: str) -> int:
    return len(text) + sum(char > "\uffff" for char in text)


def fitting(lines: Iterable[str]) -> str:
    """Join as many whole lines as a section holds."""
    kept = list(lines)
    while len(kept) > 1 and _length("\n".join(kept)) > SECTION:
        kept = [*kept[: -2 if kept[-1] == "…" else -1], "…"]
    return "\n".join(kept)


def text_object(text: str, limit: int = SECTION) -> Json:
    """Return a mrkdwn text object; `verbatim` keeps an "@channel" in somebody's name from mentioning everybody."""
    return {"type": "mrkdwn", "text": cut(text, limit), "verbatim": True}


def plain_text(text: str, limit: int) -> Json:
    """Return a text object without any markup."""
    return {"type": "plain_text", "text": cut(" ".join(text.split()), limit), "emoji": False}


def section(text: str) -> Json:
    """Return a section block."""
    return {"type": "section", "text": text_object(text)}


def header(text: str) -> Json:
    """Return a header block."""
    return {"type": "header", "text": plain_text(text, HEADER)}
