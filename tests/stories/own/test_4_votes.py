"""People answer in Slack and on their pages: a rejection, late clicks, two approvals."""

from __future__ import annotations

import base64
import json
import time
from functools import partial
from urllib.parse import urlencode

import httpx
import pytest
from playwright.sync_api import expect

from tests.support.paths import ROOT
from tests.support.rehearsals import STORY_TIMEOUT, Result
from tests.support.rehearsed_answers import Person, Stack, until
from tests.support.rehearsed_operator import Operator
from tests.support.rehearsed_presses import press, signed, signing_secret
from tests.support.rehearsed_questions import NOTHING_YET, Asked, unanswered

GOLDEN = ROOT / "service" / "suite" / "golden"

pytestmark = [pytest.mark.timeout(STORY_TIMEOUT)]


@pytest.fixture(scope="module")
def users(played: Result, stack: Stack) -> int:
    """Ask production about seven pictures, as its users do, until its instance has brought what it sampled."""
    picture = f"data:image/png;base64,{base64.b64encode((GOLDEN / '7.png').read_bytes()).decode()}"
    for _ in range(7):
        httpx.post(played.output("ProductionUrl") + "/predict", json={"image": picture}, timeout=10).raise_for_status()
    until(stack.sampled, "sampled requests are in the bucket")
    return 7


@pytest.fixture(scope="module")
def own(played: Result, stack: Stack, users: int) -> Asked:
    """A model that Ada uploaded waits for an answer."""
    return Asked(stack.upload("v2", "adas", author="ada@example.com")).wait(played, stack)


def test_nobody_approves_their_own_model(own: Asked, stack: Stack, ada: Person, grace: Person) -> None:
    """Whoever tries is told why, and nobody else sees it; the question stands."""
    ada.approve(own.release)
    ada.word("You uploaded digits-")
    expect(grace.card(own.release)).to_contain_text("Waiting for an answer")
    grace.channel.reload()
    expect(grace.words()).to_have_count(0)
    assert unanswered(stack, own.release) == NOTHING_YET


def test_what_users_asked_of_production_is_asked_again(own: Asked, users: int, stack: Stack, ada: Person) -> None:
    """Of what waits, too: the same model answers the same. What the smoke tests asked is not among it."""
    smoke = stack.release(own.release)["smoke"]["staging"]
    asked = smoke["replayed"]
    assert users <= asked < 100
    assert smoke["replayed_changed"] == 0
    expect(ada.card(own.release)).to_contain_text(f"0 of {asked} sampled requests changed")


@pytest.fixture(scope="module")
def newer(played: Result, stack: Stack, own: Asked) -> Asked:
    """A newer one waits for an answer, of content that is known."""
    return Asked(stack.upload("v2", "again", force="Are the labels right now?")).wait(played, stack)


def test_a_newer_upload_takes_the_place_of_one_that_waits(
    own: Asked, newer: Asked, played: Result, stack: Stack, ada: Person
) -> None:
    """Its card says so, and asks nothing any more."""
    assert stack.until(own.release, "superseded")["queueing"]["superseded_by"] == newer.release
    expect(ada.card(own.release)).to_contain_text(f"{own.release}: Superseded by {newer.release}.")
    expect(ada.card(own.release).get_by_role("button")).to_have_count(0)


WHY_NOT = "It reads some sevens as ones & that is <wrong>"


@pytest.fixture(scope="module")
def rejected(newer: Asked, stack: Stack, grace: Person) -> Asked:
    """Grace rejects it, and says why in the modal."""
    grace.reject(newer.release, WHY_NOT)
    stack.until(newer.release, "rejected")
    return newer


def test_a_rejection_says_why_everywhere(rejected: Asked, stack: Stack, ada: Person) -> None:
    """On the card, in the ledger, and in CodePipeline's console."""
    answer = stack.release(rejected.release)["approval"]["decision"]
    assert (answer["by"], answer["source"], answer["reason"]) == ("grace@example.com", "slack", WHY_NOT)
    expect(ada.card(rejected.release)).to_contain_text(f"{rejected.release}: Rejected.")
    expect(ada.card(rejected.release)).to_contain_text(WHY_NOT)
    told = stack.action(rejected.release, "Approve")["output"]["executionResult"]
    assert told["externalExecutionSummary"] == f"rejected by grace@example.com in slack: {WHY_NOT}"


@pytest.fixture(scope="module")
def next_one(account: Operator, stack: Stack, rejected: Asked) -> Asked:
    """One more, about which two people are asked, as about all that follow; its model is sent in parts.

    Slipway is told of the marker first, and looks again later.
    """
    stack.set_variable("REQUIRED_APPROVALS", "2")
    waited = partial(account.until_called, "ReceiveUpload", "sqs:SendMessage")
    notes = "The labels were looked through by hand."
    return Asked(stack.upload("v2", "next", while_sent=waited, notes=notes))


def test_a_model_that_is_still_being_sent_is_waited_for(next_one: Asked, stack: Stack) -> None:
    """The release is of what came last, whose parts S3 knows."""
    assert stack.release(next_one.release)["state"] not in ("refused", "superseded")
    assert stack.is_in_parts(stack.release(next_one.release)["prefix"])


def _press_again(played: Result, asked: Asked, user: str) -> None:
    """Send what Slack would send for a card that is still shown as it was."""
    known = httpx.get(f"http://127.0.0.1:{played.base + 1}/state", timeout=10).json()["interactions"]
    where = next(one["response_url"] for one in reversed(known) if one["response_url"] and one["user"] == user)
    action = {"action_id": "approve", "value": asked.value}
    sender = {"team": {"id": "T0LOCAL"}, "user": {"id": user}}
    payload = {"type": "block_actions", "actions": [action], "response_url": where, **sender}
    body = urlencode({"payload": json.dumps(payload)}).encode()
    assert press(played, signed(signing_secret(played), body, int(time.time())), body).status_code == 200


def test_a_click_that_comes_too_late_decides_nothing(
    own: Asked, rejected: Asked, next_one: Asked, played: Result, stack: Stack, grace: Person
) -> None:
    """It is acknowledged, and whoever clicked is told what became of the question."""
    before = [stack.release(asked.release) for asked in (own, rejected)]
    _press_again(played, own, "U0GRACE")
    _press_again(played, rejected, "U0GRACE")
    grace.word(f"{own.release} is not waiting for an answer any more: Superseded by {rejected.release}.")
    grace.word(f"{rejected.release} was already rejected by grace@example.com.")
    assert [stack.release(asked.release) for asked in (own, rejected)] == before


@pytest.fixture(scope="module")
def half(next_one: Asked, played: Result, stack: Stack, ada: Person) -> Asked:
    """Ada has opened her link, approved on the card, and approved once more on the page that she had open."""
    asked = next_one.wait(played, stack)
    page = ada.open(ada.link(asked.release))
    ada.approve(asked.release)
    expect(ada.card(asked.release)).to_contain_text("1 of 2 approvals")
    page.get_by_role("button", name=f"Approve {asked.release}").click()
    expect(page.get_by_text("You have approved it.")).to_be_visible()
    expect(page.get_by_text("1 of 2 approvals so far")).to_be_visible()
    return asked


def test_who_votes_twice_has_one_vote(half: Asked, stack: Stack, ada: Person) -> None:
    """Whichever way the votes come."""
    item = stack.release(half.release)
    assert (item["state"], [vote["by"] for vote in item["approval"]["votes"]]) == ("waiting", ["ada@example.com"])
    expect(ada.card(half.release)).to_contain_text("1 of 2 approvals")
    expect(ada.card(half.release)).to_contain_text("@Ada Lovelace")


@pytest.fixture(scope="module")
def graces(half: Asked, stack: Stack) -> str:
    """The address of Grace's own review page, as her mail has it."""
    mail = stack.mailed("grace@example.com", f"{half.release} waits for your answer")
    return next(word for word in str(mail["message"]).split() if "/review?t=" in word)


def test_looking_at_a_review_page_decides_nothing(half: Asked, graces: str, stack: Stack, grace: Person) -> None:
    """Neither does a link that anything was changed of: it opens nothing."""
    before = stack.release(half.release)
    assert grace.status(graces) == 200
    for place in (graces.index("?t=") + 8, len(graces) - 25, len(graces) - 1):
        other = "A" if graces[place] != "A" else "B"
        assert grace.status(graces[:place] + other + graces[place + 1 :]) == 403
    assert stack.release(half.release) == before


@pytest.fixture(scope="module")
def approved(half: Asked, graces: str, stack: Stack, grace: Person) -> Asked:
    """Grace has looked at the evidence behind the link in her mail, and approved with a reason."""
    page = grace.open(graces)
    expect(page.get_by_text("for grace@example.com only")).to_be_visible()
    expect(page.get_by_text("All 16 checks passed.")).to_be_visible()
    page.get_by_label("Reason").fill("Sevens look right")
    page.get_by_role("button", name=f"Approve {half.release}").click()
    expect(page.get_by_text("Approved by grace@example.com.")).to_be_visible()
    stack.until(half.release, "live")
    return half


def test_two_of_two_put_it_into_production(approved: Asked, played: Result, stack: Stack, ada: Person) -> None:
    """The second vote is the answer; the card shows it and its reason."""
    answer = stack.release(approved.release)["approval"]["decision"]
    assert (answer["by"], answer["source"], answer["reason"]) == ("grace@example.com", "page", "Sevens look right")
    assert httpx.get(played.output("ProductionUrl") + "/version", timeout=10).json()["release"] == approved.release
    expect(ada.card(approved.release)).to_contain_text(f"{approved.release}: Live.")
    expect(ada.card(approved.release)).to_contain_text("Approved by @Grace Hopper on the review page")
