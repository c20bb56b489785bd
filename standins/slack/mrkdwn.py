"""Turns Slack's markup into HTML; whatever is not markup is escaped."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import groupby

from markupsafe import Markup, escape

from standins.slack.emoji import EMOJI
from standins.slack.workspace import BOT_USER, USERS

type Channels = dict[str, str]

# A span of bold, italic or struck text may hold a link or code, whose own * _ ~ do not end it.
SPAN = r"(?<![\w{0}])[{0}](?=\S)(?P<{1}>(?:<[^>\n]*>|`[^`\n]*`|[^{0}\n])+?)(?<=\S)[{0}](?![\w{0}])"
MARKUP = re.compile(
    "|".join(
        (
            r"`(?P<code>[^`\n]+)`",
            r"<(?P<link>[^>\n]+)>",
            SPAN.format("*", "bold"),
            SPAN.format("_", "italic"),
            SPAN.format("~", "struck"),
            r":(?P<emoji>[a-z0-9_+\-]+):",
            r"(?P<line>\n)",
        )
    )
)
FENCE = re.compile(r"```\n?(.*?)\n?```", re.DOTALL)
QUOTE = re.compile(r"^(?:>|&gt;) ?")
SAFE = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)
DATES = {
    "date_num": "%Y-%m-%d",
    "date": "%B %-d, %Y",
    "date_long": "%A, %B %-d, %Y",
    "date_short": "%b %-d, %Y",
    "time": "%H:%M",
    "time_secs": "%H:%M:%S",
}


def mrkdwn(text: str) -> Markup:
    """Return a mrkdwn text as HTML."""
    parts = FENCE.split(text)
    return Markup("").join(
        Markup("<pre><code>{}</code></pre>").format(_literal(part)) if fenced % 2 else _paragraphs(part)
        for fenced, part in enumerate(parts)
    )


def plain_text(text: str, emoji: bool = True) -> Markup:
    """Return a plain text as HTML: nothing but emoji and line breaks means anything."""
    pattern = r":(?P<emoji>[a-z0-9_+\-]+):|(?P<line>\n)" if emoji else r"(?P<line>\n)"
    return Markup("").join(_pieces(re.compile(pattern), text))


def _paragraphs(text: str) -> Markup:
    quoted = groupby(text.split("\n"), key=lambda line: bool(QUOTE.match(line)))
    pieces: list[tuple[bool, Markup]] = []
    for is_quote, lines in quoted:
        body = "\n".join(QUOTE.sub("", line) if is_quote else line for line in lines)
        pieces.append((is_quote, _inline(body)))
    return Markup("").join(
        Markup("<blockquote>{}</blockquote>").format(body) if is_quote else body for is_quote, body in pieces
    )


def _inline(text: str) -> Markup:
    return Markup("").join(_pieces(MARKUP, text))


def _pieces(pattern: re.Pattern[str], text: str) -> Iterator[Markup]:
    end = 0
    for match in pattern.finditer(text):
        yield _literal(text[end : match.start()])
        kind = match.lastgroup or ""
        yield RENDERERS[kind](match[kind])
        end = match.end()
    yield _literal(text[end:])


def _literal(text: str) -> Markup:
    return escape(_unescaped(text))


def _unescaped(text: str) -> str:
    """Take back the escapes Slack asks senders for, of & < > and nothing else."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _link(inside: str) -> Markup:
    target, _, label = inside.partition("|")
    if target[:1] in {"@", "#", "!"}:
        return _mention(target, label)
    if not SAFE.match(target):
        return _literal(f"<{inside}>")
    link = Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>')
    return link.format(_unescaped(target), _inline(label) if label else _literal(target))


def _mention(target: str, label: str) -> Markup:
    if target.startswith("!date^"):
        return _date(target, label)
    names = {BOT_USER: "the app"} | {user.id: user.name for user in USERS.values()}
    shown = label or names.get(target[1:], target[1:])
    sign = "#" if target[0] == "#" else "@"
    return Markup('<span class="mention">{}{}</span>').format(sign, shown)


def _date(target: str, fallback: str) -> Markup:
    seconds, pattern, *_ = (*target.split("^")[1:], "", "")
    if not seconds.isdigit():
        return _literal(fallback)
    moment = datetime.fromtimestamp(int(seconds), UTC).astimezone()
    shown = re.sub(r"\{(\w+?)(?:_pretty)?\}", lambda token: _token(moment, token), pattern)
    return Markup('<time datetime="{}">{}</time>').format(moment.isoformat(), shown)


def _token(moment: datetime, token: re.Match[str]) -> str:
    return moment.strftime(DATES[token[1]]) if token[1] in DATES else token[0]


def _emoji(name: str) -> Markup:
    if name not in EMOJI:
        return escape(f":{name}:")
    return Markup('<span class="emoji" role="img" aria-label="{}">{}</span>').format(
        name.replace("_", " "), EMOJI[name]
    )


RENDERERS: dict[str, Callable[[str], Markup]] = {
    "code": lambda inside: Markup("<code>{}</code>").format(_literal(inside)),
    "link": _link,
    "bold": lambda inside: Markup("<strong>{}</strong>").format(_inline(inside)),
    "italic": lambda inside: Markup("<em>{}</em>").format(_inline(inside)),
    "struck": lambda inside: Markup("<s>{}</s>").format(_inline(inside)),
    "emoji": _emoji,
    "line": lambda _: Markup("<br>"),
}
