"""Slack's markup and text objects: what people wrote is escaped, without effect, and within Block Kit's limits."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from slipway.models import Approver, Json, text

# Block Kit's limits in characters, with room left for what stands around a text. All blocks together may have 13,200.
SECTION, FIELD, HEADER = 2000, 1900, 150
NAME, PROSE = 80, 1000
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
# Slack has no escape for its formatting characters: signs that look like them mean nothing.
_LOOKALIKES = str.maketrans({"*": "\u2217", "~": "\u223c", "`": "\u02cb"})
_ITALICS = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
_EMOJI = re.compile(r":(?=[\w+'-]+:)")


def name(words: str) -> str:
    """Return a name that somebody else chose, with nothing in it that Slack interprets."""
    return _inert(text.named(words, NAME))


def code(words: str) -> str:
    """Return an identifier as inline code."""
    return f"`{name(words)}`"


def sentence(words: str, limit: int = PROSE) -> str:
    """Return a sentence of ours that has others' words in it, with nothing in it that Slack interprets."""
    return _cut_escaped(_inert(text.one_line(words, limit)), limit)


def quote(words: str, limit: int = PROSE) -> str:
    """Return others' prose in quotation marks; empty if there is none."""
    inner = text.quotable(words, limit)
    return f"“{text.isolated(_cut_escaped(_inert(inner), limit))}”" if inner else ""


def _inert(words: str) -> str:
    """Return a text without what Slack interprets: mentions, formatting, block quotes, emoji codes and links."""
    words = re.sub(r"^>", "›", text.unlinked(words)).translate(_ESCAPES).translate(_LOOKALIKES)
    return _EMOJI.sub("\u2236", _ITALICS.sub("\u02cd", words))


def _cut_escaped(words: str, limit: int) -> str:
    """Return an escaped text cut to `limit` characters, never within an escape such as `&amp;`."""
    short = cut(words, limit)
    return words if short == words else re.sub(r"&[a-z]{0,3}…$", "…", short)


def link(url: str, label: str) -> str:
    """Return a label of ours as a link; as text if there is no URL."""
    return f"<{url.translate(_ESCAPES)}|{label}>" if text.is_link(url) else label


def time(at: datetime) -> str:
    """Return a time that Slack shows in the reader's own zone."""
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} {{time}}|{at:%Y-%m-%d %H:%M} UTC>"


def person(person: Approver) -> str:
    """Return a mention of a person, or of a group (its id begins with S); without a Slack id, their address."""
    if not person.slack_id:
        return name(person.email)
    return f"<!subteam^{person.slack_id}>" if person.slack_id.startswith("S") else f"<@{person.slack_id}>"


def cut(words: str, limit: int) -> str:
    """Return a text cut to `limit` characters as Slack counts them: in UTF-16 units, so that an emoji is two."""
    if _length(words) <= limit:
        return words
    kept = words[: limit - 1]
    while _length(kept) > limit - 1:
        kept = kept[: len(kept) - max(1, (_length(kept) - limit + 1) // 2)]
    return kept + "…"


def _length(words: str) -> int:
    """Return the length of a text in UTF-16 units."""
    return len(words) + sum(char > "\uffff" for char in words)


def fitting(lines: Iterable[str]) -> str:
    """Return as many whole lines, joined, as a section holds."""
    kept = list(lines)
    while len(kept) > 1 and _length("\n".join(kept)) > SECTION:
        kept = [*kept[: -2 if kept[-1] == "…" else -1], "…"]
    return "\n".join(kept)


def text_object(words: str, limit: int = SECTION) -> Json:
    """Return a mrkdwn text object; `verbatim` keeps Slack from linking names and addresses by itself."""
    return {"type": "mrkdwn", "text": cut(words, limit), "verbatim": True}


def plain_text(words: str, limit: int) -> Json:
    """Return a plain_text object, in which Slack interprets nothing."""
    return {"type": "plain_text", "text": cut(text.one_line(words, limit), limit), "emoji": False}


def section(words: str) -> Json:
    """Return a section block."""
    return {"type": "section", "text": text_object(words)}


def header(words: str) -> Json:
    """Return a header block."""
    return {"type": "header", "text": plain_text(words, HEADER)}
