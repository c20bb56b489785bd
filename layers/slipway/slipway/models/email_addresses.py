"""E-mail addresses, by which people are known: one person may be spelled in several ways."""

from __future__ import annotations

import re
from email.utils import parseaddr

_ADDRESS = re.compile(r"[^@\s,=<>()]+@[^@\s,=<>()]+")
_PLUS = re.compile(r"(?<=[^@])\+[^@]*@")
_LONGEST = 500  # characters, with a name: parseaddr recurses, and an address alone has 320 at most


def address(text: str) -> str:
    """Return the address in `Ada@example.com` or `Ada Lovelace <ada@example.com>`, in lower case; empty without one.

    A plus-address is another one: only its mail server knows whose it is.
    """
    bare = text.strip()
    if len(bare) > _LONGEST:
        return ""
    found = bare if _ADDRESS.fullmatch(bare) else parseaddr(bare)[1]
    return found.casefold() if _ADDRESS.fullmatch(found) else ""


def same_mailbox(one: str, other: str) -> bool:
    """Return whether two addresses may be one person's: here, unlike elsewhere, a plus-address is its owner's."""
    return same_address(_PLUS.sub("@", address(one)), _PLUS.sub("@", address(other)))


def same_address(one: str, other: str) -> bool:
    """Return whether two texts hold the same e-mail address; two without any do not."""
    return address(one) != "" and address(one) == address(other)
