"""Plain text for mails: wrapped, and safe whoever wrote what is quoted in it."""

from __future__ import annotations

import textwrap
import unicodedata
from datetime import datetime

WIDTH = 78
SUBJECT = 99  # characters; SNS takes subjects of less than 100, in ASCII


def quoted(text: str) -> str:
    """Take line ends, control characters and working links out of what others wrote: it must not look like ours."""
    plain = "".join(one if one.isprintable() else " " for one in text)
    return " ".join(plain.replace("://", ":// ").split())


def wrapped(text: str, hanging: int = 0) -> str:
    """Wrap a paragraph; a word that is longer than a line, such as a link, stays whole."""
    return textwrap.fill(text, WIDTH, subsequent_indent=" " * hanging, break_long_words=False, break_on_hyphens=False)


def time_of(at: datetime) -> str:
    """Write a time for readers in any zone."""
    return f"{at:%Y-%m-%d %H:%M} UTC"


def subject(name: str, what: str) -> str:
    """Name something and say what is with it; a name that is too long is cut in the middle, to keep its number."""
    name, room = _ascii(name), SUBJECT - len(what) - 1
    tail = f"...{name[-8:]}"
    return f"{name if len(name) <= room else name[: room - len(tail)] + tail} {what}"


def _ascii(text: str) -> str:
    bare = "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))
    return quoted(bare).encode("ascii", "replace").decode()
