"""How problems are worded: hostile names and long reasons are shown so that a sentence stays one."""

from __future__ import annotations

import unicodedata

LONGEST = 120
_JOINERS = "\u200c\u200d"  # they belong to words and to emoji


def shown(name: str) -> str:
    """Give a file's name so that it cannot disturb the sentence it stands in."""
    plain = visible(name)
    return plain if len(plain) <= LONGEST else f"{plain[: LONGEST // 2]}…{plain[-LONGEST // 2 :]}"


def visible(text: str) -> str:
    """Return a text with its hidden characters written out: controls, line breaks, and what turns its direction."""
    return text if text.isprintable() else "".join(map(_plain, text))


def _plain(letter: str) -> str:
    hidden = unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Zl", "Zp") and letter not in _JOINERS
    return letter.encode("unicode_escape").decode() if hidden else letter


def reason(error: Exception) -> str:
    """Give the beginning of what a library said, without its line breaks and its full stop."""
    return shown(" ".join(str(error)[: 4 * LONGEST].split())).rstrip(".:")


def listed(names: list[str]) -> str:
    """Give the first few of many names."""
    few = ", ".join(map(shown, names[:3]))
    return few if len(names) <= 3 else f"{few} and {len(names) - 3:,} more"


def cut_off(name: str, size: int) -> str:
    """Say that a file is not whole."""
    return f"{shown(name)} is cut off after {size:,} bytes: export it again and upload the whole file."


def damaged(name: str, what: str) -> str:
    """Say that a file is not what its format demands."""
    return f"{shown(name)} {what}: export it again and upload the new file."
