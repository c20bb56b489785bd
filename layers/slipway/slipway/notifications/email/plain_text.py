"""Plain text for e-mails: wrapped, and what others wrote cannot look like ours."""

from __future__ import annotations

import textwrap
import unicodedata
from datetime import datetime

from slipway.models import Approver, text

WIDTH = 78
MAX_SUBJECT = 99  # characters; SNS takes subjects of less than 100, in ASCII


def name(words: str) -> str:
    """Write a name that somebody else chose."""
    return text.unlinked(text.named(words))


code = name


def sentence(words: str, limit: int = text.PROSE) -> str:
    """Write a sentence of ours that has others' words in it."""
    return text.unlinked(text.one_line(words, limit))


def quote(words: str, limit: int = text.PROSE) -> str:
    """Write others' prose in quotation marks; nothing if there is none."""
    return text.unlinked(text.quoted(words, limit))


def link(url: str, label: str) -> str:
    """Write a label and the address behind it."""
    return f"{label}: {url}" if text.is_link(url) else label


def time(at: datetime) -> str:
    """Format a time in UTC, for readers in any zone."""
    return f"{at:%Y-%m-%d %H:%M} UTC"


def person(person: Approver) -> str:
    """Name an approver by their address."""
    return person.email or person.slack_id


def wrapped(words: str, hanging: int = 0) -> str:
    """Wrap a paragraph; a word that is longer than a line, such as a link, stays whole."""
    return textwrap.fill(words, WIDTH, subsequent_indent=" " * hanging, break_long_words=False, break_on_hyphens=False)


def subject(release_id: str, what: str) -> str:
    """Return a subject that SNS takes; a long id is cut in the middle, which keeps its number."""
    name, room = _ascii(release_id), MAX_SUBJECT - len(what) - 1
    tail = f"...{name[-9:]}"
    return f"{name if len(name) <= room else name[: room - len(tail)] + tail} {what}"


def _ascii(words: str) -> str:
    bare = "".join(one for one in unicodedata.normalize("NFKD", words) if not unicodedata.combining(one))
    named = name(bare).translate(str.maketrans("“”", '""', "\u2068\u2069"))
    return named.encode("ascii", "replace").decode()
