"""Other people's words in our sentences: nothing hidden, nothing that looks like ours, and a bound on every length.

What an uploader, a committer, an approver or a service wrote passes through `named` (names) or `quoted` (prose), or
through `shown` and `one_line` where it is part of a sentence of ours. What a medium interprets is left to its renderer:
`notifications.slack.mrkdwn`, `notifications.email.plain_text`, and the templates' autoescape.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST = 120  # characters of a name
PROSE = 1000
MAX_REASON = 4000  # of a reason in the ledger
MAX_URL = 1900
_HIDDEN = ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp")
_INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0d\uffa0\U000e0100-\U000e01ef]"
)
_JOINERS, _SELECTORS = "\u200c\u200d", "\ufe0e\ufe0f"
_SHAPERS = _JOINERS + _SELECTORS  # they shape an emoji, or a word of some scripts
_COMBINING = ("Mn", "Me", "Mc")
_MOST_MARKS = 3  # on one letter: more of them paint over the lines around it
_PLAIN_NAME = re.compile(r"[\w./@+=:#%~…-]*")
_DOUBLE_QUOTES = str.maketrans(dict.fromkeys('"“”„‟〝〞〟＂″‶', "'"))
_ADDRESS = re.compile(r"[\W_]*[\w.+-]+@[\w.-]+\W*")
_WEB = re.compile(r"\bwww\.", re.IGNORECASE)
# Mail programs and Slack make links of whatever ends like a domain; these endings are files, and no domains.
_FILES = "onnx|txt|ya?ml|jsonl?|np[yz]|pth?|pkl|h5|hdf5|keras|tflite|pbtxt|safetensors|csv|tsv|png|jpe?g|gif|bin|data"
_DOMAIN_DOT = re.compile(rf"(?<=[\w-])\.(?=(?!(?:{_FILES})\b)[^\W\d_]{{2,}})|(?<=\bwww)\.", re.IGNORECASE)


def visible(text: str) -> str:
    """Return a text with hidden characters as Python's escapes, and every kind of blank as a space."""
    if text.isascii() and text.isprintable():
        return text
    pieces: list[str] = []
    base, before, marks = " ", " ", 0
    for letter in text:
        category = unicodedata.category(letter)
        marks = marks + 1 if category in _COMBINING else 0
        hidden = not _shapes(letter, before, base) if letter in _SHAPERS else _is_hidden(letter, category)
        escaped = hidden or marks > _MOST_MARKS
        pieces.append(letter.encode("unicode_escape").decode() if escaped else " " if category == "Zs" else letter)
        base, before = base if letter in _SHAPERS else letter, letter
    return "".join(pieces)


def visible_lines(text: str) -> str:
    """Return a text like `visible`, with its line breaks kept."""
    return "\n".join(map(visible, text.split("\n")))


def _is_hidden(letter: str, category: str) -> bool:
    """Return whether a letter of a Unicode category cannot be seen."""
    return category in _HIDDEN or bool(_INVISIBLE.fullmatch(letter))


def _shapes(letter: str, before: str, base: str) -> bool:
    """Return whether a joiner or selector stands, once, behind something that it can shape."""
    shapeable = unicodedata.category(base) in ("So", "Sk", *_COMBINING) or unicodedata.bidirectional(base) == "AL"
    return shapeable and (before == base or (before in _SELECTORS and letter in _JOINERS))


def one_line(text: str, limit: int = PROSE) -> str:
    """Return a text, its hidden characters made visible, on one line of at most `limit` characters."""
    # The beginning is enough: reading all of a long text to cut it would take its author's time, not ours.
    return shortened(visible(" ".join(text[: 4 * limit].split())), limit)


def shortened(text: str, limit: int) -> str:
    """Return a text of at most `limit` characters; a longer one is cut, and ends with an ellipsis."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def shown(name: str, limit: int = LONGEST) -> str:
    """Return a name as it stands in a sentence about it; of a long one, the beginning and the end."""
    plain = visible(name[:limit] + name[limit:][-limit:])
    return isolated(plain if len(plain) <= limit else f"{plain[: limit // 2]}…{plain[-limit // 2 :]}")


def cited(name: str) -> str:
    """Return a name as it stands in a sentence of ours; in quotation marks if it has blanks, like a sentence itself."""
    return f"“{shown(name).translate(_DOUBLE_QUOTES)}”" if " " in shown(name) else shown(name)


def named(name: str, limit: int = LONGEST) -> str:
    """Return a name as it stands beside facts; in quotation marks if it could be read as more than a name."""
    plain = shown(name, limit)
    return plain if _PLAIN_NAME.fullmatch(plain) else f"“{plain.translate(_DOUBLE_QUOTES)}”"


def quoted(text: str, limit: int = PROSE) -> str:
    """Return somebody's prose on one line in quotation marks; empty if there is none."""
    line = quotable(text, limit)
    return f"“{isolated(line)}”" if line else ""


def quotable(text: str, limit: int = PROSE) -> str:
    """Return somebody's prose on one line, without anything that would end a quotation."""
    return one_line(text, limit).translate(_DOUBLE_QUOTES)


def isolated(text: str) -> str:
    """Return a text that, if written from right to left, does not turn round what stands beside it."""
    turns = any(unicodedata.bidirectional(letter) in ("R", "AL", "AN") for letter in text)
    return f"\u2068{text}\u2069" if turns else text


def unlinked(text: str) -> str:
    """Return a text in which programs find no links, `https[:]//example[.]com`; e-mail addresses stay."""
    return re.sub(r"\S+", lambda word: _unlinked_word(word[0]), text)


def _unlinked_word(word: str) -> str:
    """Return a word that programs take for no link; an e-mail address as it is."""
    is_address = _ADDRESS.fullmatch(word) and not _WEB.search(word)
    return word if is_address else _DOMAIN_DOT.sub("[.]", word.replace("://", "[:]//"))


def is_link(url: str) -> bool:
    """Return whether a text is an http(s) URL that can stand in a message as a link."""
    return len(url) <= MAX_URL and bool(re.fullmatch(r"https?://[^\s<>|\"]+", url)) and url.isprintable()


def link_host(url: str) -> str:
    """Return the host that a link of somebody else's leads to; empty for anything but a plain https URL."""
    host = re.match(r"https://((?:[a-z0-9-]+\.)+[a-z0-9-]+)(?:[:/?#]|$)", url)
    return host[1] if host and is_link(url) and url.isascii() and "@" not in url and "\\" not in url else ""


def reason(error: Exception) -> str:
    """Return the beginning of an error's message, on one line and without its full stop."""
    return one_line(str(error), LONGEST).rstrip(".:")


def listed(names: list[str]) -> str:
    """Return the first three of many names, and how many more there are."""
    return enumerated([cited(name) for name in names])


def enumerated(phrases: list[str]) -> str:
    """Return the first three of many phrases of ours, and how many more there are."""
    more = f" and {len(phrases) - 3:,} more" if len(phrases) > 3 else ""
    return ", ".join(phrases[:3]) + more


def cut_off(name: str, size: int) -> str:
    """Return the sentence that a file is cut off after `size` bytes, and what to do."""
    return f"{cited(name)} is cut off after {size:,} bytes: export it again and upload the whole file."


def damaged(name: str, what: str) -> str:
    """Return the sentence that a file `what` (how it breaks its format), and what to do."""
    return f"{cited(name)} {what}: export it again and upload the new file."
