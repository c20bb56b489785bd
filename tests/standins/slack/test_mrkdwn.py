"""Slack's markup as HTML."""

import pytest

from standins.slack.mrkdwn import mrkdwn, plain_text

RENDERED = [
    ("*live*", "<strong>live</strong>"),
    ("_soon_ ~never~", "<em>soon</em> <s>never</s>"),
    ("`a*b*c`", "<code>a*b*c</code>"),
    ("```\nx = 1\n```", "<pre><code>x = 1</code></pre>"),
    ("2 * 3 * 4, snake_case_name", "2 * 3 * 4, snake_case_name"),
    ("*see <https://a.b/c_d|the _page_>*", '<strong>see <a href="https://a.b/c_d"'),
    ("<https://a.b/?x=1&amp;y=2>", 'href="https://a.b/?x=1&amp;y=2"'),
    ("<@U0GRACE> in <#C0RELEASES|releases>", '<span class="mention">@Grace Hopper</span>'),
    (":rocket:", 'aria-label="rocket">🚀</span>'),
    (":no_such_emoji:", ":no_such_emoji:"),
    ("one\ntwo", "one<br>two"),
    ("&gt; said", "<blockquote>said</blockquote>"),
    ("1 &lt; 2 &amp;&amp; 3", "1 &lt; 2 &amp;&amp; 3"),
    ("<!date^0^{date_num}|then>", ">1970-01-01</time>"),
    ("<!date^never^{date_num}|then>", "then"),
]


@pytest.mark.parametrize(("text", "html"), RENDERED)
def test_markup_is_rendered(text: str, html: str) -> None:
    """As Slack shows it."""
    assert html in mrkdwn(text)


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "*<img src=x onerror=alert(1)>*",
        "`<b>`",
        "```<b>```",
        "<javascript:alert(1)|press me>",
        '<https://a.b/"onmouseover="alert(1)|x>',
        "<@U0ADA|<b>>",
        "<!date^0^<b>|x>",
    ],
)
def test_nothing_from_outside_becomes_markup(text: str) -> None:
    """No tag, no attribute and no scheme that runs gets through."""
    html = str(mrkdwn(text))
    for danger in ("<script", "<img", "<b>", 'href="javascript', '"onmouseover'):
        assert danger not in html


def test_plain_text_has_emoji_and_nothing_else() -> None:
    """Stars are stars there."""
    assert plain_text("*a* :x: <b>") == ('*a* <span class="emoji" role="img" aria-label="x">❌</span> &lt;b&gt;')
    assert plain_text(":x:", emoji=False) == ":x:"
