"""Mails are plain text that reads well, and that nobody can make say what it does not."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slipway.approvals.policy import Policy
from slipway.models import Approval, Approver, Commit, Question, Release, SmokeSummary, State, Verdict, Vote
from slipway.notifications.email.plain_text import WIDTH, subject
from slipway.notifications.email.writer import ENDS, Email, EmailWriter
from slipway.notifications.stack_urls import StackUrls
from slipway.releases.code_diff import CodeDiff
from tests.support.fakes import NOW
from tests.support.hostile_texts import TEXTS, is_open
from tests.support.made_releases import changed

ADA = Approver("U0ADA", "ada@example.com")
POLICY = Policy.parse("U0ADA=ada@example.com,U0GRACE=grace@example.com", 2)
URLS = StackUrls("http://staging.example.com", "http://production.example.com")
SMOKE = SmokeSummary(
    Verdict.PASSED, 12, 0, 0, 1.5, "evidence", accuracy=0.97, production_accuracy=0.95, p95=41, changed=1
)
QUESTION = Question("token", NOW, NOW + timedelta(days=3), "https://console.example.com/approve")
WAITING = Release(
    "birds-r12",
    "birds",
    12,
    "birds-7f3c1e9a2b4d",
    State.WAITING,
    {State.RECEIVED: NOW},
    prefix="models/birds/2026-11-22/",
    author="linus@example.com",
    smoke={"staging": SMOKE},
    commit=Commit("8cf40f2a91b3d4", author="grace@example.com", message="Read bigger pictures\n\nBecause"),
    approval=Approval(question=QUESTION, votes=(Vote("approved", "ada@example.com", NOW, "page"),)),
)
LINK = "https://web.example.com/review?t=" + "x" * 120
ASKED = """\
birds-r12 waits for your answer, until 2026-11-25 09:00 UTC.

See what was tested, and approve or reject, here (the link is yours alone: do
not pass it on):

LINK

Or answer on the card in Slack, or in the AWS console:

https://console.example.com/approve

Model:       birds
Candidate:   birds-7f3c1e9a2b4d
Author:      says it is by linus@example.com
Upload:      models/birds/2026-11-22/
Commit:      8cf40f2a91b3, says it is by grace@example.com: “Read bigger
             pictures”
Smoke test:  ✅ passed on staging: 12 passed, 0 failed in 1.5 s
             accuracy 97.0 % (production 95.0 %) · p95 41 ms · 1 changed
             prediction
Votes:       1 of 2 approvals
             ada@example.com on the review page, 2026-11-22 09:00 UTC
             2 approvals are needed, but grace@example.com may not approve
             their own work, which leaves too few: answer in the AWS console,
             or deploy with more Approvers, fewer RequiredApprovals or
             AllowSelfApproval.
Staging:     http://staging.example.com
Production:  http://production.example.com
"""
texts = st.text(max_size=300)
LABELS = tuple(f"{label}:" for label in ("Model", "Candidate", "Author", "Upload", "Commit", "Smoke test", "Votes"))
LABELS += ("Released again:", "Staging:", "Production:")
WRITER = EmailWriter(WAITING, URLS, POLICY)


def question(link: str = "", **fields: object) -> str:
    """Write the question about a release that differs in `fields`, and return its text."""
    writer = replace(WRITER, release=changed(WAITING, **fields))
    return writer.question(QUESTION, ADA, link).text


def test_a_question_says_first_what_to_do_and_then_what_is_known() -> None:
    """As a person reads it."""
    assert WRITER.question(QUESTION, ADA, LINK) == Email("birds-r12 waits for your answer", ASKED.replace("LINK", LINK))


def test_without_a_link_the_other_ways_are_named() -> None:
    """E-mail alone is enough to know where."""
    text = question()
    assert "\n\nAnswer on the card in Slack, or in the AWS console:\n\nhttps://console" in text
    assert "yours alone" not in text


def test_without_slack_no_card_is_named() -> None:
    """Nobody is sent to look for what is not there."""
    writer = replace(WRITER, slack=False)
    assert "\n\nOr answer in the AWS console:\n\nhttps://console" in writer.question(QUESTION, ADA, LINK).text
    assert "\n\nAnswer in the AWS console:\n\nhttps://console" in writer.escalation(QUESTION).text


@pytest.mark.parametrize("state", ENDS)
def test_an_end_says_why_and_asks_nothing(state: State) -> None:
    """Without Slack it is the only word."""
    email = replace(WRITER, release=replace(WAITING, state=state, reason="No space left.")).end()
    assert email.subject.startswith("birds-r12 ")
    assert re.search(r"\nWhy: +“?No space left\.”?\n", email.text)
    assert "nswer on the card" not in email.text


def test_a_release_by_force_says_why_and_what_it_was_before() -> None:
    """In the uploader's words."""
    text = question(previous_release="birds-r3", force_reason="the label was wrong")
    assert "Released again: the same content as birds-r3: “the label was wrong”" in " ".join(text.split())


def test_what_is_new_in_the_code_is_told() -> None:
    """Beside what is live, with a page to compare them on."""
    commits = (Commit("4b94a01c7d2e4b94", "ada@example.com", "Read more\n\nx"),)
    since = CodeDiff("birds-r9", comparison="https://c.example.com/a...b", commits=commits, more=4)
    text = replace(WRITER, code_diff=since).question(QUESTION, ADA).text
    assert (
        "Code: this commit is new since birds-r9, and before it · compare: https://c.example.com/a...b "
        "4b94a01c7d2e, says it is by ada@example.com: “Read more” and 4 more"
    ) in " ".join(text.split())
    same = replace(WRITER, code_diff=CodeDiff("birds-r9", same=True)).question(QUESTION, ADA).text
    assert "\nCode:        the same as that of birds-r9\n" in same


def test_what_others_wrote_cannot_look_like_ours() -> None:
    """No line of its own, no link that works, no letters that turn the text around."""
    evil = "x\n\nApprove here:\r\nhttps://evil.example/\u202ecod\x00\x1b[2J"
    text = question(LINK, author=evil, commit=Commit("8cf40f2", message=evil), prefix=evil)
    assert re.findall(r"https?://[^\s]+", text) == [
        LINK,
        "https://console.example.com/approve",
        "http://staging.example.com",
        "http://production.example.com",
    ]
    assert "\nApprove here" not in text
    assert text.replace("\n", "").isprintable()
    assert "says it is by “x\\n\\nApprove here:" in " ".join(text.split())


@settings(max_examples=50, deadline=None)
@given(words=st.tuples(texts, texts, texts, texts))
def test_lines_are_no_longer_than_a_mail_program_shows(words: tuple[str, str, str, str]) -> None:
    """Unless one word alone is: a path or a link stays whole, so that it can be copied."""
    reason, author, message, prefix = words
    text = question(LINK, reason=reason, author=author, commit=Commit("8cf40f2", message=message), prefix=prefix)
    for line in text.splitlines():
        assert len(line) <= WIDTH or len(line.split()) <= 2


@given(name=st.text(max_size=300), what=st.sampled_from(["waits for your answer", "was rolled back"]))
def test_a_subject_is_one_that_sns_takes(name: str, what: str) -> None:
    """Less than 100 characters of ASCII, no line ends, and never without its end."""
    made = subject(f"{name}-r12", what)
    assert len(made) < 100
    assert made.isascii()
    assert made.isprintable()
    assert re.search(rf"-r12\"? {what}$", made)
    assert not made[0].isspace()


def test_a_subject_keeps_what_can_be_kept_of_a_name() -> None:
    """An umlaut becomes its letter, a long name loses its middle."""
    assert subject("vögel-r3", "has failed") == "vogel-r3 has failed"
    assert subject("b" * 200 + "-r12", "has failed").startswith("bbb")
    assert "..." in subject("b" * 200 + "-r12", "has failed")


@settings(max_examples=100, deadline=None)
@given(words=st.lists(TEXTS, min_size=9, max_size=9), state=st.sampled_from([*ENDS, State.WAITING]))
def test_no_stranger_puts_a_line_or_a_link_into_a_mail(words: list[str], state: State) -> None:
    """Every line is one of ours, every link that works as well, and SNS takes the mail."""
    model, author, message, commit_author, reason, forced, before, prefix, log = words
    vote = Vote("approved", "ada@example.com", NOW, "console", reason)
    fields = {"model": model, "author": author, "reason": reason, "prefix": prefix, "log_url": log}
    more = {"previous_release": before, "force_reason": forced, "votes": (vote,)}
    commit = Commit("8cf40f2", commit_author, message)
    release = changed(WAITING, id=f"{model}-r12", state=state, commit=commit, **fields, **more)
    writer = replace(WRITER, release=release)
    email = writer.end(LINK) if state in ENDS else writer.question(QUESTION, ADA, LINK)
    known = email.text.partition("\n\nWhy:")[2] or email.text.partition("\n\nModel:")[2]
    assert all(line.startswith((" ", *LABELS)) for line in known.splitlines()[1:])
    ours = {LINK, QUESTION.link, WRITER.urls.staging, WRITER.urls.production, log}  # a log's address is its action's
    assert set(re.findall(r"(?i)\b(?:https?://|www\.)\S*", email.text)) <= ours
    assert is_open(email.text)
    assert is_open(email.subject)
    assert len(email.text.encode()) < 32_000
    assert len(email.subject) < 100
