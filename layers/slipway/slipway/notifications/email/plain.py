"""Plain text for e-mails: wrapped, and what others wrote cannot look like ours."""

from __future__ import annotations

import textwrap
import unicodedata
from datetime import datetime

from slipway.models import Approver

WIDTH = 78
MAX_SUBJECT = 99  # characters; SNS takes subjects of less than 100, in ASCII


def prose(text: str, limit: int = 2000) -> str:
    """Write a text in one line, without control characters and without links that work."""
    plain = "".join(one if one.isprintable() else " " for one in text)
    line = " ".join(plain.replace("://", ":// ").split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


name = code = prose


def link(url: str, label: str) -> str:
    """Write a label and the address behind it."""
    return f"{label}: {url}" if url else label


def time(at: datetime) -> str:
    """Format a time in UTC, for readers in any zone."""
    return f"{at:%Y-%m-%d %H:%M} UTC"


def person(person: Approver) -> str:
    """Name an approver by their address."""
    return person.email or person.slack_id


def wrapped(text: str, hanging: int = 0) -> str:
    """Wrap a paragraph; a word that is longer than a line, such as a link, stays whole."""
    return textwrap.fill(text, WIDTH, subsequent_indent=" " * hanging, break_long_words=False, break_on_hyphens=False)


def subject(release_id: str, what: str) -> str:
    """Return a subject that SNS takes; a long id is cut in the middle, which keeps its number."""
    name, room = _ascii(release_id), MAX_SUBJECT - len(what) - 1
    tail = f"...{name[-8:]}"
    return f"{name if len(name) <= room else name[: room - len(tail)] + tail} {what}"


def _ascii(text: str) -> str:
    bare = "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))
    return prose(bare).encode("ascii", "replace").decode()
