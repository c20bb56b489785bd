"""The one Slack message of a release, as blocks of Slack's Block Kit."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from slipway.clicks import value_of
from slipway.models import Click, Json, Release, Repeat, SmokeSummary, State, Verdict

_SIGNS = {
    State.LIVE: "🟢",
    State.WAITING: "🟡",
    State.REFUSED: "⛔",
    State.FAILED: "🔴",
    State.REJECTED: "⛔",
    State.ROLLED_BACK: "🔴",
}
_SENTENCES = {
    State.RECEIVED: "Received; the pipeline starts.",
    State.BUILDING: "The image is being built.",
    State.STAGING: "On its way to staging.",
    State.TESTING: "On staging; the smoke test runs.",
    State.WAITING: "Waiting for an answer.",
    State.RELEASING: "On its way to production.",
    State.VERIFYING: "On production; being verified.",
    State.LIVE: "Live.",
    State.REFUSED: "Refused.",
    State.FAILED: "Failed.",
    State.REJECTED: "Rejected.",
    State.SUPERSEDED: "Superseded by a newer one.",
    State.EXPIRED: "Nobody answered in time.",
    State.STOPPED: "Stopped.",
    State.ROLLED_BACK: "Rolled back.",
    State.RETIRED: "Retired: a newer one is live.",
}
_VERDICTS = {Verdict.PASSED: "✅", Verdict.FAILED: "❌", Verdict.INCONCLUSIVE: "❔"}
TEXT_LIMIT = 2900  # a section's text may have 3000 characters


@dataclass(frozen=True, slots=True)
class Places:
    """Where the environments answer."""

    staging: str
    production: str


def headline(release: Release) -> str:
    """Say in a line where a release stands."""
    return f"{_SIGNS.get(release.state, '🔵')} {release.id}: {_SENTENCES[release.state]}"


def blocks_of(release: Release, places: Places) -> list[Json]:
    """Render the card of a release as it stands."""
    blocks: list[Json] = [
        {"type": "header", "text": {"type": "plain_text", "text": headline(release)[:150]}},
        {"type": "section", "fields": [_text(field) for field in _fields(release)]},
    ]
    lines = (_again_line(release), _smoke_line(release), _answer_line(release), _reason_line(release))
    blocks += [_section(line) for line in lines if line]
    if release.state is State.WAITING and release.approval and not release.answer:
        blocks += _question(release, places)
    blocks.append({"type": "context", "elements": [_text(_times_line(release))]})
    return blocks


def _fields(release: Release) -> list[str]:
    rows = [
        ("Model", release.model),
        ("Candidate", f"`{escape(release.candidate)}`"),
        ("Author", release.author or "unknown"),
        ("Upload", release.prefix),
    ]
    if release.commit:
        rows.append(("Commit", f"`{release.commit[:12]}`"))
    return [f"*{name}*\n{value if value.startswith('`') else escape(value)}"[:2000] for name, value in rows]


def _again_line(release: Release) -> str:
    if not release.before:
        return ""
    why = f": {escape(release.forced)}" if release.forced else "."
    return f"*Released again*, the same content as {release.before}{why}"


def _smoke_line(release: Release) -> str:
    lines = [
        f"*Smoke test on {target}:* {_VERDICTS[smoke.verdict]} {_smoke_words(smoke)}"
        for target, smoke in sorted(release.smoke.items())
    ]
    return "\n".join(reversed(lines))


def _smoke_words(smoke: SmokeSummary) -> str:
    counts = f"{smoke.passed} passed, {smoke.failed} failed"
    unknown = f", {smoke.inconclusive} inconclusive" if smoke.inconclusive else ""
    return f"{smoke.verdict}: {counts}{unknown} in {smoke.seconds:.1f} s"


def _answer_line(release: Release) -> str:
    if release.answer is None:
        return ""
    who, why = escape(release.answer.by), f": {escape(release.answer.reason)}" if release.answer.reason else ""
    return f"*{release.answer.decision.capitalize()}* by {who}, {_slack_time(release.answer.at)}{why}"


def _reason_line(release: Release) -> str:
    return f"*Why:* {escape(release.reason)}" if release.reason else ""


def _question(release: Release, places: Places) -> list[Json]:
    assert release.approval is not None
    until = _slack_time(release.approval.expires)
    say = f"<{places.staging}|Try it on staging>, then answer by {until}. Production is {places.production}."
    return [
        _section(say),
        {
            "type": "actions",
            "block_id": "answer",
            "elements": [
                _button("approve", "Approve", "primary", release),
                _button("reject", "Reject", "danger", release),
            ],
        },
    ]


def _button(action: str, label: str, style: str, release: Release) -> Json:
    return {
        "type": "button",
        "action_id": action,
        "text": {"type": "plain_text", "text": label},
        "style": style,
        "value": value_of(release),
        **({} if action == "reject" else {"confirm": _confirmation(label, release)}),
    }


def _confirmation(label: str, release: Release) -> Json:
    return {
        "title": {"type": "plain_text", "text": f"{label} {release.id}?"[:100]},
        "text": {"type": "plain_text", "text": f"{label} {release.candidate} for production."[:300]},
        "confirm": {"type": "plain_text", "text": label},
        "deny": {"type": "plain_text", "text": "Not yet"},
    }


def _times_line(release: Release) -> str:
    """Give the first state its time, and each later one how long the one before it took."""
    steps = sorted(release.times.items(), key=lambda step: list(State).index(step[0]))
    state, begun = steps[0]
    told = [f"{state} {_slack_time(begun)}"]
    told += [f"{state} +{_span(before, at)}" for (_, before), (state, at) in pairwise(steps)]
    return " → ".join(told)[:TEXT_LIMIT]


def _span(since: datetime, until: datetime) -> str:
    # EventBridge cuts its times to the second, so that a step may seem to begin before the one that led to it.
    seconds = max(0, round((until - since).total_seconds()))
    minutes, rest = divmod(seconds, 60)
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min" if minutes else f"{rest} s"


def _slack_time(at: datetime) -> str:
    """Let Slack show a time in the reader's own zone."""
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} {{time}}|{at:%Y-%m-%d %H:%M} UTC>"


def _section(text: str) -> Json:
    return {"type": "section", "text": _text(text)}


def _text(text: str) -> Json:
    return {"type": "mrkdwn", "text": text[:TEXT_LIMIT]}


def escape(text: str) -> str:
    """Take the three characters that mean something to Slack out of a text."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def rejection(click: Click) -> Json:
    """Make the modal that asks why; it remembers the button's value, and where the person can be told something."""
    release = click.value.partition(" ")[0]
    return {
        "type": "modal",
        "callback_id": "rejected",
        "private_metadata": json.dumps({"value": click.value, "response_url": click.response_url}),
        "title": {"type": "plain_text", "text": f"Reject {release}"[:24]},
        "submit": {"type": "plain_text", "text": "Reject"},
        "close": {"type": "plain_text", "text": "Not yet"},
        "blocks": [
            {
                "type": "input",
                "block_id": "reason",
                "label": {"type": "plain_text", "text": f"Why is {release} not released?"[:2000]},
                "element": {"type": "plain_text_input", "action_id": "text", "multiline": True, "max_length": 400},
            }
        ],
    }


def reminder(release: Release) -> str:
    """Remind, in the card's thread."""
    assert release.approval is not None
    return f"{release.id} still waits for an answer, until {_slack_time(release.approval.expires)}."


def repeated(release: Release, repeat: Repeat) -> str:
    """Say in the card's thread that a known content was uploaded again."""
    return (
        f"{escape(repeat.prefix)}, complete since {_slack_time(repeat.at)}, is the same content as {release.id} "
        f"({release.state}): nothing was started. To release it again all the same, put a `_RELEASE` with "
        "`force: true` and a `reason` beside it."
    )
