"""What Slack takes as blocks and modals, and how it words what it does not take."""

from typing import Any

import pytest

from standins.slack.errors import SlackError
from standins.slack.validation import check_blocks, check_view
from tests.support.slack_stage import BUTTON, MODAL

type Json = dict[str, Any]


def plain(size: int) -> Json:
    """A plain text of so many characters."""
    return {"type": "plain_text", "text": "x" * size}


def mrkdwn(size: int) -> Json:
    """A mrkdwn text of so many characters."""
    return {"type": "mrkdwn", "text": "x" * size}


def section(**parts: Any) -> Json:
    return {"type": "section", **parts}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def button(**parts: Any) -> Json:
    return {**BUTTON, **parts}


def confirm(**parts: Any) -> Json:
    return {"title": plain(100), "text": mrkdwn(300), "confirm": plain(30), "deny": plain(30), **parts}


def image(**parts: Any) -> Json:
    return {"type": "image", "image_url": "https://example.com/7.png", "alt_text": "a seven", **parts}


DIVIDER: Json = {"type": "divider"}
FULL: list[Json] = [
    {"type": "header", "text": plain(150), "block_id": "b" * 255},
    section(text=mrkdwn(3000), accessory=image()),
    section(fields=[mrkdwn(2000)] * 10, accessory=button(action_id="other", confirm=confirm())),
    DIVIDER,
    {"type": "context", "elements": [mrkdwn(3000)] * 9 + [image()]},
    actions(*(button(action_id=f"a{i}", text=plain(75), value="v" * 2000, url="u" * 3000) for i in range(25))),
    image(title=plain(2000)),
]

TOO_MUCH = [
    ([DIVIDER] * 51, "no more than 50 items allowed [json-pointer:/blocks]"),
    ([section(text=mrkdwn(3001))], "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"),
    ([section(text=mrkdwn(0))], "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
    ([section()], "must define either `text` or `fields` [json-pointer:/blocks/0]"),
    ([section(text="words")], "must provide an object [json-pointer:/blocks/0/text]"),
    ([section(text=plain(1), colour="red")], "invalid additional property: colour [json-pointer:/blocks/0]"),
    ([section(fields=[plain(1)] * 11)], "no more than 10 items allowed [json-pointer:/blocks/0/fields]"),
    ([section(fields=[plain(2001)])], "must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]"),
    (
        [DIVIDER, {"type": "header", "text": plain(151)}],
        "must be less than 151 characters [json-pointer:/blocks/1/text/text]",
    ),
    ([{"type": "header", "text": mrkdwn(5)}], "unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]"),
    ([actions()], "must provide at least 1 items [json-pointer:/blocks/0/elements]"),
    (
        [actions(*(button(action_id=f"a{i}") for i in range(26)))],
        "no more than 25 items allowed [json-pointer:/blocks/0/elements]",
    ),
    (
        [actions(button(text=plain(76)))],
        "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]",
    ),
    (
        [actions(button(value="v" * 2001))],
        "must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]",
    ),
    ([actions(button(url="u" * 3001))], "must be less than 3001 characters [json-pointer:/blocks/0/elements/0/url]"),
    (
        [actions(button(action_id="a" * 256))],
        "must be less than 256 characters [json-pointer:/blocks/0/elements/0/action_id]",
    ),
    ([actions(button(style="loud"))], "must be one of 'primary' or 'danger' [json-pointer:/blocks/0/elements/0/style]"),
    ([actions(button(), button())], '`action_id` "approve" already exists [json-pointer:/blocks/0/elements]'),
    ([DIVIDER | {"block_id": "one"}] * 2, '`block_id` "one" already exists [json-pointer:/blocks]'),
    ([DIVIDER | {"block_id": "{0}"}] * 2, '`block_id` "{0}" already exists [json-pointer:/blocks]'),
    ([DIVIDER | {"block_id": "b" * 256}], "must be less than 256 characters [json-pointer:/blocks/0/block_id]"),
    (
        [actions(button(confirm=confirm(title=plain(101))))],
        "must be less than 101 characters [json-pointer:/blocks/0/elements/0/confirm/title/text]",
    ),
    (
        [actions(button(confirm=confirm(text=mrkdwn(301))))],
        "must be less than 301 characters [json-pointer:/blocks/0/elements/0/confirm/text/text]",
    ),
    (
        [actions(button(confirm=confirm(deny=plain(31))))],
        "must be less than 31 characters [json-pointer:/blocks/0/elements/0/confirm/deny/text]",
    ),
    (
        [{"type": "context", "elements": [plain(1)] * 11}],
        "no more than 10 items allowed [json-pointer:/blocks/0/elements]",
    ),
    (
        [{"type": "image", "image_url": "https://example.com"}],
        "missing required field: alt_text [json-pointer:/blocks/0]",
    ),
    ([{"type": "carousel"}], "unsupported type: carousel [json-pointer:/blocks/0/type]"),
    ([{"text": plain(1)}], "missing required field: type [json-pointer:/blocks/0]"),
    ([actions({"type": "datepicker"})], "unsupported type: datepicker [json-pointer:/blocks/0/elements/0/type]"),
    ([MODAL["blocks"][0]], "unsupported type: input [json-pointer:/blocks/0/type]"),  # type: ignore[index]
]


def test_blocks_at_every_limit_are_taken() -> None:
    """A message may be as large as Slack says it may."""
    check_blocks(FULL)


@pytest.mark.parametrize(("blocks", "fault"), TOO_MUCH, ids=[fault for _, fault in TOO_MUCH])
def test_blocks_beyond_a_limit_are_refused_with_the_place(blocks: list[Json], fault: str) -> None:
    """The first fault is worded as Slack words it."""
    with pytest.raises(SlackError) as refusal:
        check_blocks(blocks)
    assert refusal.value.code == "invalid_blocks"
    assert refusal.value.messages[0] == fault


def test_every_fault_is_named() -> None:
    """Two bad blocks give two messages."""
    with pytest.raises(SlackError) as refusal:
        check_blocks([section(text=mrkdwn(3001)), {"type": "carousel"}])
    assert len(refusal.value.messages) == 2


def test_blocks_that_are_no_list_have_a_code_of_their_own() -> None:
    """An object instead of an array is a fault of format."""
    with pytest.raises(SlackError, match="invalid_blocks_format"):
        check_blocks({"type": "divider"})


VIEWS = [
    ({"title": plain(25)}, "must be less than 25 characters [json-pointer:/view/title/text]"),
    ({"blocks": [DIVIDER] * 101}, "no more than 100 items allowed [json-pointer:/view/blocks]"),
    ({"submit": None}, "must define `submit` to use an `input` block in modals [json-pointer:/view]"),
    ({"type": "home"}, "unsupported type: home [json-pointer:/view/type]"),
    ({"private_metadata": "m" * 3001}, "must be less than 3001 characters [json-pointer:/view/private_metadata]"),
]


@pytest.mark.parametrize(("change", "fault"), VIEWS, ids=[fault for _, fault in VIEWS])
def test_a_modal_beyond_a_limit_is_refused_with_the_place(change: Json, fault: str) -> None:
    """A modal's faults are invalid arguments."""
    with pytest.raises(SlackError) as refusal:
        check_view(MODAL | change)
    assert (refusal.value.code, refusal.value.messages[0]) == ("invalid_arguments", fault)


def test_a_modal_within_the_limits_is_taken() -> None:
    """A hundred blocks and a title of 24 characters are allowed."""
    check_view(MODAL | {"title": plain(24), "blocks": [*MODAL["blocks"], *[DIVIDER] * 99]})


def test_a_modal_above_250_kb_is_too_large() -> None:
    """Size is looked at before shape."""
    with pytest.raises(SlackError, match="view_too_large"):
        check_view(MODAL | {"private_metadata": "m" * 260_000})
