"""Slack's markup and blocks, with what people wrote made harmless and cut to what Slack takes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from slipway.models import Json

# Slack's limits (Block Kit reference), with room left for what stands around a text.
SECTION, FIELD, HEADER = 2900, 1900, 150
NAME = 200  # characters of a name that a reader still takes in
PROSE = 2000


def escape(text: str, limit: int = PROSE) -> str:
    """Take the three characters that mean something to Slack out of a text, and cut what is too long."""
    whole = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    cut_off = cut(whole, limit)
    return whole if cut_off == whole else re.sub(r"&[a-z]{0,3}…$", "…", cut_off)


def name(text: str) -> str:
    """Show a name in one line."""
    return escape(" ".join(text.split()), NAME)


def code(text: str) -> str:
    """Show a name as it is, letter by letter."""
    return f"`{name(text).replace('`', 'ˋ')}`"


def cut(text: str, limit: int) -> str:
    """Cut a text to so many characters as Slack counts them: an emoji is two."""
    if _length(text) <= limit:
        return text
    kept = text[: limit - 1]
    while _length(kept) > limit - 1:
        kept = kept[: len(kept) - max(1, (_length(kept) - limit + 1) // 2)]
    return kept + "…"


def _length(text: str) -> int:
    return len(text) + sum(char > "\uffff" for char in text)


def listed(lines: Iterable[str]) -> str:
    """Put as many whole lines below each other as Slack takes."""
    told = list(lines)
    while len(told) > 1 and sum(_length(line) + 1 for line in told) > SECTION:
        told = [*told[:-2], "…"] if told[-1] == "…" else [*told[:-1], "…"]
    return "\n".join(told)


def moment(at: datetime) -> str:
    """Let Slack show a time in the reader's own zone."""
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} {{time}}|{at:%Y-%m-%d %H:%M} UTC>"


def link(address: str, words: str) -> str:
    """Link words to an address; without one they stay words."""
    shown = escape(words)
    if not address.startswith(("https://", "http://")) or len(address) > FIELD:
        return shown
    return f"<{escape(address).replace('|', '%7C')}|{shown}>"


def mrkdwn(text: str, limit: int = SECTION) -> Json:
    """Make a text object; `verbatim` keeps an "@channel" in somebody's name from calling everybody."""
    return {"type": "mrkdwn", "text": cut(text, limit), "verbatim": True}


def plain(text: str, limit: int) -> Json:
    """Make a text object in which nothing means anything."""
    return {"type": "plain_text", "text": cut(" ".join(text.split()), limit), "emoji": False}


def section(text: str) -> Json:
    """Make a paragraph."""
    return {"type": "section", "text": mrkdwn(text)}


def context(*lines: str) -> Json:
    """Make small print."""
    return {"type": "context", "elements": [mrkdwn(line) for line in lines]}


def header(text: str) -> Json:
    """Make a heading."""
    return {"type": "header", "text": plain(text, HEADER)}
