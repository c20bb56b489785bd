"""Texts as people write them who want to be somebody else, and as machines write them by mistake."""

from __future__ import annotations

import operator

from hypothesis import strategies as st

MARKUP = ["<!channel>", "<@U0ADA>", "<http://evil.example|x>", "&amp;", "&", "`", "```", "*", "_", "~", "@here", ">"]
LINKS = ["https://evil.example/a", "www.evil.example", "evil.example", "mailto:x@evil.example", "HTTP://EVIL.EXAMPLE"]
HIDDEN = [
    "\u202e",
    "\u2066",
    "\u200b",
    "\ufeff",
    "\u00ad",
    "\x00",
    "\x1b[2J",
    "\U000e0041",
    "\u3164",
    "\ufe0f",
    "\ud800",
]
BREAKS = ["\n", "\r\n", "\u2028", "\u2029", "\x85", "\t", "\u00a0"]
OURS = [
    ":white_check_mark:",
    "*Approved by*",
    "_Approved_",
    "~no~",
    "”",
    "“",
    '"',
    "Approved by ada@example.com",
    "\n> x",
    "•",
]
LETTERS = ["🦉", "👩\u200d🚀", "א", "ä", "\ud800", "z\u0301\u0301\u0301\u0301\u0301"]
PIECES = [*MARKUP, *LINKS, *HIDDEN, *BREAKS, *OURS, *LETTERS]
TEXTS = st.one_of(
    st.text(max_size=60),
    st.lists(st.sampled_from(PIECES), max_size=40).map("".join),
    st.lists(st.sampled_from(PIECES), max_size=10).map(" ".join),
    st.builds(operator.mul, st.sampled_from([*PIECES, "x", "ü", " "]), st.sampled_from([1, 90, 3000])),
)
# What may reorder, hide or break a line, and is not one of the two isolates that we put around a quotation.
FORBIDDEN = frozenset(
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u200b\u200e\u200f\ufeff\u00ad\u2028\u2029\x85\r\t\x00\x1b\u3164"
)


def is_open(text: str) -> bool:
    """Tell whether nothing in a text is hidden from its reader."""
    return not FORBIDDEN.intersection(text) and not any(0xE0000 <= ord(letter) <= 0xE0FFF for letter in text)
