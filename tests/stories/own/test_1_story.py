"""The whole story, played with the real tools, and what must be true when it is over."""

from __future__ import annotations

import base64
import json
import re

import httpx
import pytest

from tests.support.paths import ROOT
from tests.support.rehearsals import RUN, STORY_TIMEOUT, Result
from tests.support.rehearsed_answers import button

GOLDEN = ROOT / "service" / "suite" / "golden"

pytestmark = [pytest.mark.timeout(STORY_TIMEOUT)]


def test_the_story_goes_as_told(played: Result) -> None:
    """Two models go live one after the other, two are stopped, and only two questions are asked."""
    told = [(one["sample"], one["state"], one["answered_by"]) for one in played.summary["releases"]]
    assert told[:2] == [("v1", "retired", "ada@example.com"), ("v2", "live", "ada@example.com")]
    assert [(sample, state) for sample, state, _ in told[2:]] == [("worse", "failed"), ("broken", "failed")]
    assert played.summary["approvals_asked"] == 2


def test_production_serves_what_was_approved(played: Result) -> None:
    """The passport at /version names the second release, its candidate, and its image by digest."""
    passport = httpx.get(played.output("ProductionUrl") + "/version", timeout=10).json()
    second = played.summary["releases"][1]
    assert (passport["release"], passport["candidate"]) == (second["release"], second["candidate"])
    assert "@sha256:" in passport["image"]
    assert all(len(file["sha256"]) == 64 and file["version_id"] for file in passport["files"])


@pytest.mark.parametrize("output", ["StagingUrl", "ProductionUrl"])
def test_both_environments_read_every_golden_picture(played: Result, output: str) -> None:
    """A real model behind real HTTP; staging was put back to what production runs."""
    for digit in range(10):
        picture = base64.b64encode((GOLDEN / f"{digit}.png").read_bytes()).decode()
        answer = httpx.post(
            played.output(output) + "/predict", json={"image": f"data:image/png;base64,{picture}"}, timeout=10
        )
        assert answer.json()["prediction"]["winning_class"] == str(digit)


@pytest.mark.parametrize("output", ["StagingUrl", "ProductionUrl"])
def test_a_picture_that_is_none_is_refused(played: Result, output: str) -> None:
    """4xx, and JSON that says why."""
    answer = httpx.post(played.output(output) + "/predict", json={"image": "data:image/png;base64,AAAA"}, timeout=10)
    assert 400 <= answer.status_code < 500
    assert answer.json()["error"]


def test_each_release_has_one_card(played: Result) -> None:
    """Posted once, changed in place, without a question in the end."""
    cards = [message for message in played.slack() if not message.get("thread_ts")]
    assert sorted(card["text"].split(" ")[1] for card in cards) == [f"digits-r{number}:" for number in range(1, 5)]
    assert not [card for card in cards if button(card, "approve")]


def test_each_question_was_mailed_to_each_approver(played: Result) -> None:
    """Two questions, a mail to each person, a copy to the team; nobody gets what is addressed to somebody else."""
    mails = [json.loads(line) for line in (RUN / "mail.jsonl").read_text().splitlines()]
    asked = sorted((mail["subject"], mail["to"]) for mail in mails if mail["subject"].endswith(" answer"))
    assert asked == [
        (f"digits-r{number} waits for {whose} answer", f"{to}@example.com")
        for number in (1, 2)
        for whose, to in (("an", "team"), ("your", "ada"), ("your", "grace"))
    ]


def test_the_author_was_mailed_how_each_release_fared(played: Result) -> None:
    """And nobody else but the team heard of what failed before anybody was asked."""
    mails = [json.loads(line) for line in (RUN / "mail.jsonl").read_text().splitlines()]
    told = {(mail["to"].partition("@")[0], mail["subject"]) for mail in mails if mail["subject"].startswith("digits-r")}
    fared = {f"digits-r{number} {what}" for number in (1, 2) for what in ("waits for approval", "is live")}
    failed = {f"digits-r{number} has failed" for number in (3, 4)}
    assert {subject for to, subject in told if to == "linus"} == fared | failed
    assert {(to, subject) for to, subject in told if subject in failed and to != "linus"} == {
        ("team", subject) for subject in failed
    }


def test_every_link_in_the_channel_and_in_the_mails_leads_to_this_machine(played: Result) -> None:
    """Where the console would be, there is what it would show: nobody needs an account."""
    said = json.dumps(played.slack()).replace("&amp;", "&") + (RUN / "mail.jsonl").read_text().replace("\\n", " ")
    links = set(re.findall(r"https?://[^\s|>\"\\]+", said))
    assert not [link for link in links if not re.match(r"http://(127\.0\.0\.1|[\w.-]+\.localhost):\d+", link)]
    looks = {link: httpx.get(link, timeout=10).status_code for link in links if "/console/" in link}
    assert {"/s3/object/", "/timeline", "/log", "/codepipeline/home"} <= {_kind(link) for link in looks}
    assert set(looks.values()) == {200}


def _kind(link: str) -> str:
    path = link.partition("?")[0]
    return next((kind for kind in ("/s3/object/", "/codepipeline/home") if kind in path), "/" + path.rpartition("/")[2])
