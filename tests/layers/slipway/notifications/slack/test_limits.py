"""Whatever people write, Slack takes the card."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from slipway.models import Click, Commit, Decision, Json, Release, Repeat, RollbackRequest, State
from slipway.notifications.slack import thread
from slipway.notifications.slack.card import blocks_of
from slipway.notifications.slack.modal import rejection
from slipway.notifications.slack.mrkdwn import cut, name, quote, sentence
from slipway.releases.code_diff import CodeDiff
from standins.slack.mrkdwn import mrkdwn
from standins.slack.validation import check_blocks, check_view
from tests.support.fakes import NOW
from tests.support.hostile_texts import TEXTS, is_open
from tests.support.made_releases import QUESTION, SMOKE, TWO, URLS, WAITING, changed

ANSWERS = st.builds(
    Decision,
    st.sampled_from(["approved", "rejected"]),
    st.one_of(st.sampled_from(["ada@example.com", "grace@example.com"]), TEXTS),
    st.just(NOW),
    st.sampled_from(["slack", "page", "console", "slipway"]),
    TEXTS,
)
RELEASES = st.builds(
    lambda state, answers, **more: changed(WAITING, state=state, **answers, **more),
    st.sampled_from(list(State)),
    st.fixed_dictionaries(
        {},
        optional={
            "decision": ANSWERS,
            "pending_decision": ANSWERS,
            "votes": st.lists(ANSWERS.map(lambda one: one.vote), max_size=20).map(tuple),
        },
    ),
    id=TEXTS.filter(bool),
    model=TEXTS,
    candidate=TEXTS,
    prefix=TEXTS,
    author=TEXTS,
    uploaders=st.lists(TEXTS, max_size=9).map(tuple),
    commit=st.builds(Commit, TEXTS, TEXTS, TEXTS),
    reason=TEXTS,
    force_reason=TEXTS,
    previous_release=TEXTS,
    rollback=st.builds(RollbackRequest, TEXTS, TEXTS),
    previous_live=TEXTS,
    superseded_by=TEXTS,
    blocked_by=TEXTS,
    log_url=TEXTS,
    bytes=st.integers(0, 1 << 40),
    attempt=st.integers(1, 9),
    smoke=st.just({"staging": replace(SMOKE, changed=200, accuracy=0.5, production_accuracy=1.0, p95=1e6)}),
    repeats=st.lists(st.builds(Repeat, TEXTS, st.just(NOW)), max_size=3).map(tuple),
    reminders=st.sampled_from([(), ("half time",), ("half time", "last hour", "escalation")]),
)
# What is of our own making: dates, mentions of approvers, links, labels at the beginning of a line, and code.
OURS = re.compile(
    r"<!date\^\d+\^[^<>]*>|<@U0(?:ADA|GRACE)>|<https?://[^<>|]*\|[^<>]*>|(?m:^)\*[A-Z][a-z ]+\*|`[^`\n]*`"
)
MAX_CARD = 13_200  # characters of all blocks together, beyond which Slack says msg_blocks_too_long


def strings(node: object, kind: str = "mrkdwn") -> Iterator[str]:
    if isinstance(node, dict) and node.get("type") == kind:
        yield str(node["text"])
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from strings(child, kind)


def harmless(text: str) -> bool:
    """Tell whether Slack shows whatever is not of our own making as nothing but text, letter by letter."""
    rest = OURS.sub("", text)
    escaped = not re.search(r"[<>]|&(?!(amp|lt|gt);)|://", rest)
    return escaped and is_open(text) and not re.search(r"<(?!br>)", str(mrkdwn(rest)))


COMMITS = st.lists(st.builds(Commit, TEXTS, TEXTS, TEXTS), max_size=3).map(tuple)
SINCES = st.none() | st.builds(
    CodeDiff,
    TEXTS,
    st.booleans(),
    st.booleans(),
    st.just("https://github.com/a/b/compare/c...d"),
    COMMITS,
    st.integers(0),
)


@settings(max_examples=100, deadline=None)
@given(RELEASES, SINCES)
def test_slack_takes_every_card(release: Release, since: CodeDiff | None) -> None:
    """Within the limits of blocks, texts, values and confirmations, and with nothing in it that people made active."""
    blocks: list[Json] = blocks_of(release, URLS, TWO, since)
    check_blocks(blocks)
    assert [text for text in strings(blocks) if not harmless(text)] == []
    assert all(map(is_open, strings(blocks, "plain_text")))
    assert sum(map(len, [*strings(blocks), *strings(blocks, "plain_text")])) < MAX_CARD


@settings(max_examples=100, deadline=None)
@given(RELEASES)
def test_slack_takes_every_reply(release: Release) -> None:
    """What is said in the thread is no longer than a section, and as harmless."""
    told = list(thread.replies(changed(release, question=QUESTION), URLS, TWO, TWO.approvers[0]))
    assert [reply.text for reply in told if len(reply.text) > 3000 or not harmless(reply.text)] == []
    assert len({reply.name for reply in told}) == len(told)


@given(TEXTS, st.integers(2, 300))
def test_a_cut_text_is_as_long_as_it_may_be(text: str, limit: int) -> None:
    """An emoji counts as two, as Slack counts it, and no escape is cut in half."""
    assert len(cut(text, limit).encode("utf-16-le", "surrogatepass")) // 2 <= limit
    for shown in (sentence(text, limit), quote(text, limit)):
        assert len(shown) <= limit + len("“\u2068\u2069”")
        assert harmless(shown)


@given(TEXTS)
def test_a_quotation_ends_where_we_end_it(reason: str) -> None:
    """Nothing that somebody wrote can stand outside its quotation marks, as if we had said it."""
    for shown in (quote(reason), name(f"two words {reason}")):
        assert re.fullmatch(r"(?:[“][^“”\n]*[”])?", shown)


@given(st.text(alphabet="abc-r0123456789", min_size=1, max_size=60))
def test_the_modal_that_asks_why_fits(release: str) -> None:
    """Its title is the shortest text that Slack has."""
    check_view(rejection(Click("U0ADA", "reject", f"{release} 0123456789ab", "https://hooks.example.com/" + "x" * 200)))


def test_a_time_is_shown_in_the_reader_s_zone() -> None:
    """Slack knows it; who reads mail sees UTC."""
    question = next(block for block in blocks_of(WAITING, URLS, TWO) if "answer by" in str(block))
    expires = NOW + timedelta(days=3)
    assert f"<!date^{int(expires.timestamp())}^{{date_short_pretty}} {{time}}|2026-11-25 09:00 UTC>" in str(question)
