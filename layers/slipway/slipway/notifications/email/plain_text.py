"""Plain text for e-mails: wrapped, and what others wrote cannot look like ours."""

from __future__ import annotations

import textwrap
import unicodedata
from datetime import datetime

from slipway.models import Approver, text

WIDTH = 78
MAX_SUBJECT = 99  # characters; SNS takes subjects of less than 100, in ASCII


def name(words: str) -> str:
    """Return a name that somebody else chose, as e-mails show it."""
    return text.unlinked(text.named(words))


code = name


def sentence(words: str, limit: int = text.PROSE) -> str:
    """Return a sentence of ours that has others' words in it, on one line of at most `limit` characters."""
    return text.unlinked(text.one_line(words, limit))


def quote(words: str, limit: int = text.PROSE) -> str:
    """Return others' prose in quotation marks; empty if there is none."""
    return text.unlinked(text.quoted(words, limit))


def link(url: str, label: str) -> str:
    """Return a label and the URL behind it; the label alone if that is no URL."""
    return f"{label}: {url}" if text.is_link(url) else label


def time(at: datetime) -> str:
    """Return a time in UTC, for readers in any zone."""
    return f"{at:%Y-%m-%d %H:%M} UTC"


def person(person: Approver) -> str:
    """Return an approver's address, or their Slack id if there is none."""
    return person.email or person.slack_id


def wrapped(words: str, hanging: int = 0) -> str:
    """Return a paragraph in lines of WIDTH; a word that is longer than a line, such as a link, stays whole."""
    return textwrap.fill(words, WIDTH, subsequent_indent=" " * hanging, break_long_words=False, break_on_hyphens=False)


def subject(release_id: str, what: str) -> str:
    """Return a subject that SNS takes: a long id is cut in the middle, which keeps its number."""
    name, room = _ascii(release_id), MAX_SUBJECT - len(what) - 1
    tail = f"...{name[-9:]}"
    return f"{name if len(name) <= room else name[: room - len(tail)] + tail} {what}"


def _ascii(words: str) -> str:
    """Return a name in ASCII: accents are dropped, and other letters become question marks."""
    bare = "".join(one for one in unicodedata.normalize("NFKD", words) if not unicodedata.combining(one))
    named = name(bare).translate(str.maketrans("“”", '""', "\u2068\u2069"))
    return named.encode("ascii", "replace").decode()
