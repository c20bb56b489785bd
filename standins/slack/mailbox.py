"""The e-mails SNS would have sent: one JSON object a line, as the local AWS appends them."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup, escape

LINK = re.compile(r"https?://[^\s<>\"']*[^\s<>\"'.,;:!?)\]]")


@dataclass(frozen=True, slots=True)
class Mail:
    """One e-mail; `at` is an ISO time."""

    to: str
    topic: str
    subject: str
    message: str
    at: str


def read_mails(file: Path) -> list[Mail]:
    """Return all e-mails, newest first; a line that is still being written is left for the next look."""
    if not file.exists():
        return []
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    return [_mail(line) for line in reversed(lines) if line.endswith("\n") and line.strip()]


def _mail(line: str) -> Mail:
    fields = json.loads(line)
    return Mail(**{name: str(fields.get(name) or "") for name in Mail.__slots__})


def linked(text: str) -> Markup:
    """Return a text as HTML whose web addresses are links."""
    return Markup("").join(_parts(text))


def _parts(text: str) -> Iterator[Markup]:
    end = 0
    for match in LINK.finditer(text):
        yield escape(text[end : match.start()])
        yield Markup('<a href="{0}" target="_blank" rel="noopener noreferrer">{0}</a>').format(match[0])
        end = match.end()
    yield escape(text[end:])
