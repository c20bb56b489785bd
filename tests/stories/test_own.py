"""The whole story, played with the real tools, and what must be true when it is over."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from playwright.sync_api import Browser, expect

from rehearsal import catching_up
from tests.support.documented import commands, words
from tests.support.paths import ROOT
from tests.support.rehearsals import RUN, Result, free_ports, is_free, kept_rehearsal
from tests.support.rehearsed_answers import PATIENCE, Item, Person, Stack, button, until
from tests.support.rehearsed_operator import Operator

GOLDEN = ROOT / "service" / "suite" / "golden"
LIMIT = 360.0  # seconds, with cold caches

pytestmark = [pytest.mark.timeout(LIMIT + 60)]


@pytest.fixture(scope="module")
def played() -> Iterator[Result]:
    """Play the story of Slipway's own pipeline."""
    with kept_rehearsal() as found:
        yield found


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


def _keys(node: Any) -> Any:
    """Reduce a document to its shape: names, and the types of what they hold."""
    if isinstance(node, dict):
        return {name: _keys(value) for name, value in node.items()}
    return type(node).__name__


def _log(kind: str) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in (RUN / "logs" / "events.jsonl").read_text().splitlines()]
    return [line["body"] for line in lines if line["kind"] == kind]


def _sample(name: str) -> Any:
    return json.loads((ROOT / "events" / f"{name}.json").read_text())


def test_approval_notices_have_the_documented_shape(played: Result) -> None:
    """The rules' tests read the same shape from events/."""
    documented = json.loads(_sample("approval-notice")["Records"][0]["Sns"]["Message"])
    assert [_keys(notice) for notice in _log("notice")] == [_keys(documented)] * 2


@pytest.mark.parametrize(
    ("sample", "detail"),
    [
        ("object-created", {}),
        ("pipeline-started", {"state": "STARTED"}),
        ("pipeline-succeeded", {"state": "SUCCEEDED"}),
        ("pipeline-failed", {"state": "FAILED"}),
        ("deploy-started", {"stage": "Staging", "action": "Deploy", "state": "STARTED"}),
        ("smoke-test-failed", {"stage": "Staging", "action": "SmokeTest", "state": "FAILED"}),
    ],
)
def test_events_have_the_documented_shape(played: Result, sample: str, detail: dict[str, str]) -> None:
    """Everything that a documented sample has, of the same type, is in the events that were seen."""
    documented = _sample(sample)
    alike = [
        event
        for event in _log("event")
        if event["detail-type"] == documented["detail-type"] and detail.items() <= event["detail"].items()
    ]
    assert alike
    for event in alike:
        missing = _missing(_keys(documented), _keys(event))
        assert not missing, f"{sample}: {missing}"


def _missing(documented: Any, seen: Any, path: str = "") -> list[str]:
    if not isinstance(documented, dict):
        return [] if documented == seen else [f"{path} is {seen}, not {documented}"]
    if not isinstance(seen, dict):
        return [f"{path} is {seen}"]
    absent = [f"{path}.{name} is absent" for name in documented if name not in seen]
    return absent + [
        miss for name in documented if name in seen for miss in _missing(documented[name], seen[name], name)
    ]


def test_jobs_have_the_documented_shape_and_their_credentials_stay_out_of_the_log(played: Result) -> None:
    """What the functions were called with is what AWS calls them with."""
    documented = _keys(_sample("job-smoke-test")["CodePipeline.job"])
    jobs = [job["CodePipeline.job"] for job in _log("job")]
    assert jobs
    assert not [missing for job in jobs for missing in _missing(documented, _keys(job))]
    assert {value for job in jobs for value in job["data"]["artifactCredentials"].values()} == {"***"}


def _signed(secret: str, body: bytes, stamp: int) -> dict[str, str]:
    digest = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    return {
        "content-type": "application/x-www-form-urlencoded",
        "x-slack-request-timestamp": str(stamp),
        "x-slack-signature": f"v0={digest}",
    }


def _press(played: Result, headers: dict[str, str], body: bytes) -> httpx.Response:
    host = played.output("WebUrl").split("/")[2].replace("on.aws", f"localhost:{played.base}")
    address = f"http://127.0.0.1:{played.base}/slack"
    return httpx.post(address, content=body, headers={**headers, "host": host}, timeout=20)


def _secret(played: Result) -> str:
    content = played.client("secretsmanager").get_secret_value(SecretId=played.output("SlackSecret"))["SecretString"]
    return str(json.loads(content)["signing_secret"])


PRESS = urlencode(
    {
        "payload": json.dumps(
            {
                "type": "block_actions",
                "team": {"id": "T0LOCAL"},
                "user": {"id": "U0GRACE"},
                "actions": [{"action_id": "approve", "value": "digits-r3"}],
            }
        )
    }
).encode()


@pytest.mark.parametrize("forgery", ["wrong secret", "old", "from the future", "changed body", "no headers"])
def test_a_forged_press_gets_401_and_changes_nothing(played: Result, forgery: str) -> None:
    """Whoever cannot sign cannot decide."""
    secret = "another" if forgery == "wrong secret" else _secret(played)
    age = {"old": 301, "from the future": -330}.get(forgery, 0)
    headers = _signed(secret, PRESS, int(time.time()) - age)
    body = PRESS.replace(b"U0GRACE", b"U0ADA") if forgery == "changed body" else PRESS
    before = played.ledger()
    assert _press(played, {} if forgery == "no headers" else headers, body).status_code == 401
    assert played.ledger() == before


def test_a_press_that_comes_too_late_is_acknowledged_and_changes_nothing(played: Result) -> None:
    """A signed press on a card whose release has ended."""
    before = played.ledger()
    assert _press(played, _signed(_secret(played), PRESS, int(time.time())), PRESS).status_code == 200
    assert played.ledger() == before


def test_the_sweep_runs_with_its_own_role(played: Result) -> None:
    """Its permissions are enough, and nothing waits."""
    functions = played.client("lambda").list_functions()["Functions"]
    name = next(one["FunctionName"] for one in functions if "-Sweep-" in one["FunctionName"])
    answer = played.client("lambda").invoke(FunctionName=name, Payload=b"{}")
    assert json.loads(answer["Payload"].read()) == {"ended": [], "stranded": [], "resumed": [], "reminded": []}


@pytest.fixture(scope="module")
def stack(played: Result) -> Stack:
    """The stack after the story."""
    return Stack(played.client, played.output, RUN)


@pytest.fixture(scope="module")
def browser(browser: Browser) -> Browser:
    """One Chromium for everybody, as patient as a release takes."""
    expect.set_options(timeout=PATIENCE * 1000)
    return browser


@pytest.fixture(scope="module")
def ada(played: Result, browser: Browser) -> Person:
    """An approver."""
    return Person(browser, f"http://127.0.0.1:{played.base + 1}/", "U0ADA")


@pytest.fixture(scope="module")
def grace(played: Result, browser: Browser) -> Person:
    """Another one."""
    return Person(browser, f"http://127.0.0.1:{played.base + 1}/", "U0GRACE")


@dataclass
class Asked:
    """A release that people were asked about, and what its button Approve carried then."""

    release: str
    value: str = ""

    def wait(self, played: Result, stack: Stack) -> Asked:
        """Wait until its card asks."""
        stack.until(self.release, "waiting")
        approve = until(lambda: button(_card(played, self.release), "approve"), f"a button for {self.release}")
        assert approve
        self.value = approve["value"]
        return self


def _card(played: Result, release: str) -> Item:
    return next(message for message in played.slack() if f" {release}: " in message["text"])


def _unanswered(stack: Stack, release: str) -> tuple[str, list[Any], bool]:
    item = stack.release(release)
    return item["state"], item["approval"].get("votes", []), "decision" in item["approval"]


NOTHING_YET: tuple[str, list[Any], bool] = ("waiting", [], False)


@pytest.fixture(scope="module")
def own(played: Result, stack: Stack) -> Asked:
    """A model that Ada uploaded waits for an answer."""
    return Asked(stack.upload("v2", "adas", author="ada@example.com")).wait(played, stack)


def test_nobody_approves_their_own_model(own: Asked, stack: Stack, ada: Person, grace: Person) -> None:
    """Whoever tries is told why, and nobody else sees it; the question stands."""
    ada.approve(own.release)
    ada.word("You uploaded digits-")
    expect(grace.card(own.release)).to_contain_text("Waiting for an answer")
    grace.channel.reload()
    expect(grace.words()).to_have_count(0)
    assert _unanswered(stack, own.release) == NOTHING_YET


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
def next_one(stack: Stack, rejected: Asked) -> Asked:
    """One more, about which two people are asked, as about all that follow; it has just been uploaded."""
    stack.set_variable("REQUIRED_APPROVALS", "2")
    return Asked(stack.upload("v2", "next", notes="The labels were looked through by hand."))


def _press_again(played: Result, asked: Asked, user: str) -> None:
    """Send what Slack would send for a card that is still shown as it was."""
    known = httpx.get(f"http://127.0.0.1:{played.base + 1}/state", timeout=10).json()["interactions"]
    where = next(one["response_url"] for one in reversed(known) if one["response_url"] and one["user"] == user)
    action = {"action_id": "approve", "value": asked.value}
    sender = {"team": {"id": "T0LOCAL"}, "user": {"id": user}}
    payload = {"type": "block_actions", "actions": [action], "response_url": where, **sender}
    body = urlencode({"payload": json.dumps(payload)}).encode()
    assert _press(played, _signed(_secret(played), body, int(time.time())), body).status_code == 200


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
def live(half: Asked, graces: str, stack: Stack, grace: Person) -> Asked:
    """Grace has looked at the evidence behind the link in her mail, and approved with a reason."""
    page = grace.open(graces)
    expect(page.get_by_text("for grace@example.com only")).to_be_visible()
    expect(page.get_by_text("All 16 checks passed.")).to_be_visible()
    page.get_by_label("Reason").fill("Sevens look right")
    page.get_by_role("button", name=f"Approve {half.release}").click()
    expect(page.get_by_text("Approved by grace@example.com.")).to_be_visible()
    stack.until(half.release, "live")
    return half


def test_two_of_two_put_it_into_production(live: Asked, played: Result, stack: Stack, ada: Person) -> None:
    """The second vote is the answer; the card shows it and its reason."""
    answer = stack.release(live.release)["approval"]["decision"]
    assert (answer["by"], answer["source"], answer["reason"]) == ("grace@example.com", "page", "Sevens look right")
    assert httpx.get(played.output("ProductionUrl") + "/version", timeout=10).json()["release"] == live.release
    expect(ada.card(live.release)).to_contain_text(f"{live.release}: Live.")
    expect(ada.card(live.release)).to_contain_text("Approved by @Grace Hopper on the review page")


@pytest.fixture(scope="module")
def way_back(live: Asked, played: Result, stack: Stack, ada: Person) -> Asked:
    """Ada goes back to what was live before, as the card of what is live offers."""
    ada.go_back(live.release, played.summary["releases"][1]["release"])
    said = ada.word("is on its way").inner_text()
    return Asked(next(one["release"] for one in stack.releases() if one["release"] in said)).wait(played, stack)


def test_the_way_back_is_tested_and_not_built_again(way_back: Asked, played: Result, stack: Stack) -> None:
    """It is a release of its own, of the earlier one's content and image."""
    second, item = played.summary["releases"][1], stack.release(way_back.release)
    assert item["rollback"] == {"to": second["release"], "by": "ada@example.com"}
    assert item["candidate"] == second["candidate"]
    assert item["smoke"]["staging"]["verdict"] == "passed"
    assert "was built before: " in stack.build_log(way_back.release)


def test_an_approval_on_forged_evidence_is_refused(way_back: Asked, stack: Stack, ada: Person) -> None:
    """Whoever can write to the bucket cannot show approvers what they like."""
    with stack.forged(f"evidence/{way_back.release}/staging.json"):
        ada.approve(way_back.release)
        ada.word(f"{way_back.release} was not approved. The evidence was changed after the test")
    assert _unanswered(stack, way_back.release) == NOTHING_YET


def test_an_answer_in_the_console_is_shown_like_any_other(
    way_back: Asked, played: Result, stack: Stack, ada: Person
) -> None:
    """With the name and the summary that CodePipeline keeps; nobody is called as if it had failed."""
    stack.answer_in_the_console("Rejected", "We keep the new one")
    answer = stack.until(way_back.release, "rejected")["approval"]["decision"]
    assert (answer["outcome"], answer["source"]) == ("rejected", "console")
    assert (answer["by"], answer["reason"]) == ("root", "We keep the new one")
    expect(ada.card(way_back.release)).to_contain_text("Rejected by root in the AWS console")
    expect(ada.card(way_back.release)).to_contain_text("We keep the new one")
    assert not [message for message in played.slack() if message["text"].startswith(f"{way_back.release} failed")]


def test_a_build_that_was_changed_after_its_test_is_not_deployed(
    way_back: Asked, live: Asked, played: Result, stack: Stack
) -> None:
    """Whoever can write artifacts cannot put them into production, although the release was tested and approved."""
    tampered = Asked(stack.upload("v2", "tampered", notes="Nothing to see here.")).wait(played, stack)
    stack.replace_artifact(tampered.release, "Bundle")
    stack.answer_in_the_console("Approved", "It looks right")
    stack.until(tampered.release, "failed")
    # The pipeline's own event, which has no reason, may arrive before the action's.
    reason = until(lambda: stack.release(tampered.release).get("reason", ""), "why it failed")
    assert reason.startswith(f"Production / Check: The build of {tampered.release} was changed after its test")
    assert stack.action(tampered.release, "SmokeTest")["status"] == "Succeeded"
    version = httpx.get(played.output("ProductionUrl") + "/version", timeout=10).json()
    assert (version["release"], stack.release(live.release)["state"]) == (live.release, "live")


@pytest.fixture(scope="module")
def before(stack: Stack) -> str:
    """The release that is live before the next story."""
    stack.until_idle()
    return str(next(one["release"] for one in stack.releases() if one["state"] == "live"))


@pytest.fixture(scope="module")
def frozen(before: str, played: Result, stack: Stack) -> Asked:
    """Production is frozen, and a model waits for one approval."""
    today = datetime.now(UTC).date()
    stack.set_variable("FREEZES", f"{today - timedelta(1)}/{today + timedelta(1)} stock-taking")
    stack.set_variable("REQUIRED_APPROVALS", "1")
    return Asked(stack.upload("v2", "urgent", notes="A customer waits for it.")).wait(played, stack)


def test_nobody_approves_in_a_freeze(frozen: Asked, stack: Stack, ada: Person) -> None:
    """Whoever tries is told until when, and the question stands."""
    ada.approve(frozen.release)
    ada.word("Production is closed by the freeze stock-taking until ")
    assert _unanswered(stack, frozen.release) == NOTHING_YET


@pytest.fixture(scope="module")
def urgent(frozen: Asked, stack: Stack, ada: Person) -> Asked:
    """Ada overrides the freeze on her page: without a reason in vain, then with one."""
    page = ada.open(ada.link(frozen.release))
    page.get_by_label("It cannot wait").check()
    page.get_by_role("button", name=f"Approve {frozen.release}").click()
    expect(page.get_by_text(f"Say in a sentence why {frozen.release} cannot wait")).to_be_visible()
    assert _unanswered(stack, frozen.release) == NOTHING_YET
    page.get_by_label("It cannot wait").check()
    page.get_by_role("textbox", name="Reason").fill("A customer waits")
    page.get_by_role("button", name=f"Approve {frozen.release}").click()
    stack.until(frozen.release, "live")
    return frozen


def test_an_override_of_a_freeze_is_recorded(urgent: Asked, stack: Stack, ada: Person) -> None:
    """In the ledger, on the card, and in CodePipeline's console."""
    decision = stack.release(urgent.release)["approval"]["decision"]
    assert (decision["by"], decision["override"], decision["reason"]) == ("ada@example.com", True, "A customer waits")
    expect(ada.card(urgent.release)).to_contain_text("although production was closed")
    told = stack.action(urgent.release, "Approve")["output"]["executionResult"]["externalExecutionSummary"]
    assert told == "approved by ada@example.com in page, although production was closed: A customer waits"


def test_production_goes_back_although_it_is_frozen(urgent: Asked, before: str, played: Result, stack: Stack) -> None:
    """By hand, as in the console; then it opens again."""
    target = stack.release(before)["execution_id"]
    played.client("codepipeline").rollback_stage(
        pipelineName="slipway", stageName="Production", targetPipelineExecutionId=target
    )
    stack.until(urgent.release, "rolled_back")
    stack.until(before, "live")
    assert httpx.get(played.output("ProductionUrl") + "/version", timeout=10).json()["release"] == before
    stack.until_idle()
    stack.set_variable("FREEZES", "")


@pytest.fixture(scope="module")
def operator(way_back: Asked, played: Result) -> Operator:
    """Whoever runs the stack deploys it again: uploaders are proved, one approval is enough, and releases bake."""
    operator = Operator(played.client, f"http://127.0.0.1:{played.base}", RUN)
    people = "U0ADA=ada@example.com,U0GRACE=grace@example.com,U0CARL=carl@example.com"
    operator.reconfigure(UploaderProof="identity", BakeMinutes="60", Approvers=people, RequiredApprovals="1")
    return operator


@pytest.fixture(scope="module")
def unproved(operator: Operator, played: Result, stack: Stack, ada: Person) -> Asked:
    """Grace uploads, and claims that Linus did; CloudTrail is late, and Ada approves already."""
    graces = operator.s3_of_user("grace@example.com", played.output("ModelBucket"))
    with operator.cloudtrail_late():
        asked = Asked(stack.upload("v2", "proved", by=graces, author="linus@example.com"))
        asked.wait(played, stack)
        catching_up.call(played.client, "Sweep")
        ada.approve(asked.release)
        ada.word("CloudTrail has not told yet who uploaded")
        assert _unanswered(stack, asked.release) == NOTHING_YET
    return asked


def test_nobody_s_vote_counts_before_cloudtrail_has_told(unproved: Asked, stack: Stack) -> None:
    """It may take a quarter of an hour; then the uploader is bound to the release, whatever the card claims."""
    until(lambda: stack.release(unproved.release).get("uploaders"), "CloudTrail tells who uploaded")
    release = stack.release(unproved.release)
    assert (release["uploaders"], release["author"]) == (["grace@example.com"], "linus@example.com")


def test_whoever_uploaded_cannot_approve_whatever_the_card_says(
    unproved: Asked, operator: Operator, played: Result, stack: Stack, grace: Person, ada: Person
) -> None:
    """Votes are counted by what CloudTrail recorded; somebody else's is enough."""
    until(lambda: stack.release(unproved.release).get("uploaders"), "CloudTrail tells who uploaded")
    grace.approve(unproved.release)
    grace.word("CloudTrail says that you uploaded")
    assert _unanswered(stack, unproved.release) == NOTHING_YET
    ada.approve(unproved.release)
    decision = stack.until(unproved.release, "live")["approval"]["decision"]
    assert (decision["by"], decision["source"]) == ("ada@example.com", "slack")


def test_an_alarm_after_it_went_live_brings_back_what_was_live(
    unproved: Asked, live: Asked, operator: Operator, played: Result, stack: Stack
) -> None:
    """By CodePipeline's own rollback of the stage, and the ledger follows."""
    stack.until(unproved.release, "live")
    catching_up.call(played.client, "WatchProduction")
    name = operator.set_alarm("ProductionHealthAlarm", "Production is Severe")
    assert f"The alarm {name} went off" in stack.until(unproved.release, "rolled_back")["reason"]
    assert stack.until(live.release, "live")
    version = httpx.get(played.output("ProductionUrl") + "/version", timeout=10).json()
    assert version["release"] == live.release


def test_the_sweep_finds_an_end_of_which_no_event_told(operator: Operator, played: Result, stack: Stack) -> None:
    """EventBridge may lose events; the pipeline knows."""
    with catching_up.without_pipeline_events(played.client):
        lost = stack.upload("worse", "lost", notes="Of this nobody hears.")
        until(lambda: _swept(played, stack, lost)["state"] == "failed", f"{lost} is found to have failed")


def _swept(played: Result, stack: Stack, release: str) -> Item:
    catching_up.call(played.client, "Sweep")
    return stack.release(release)


TIGHTER = "accuracy: {at_least: 0.91}"


def test_the_sweep_submits_the_decision_of_a_function_that_died(
    operator: Operator, played: Result, stack: Stack
) -> None:
    """Checked once more by policy, staging and evidence; its suite was held to the suite of record."""
    operator.put_suite_of_record("digits", played.output("ModelBucket"), ROOT / "service" / "suite")
    asked = Asked(stack.upload("v2", "died", suite=TIGHTER, notes="Nobody finished this.")).wait(played, stack)
    until(lambda: stack.release(asked.release).get("uploaders"), "CloudTrail tells who uploaded")
    operator.die_over(stack.release(asked.release), played.output("LedgerTable"), "grace@example.com")
    _swept(played, stack, asked.release)
    assert stack.until(asked.release, "live")["approval"]["decision"]["by"] == "grace@example.com"


def test_the_history_is_open_to_whoever_has_a_link(
    unproved: Asked, operator: Operator, stack: Stack, ada: Person
) -> None:
    """The mail that told of the alarm brings it: all releases, and those of a model."""
    stack.until(unproved.release, "rolled_back")
    mail = until(lambda: stack.mail_with("ada@example.com", unproved.release, "/history/"), "a mail with the history")
    assert mail
    link = next(word for word in str(mail["message"]).split() if "/history/" in word)
    listing = link.replace(f"/{unproved.release}?", "?")
    expect(ada.open(listing).get_by_text(unproved.release).first).to_be_visible()
    assert ada.status(f"{listing}&model=digits") == 200


def test_what_was_answered_elsewhere_meanwhile_is_looked_up(
    operator: Operator, played: Result, stack: Stack, ada: Person
) -> None:
    """No event has told it: CodePipeline refuses a second answer, and says which it has."""
    asked = Asked(stack.upload("v2", "twice", notes="Two people answer at once.")).wait(played, stack)
    until(lambda: stack.release(asked.release).get("uploaders"), "CloudTrail tells who uploaded")
    with catching_up.without_pipeline_events(played.client):
        stack.answer_in_the_console("Rejected", "Not this one")
        ada.approve(asked.release)
        ada.word("This question has been answered elsewhere or has expired.")
        until(lambda: _swept(played, stack, asked.release)["state"] == "rejected", "the sweep finds the rejection")


def test_an_approval_on_deleted_evidence_is_refused(
    operator: Operator, played: Result, stack: Stack, ada: Person
) -> None:
    """On the card and on the page, which is shown all the same."""
    asked = Asked(stack.upload("v2", "bare", notes="Its evidence is gone.")).wait(played, stack)
    until(lambda: stack.release(asked.release).get("uploaders"), "CloudTrail tells who uploaded")
    link = ada.link(asked.release)
    with stack.deleted(f"evidence/{asked.release}/staging.json"):
        assert ada.status(link) == 200
        ada.approve(asked.release)
        ada.word(f"{asked.release} was not approved.")
    assert _unanswered(stack, asked.release) == NOTHING_YET


def test_an_execution_in_the_name_of_a_release_that_another_one_carries_fails(
    operator: Operator, played: Result, stack: Stack
) -> None:
    """Whoever starts the pipeline by hand cannot deploy under a name that was approved."""
    variables = [{"name": "ReleaseId", "value": played.summary["releases"][1]["release"]}]
    started = stack.pipeline.start_pipeline_execution(name="slipway", variables=variables)["pipelineExecutionId"]

    def ended() -> bool:
        found = stack.pipeline.get_pipeline_execution(pipelineName="slipway", pipelineExecutionId=started)
        return bool(found["pipelineExecution"]["status"] == "Failed")

    until(ended, "the execution fails")


def test_cards_that_are_behind_are_looked_for(operator: Operator, played: Result) -> None:
    """Every five minutes; its role is enough."""
    catching_up.call(played.client, "Announce")


def test_every_schedule_calls_its_function(operator: Operator) -> None:
    """By a role of its own; nobody waits five minutes here."""
    roles = operator.hurried_schedules()
    assert len(roles) >= 3
    until(lambda: roles <= operator.callers("lambda:InvokeFunction"), f"{sorted(roles)} call their functions")


PYTHON = ROOT / ".cache" / "cloud" / "bin" / "python"
PERMISSIONS: list[str | Path] = [PYTHON, "-m", "standins", "permissions"]


@pytest.fixture(scope="module")
def own_record(played: Result, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What was asked of IAM until now, and the roles that asked; the next rehearsal clears the folder."""
    place = {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{played.base}", "AWS_DEFAULT_REGION": "us-east-1"}
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    command = [*PERMISSIONS, "save", "slipway", RUN / "logs"]
    subprocess.run(command, cwd=ROOT, env=os.environ | place | keys, check=True, timeout=120)
    return _kept(tmp_path_factory.mktemp("own"))


def _kept(folder: Path) -> Path:
    for name in ("iam.jsonl", "roles.json"):
        shutil.copy(RUN / "logs" / name, folder)
    return folder


@pytest.fixture(scope="module")
def places(played: Result, stack: Stack) -> dict[str, str]:
    """What the names in capitals of docs/operations.md are in the rehearsed stack."""
    names = ("LedgerTable", "ModelBucket", "MailTopic", "PipelineName")
    found = {re.sub(r"(?<!^)([A-Z])", r"_\1", name).upper(): played.output(name) for name in names}
    urls = {url.rpartition("/")[2].split("-")[1]: url for url in played.client("sqs").list_queues()["QueueUrls"]}
    alarms = played.client("cloudwatch").describe_alarms(AlarmNamePrefix="slipway-")
    environments = played.client("elasticbeanstalk").describe_environments()["Environments"]
    return found | {
        "STACK": "slipway",
        "NAME": alarms["MetricAlarms"][0]["AlarmName"],
        "LABEL": environments[0]["VersionLabel"],
        "URL_OF_FAILURES": urls["Failures"],
    }


NOT_EMULATED = "aws sqs start-message-move-task"  # tests/test_commands.py checks its parameters
OPERATIONS = commands(ROOT / "docs" / "operations.md", "aws")


@pytest.mark.parametrize("command", [command for command in OPERATIONS if not command.startswith(NOT_EMULATED)])
def test_a_command_of_the_operations_runs(played: Result, places: dict[str, str], command: str) -> None:
    """As it is written there, typed in this order."""
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}
    # The CLI has an address of its own for SQS, and looks for no other in its environment.
    typed = ["aws", "--endpoint-url", f"http://127.0.0.1:{played.base}", *words(command, places)[1:]]
    done = subprocess.run(typed, env=os.environ | keys, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr


def test_ctrl_c_ends_everything(played: Result, own_record: Path) -> None:
    """The last test of this story: no process is left listening, and the story counts as played."""
    assert own_record.is_dir()
    played.process.send_signal(signal.SIGINT)
    assert played.process.wait(timeout=60) == 0
    assert all(is_free(played.base + offset) for offset in range(4))


def _attach(**chosen: str) -> dict[str, Any]:
    """Play the story of a pipeline that was there before; it comes last, because all rehearsals share a folder."""
    environment = os.environ | {"STORY": "attach", "ANSWER": "approve", "PORT": str(free_ports(4)), **chosen}
    done = subprocess.run(
        [sys.executable, "-m", "rehearsal"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    summary: dict[str, Any] = json.loads((RUN / "summary.json").read_text())
    return summary


@pytest.fixture(scope="module")
def attached() -> dict[str, Any]:
    """The story to its end, on the pipeline that the rehearsal brings."""
    return _attach()


@pytest.mark.timeout(2 * LIMIT)
def test_a_pipeline_that_was_there_gets_releases_and_goes_on_alone(attached: dict[str, Any]) -> None:
    """Overwritten in place and approved by card; a push, approved in the console; one overtaken; one that failed."""
    told = [(one["state"], one["asked"], one["answered_by"]) for one in attached["releases"]]
    assert told == [
        ("retired", True, "ada@example.com"),
        ("live", True, "root"),
        ("superseded", True, "Slipway"),
        ("failed", False, None),
    ]


def test_each_release_of_an_existing_pipeline_is_one_execution(attached: dict[str, Any]) -> None:
    """Six in all, the newest first: of the two before Slipway the first failed, for want of a model."""
    assert attached["executions"] == ["Failed", "Failed", "Succeeded", "Succeeded", "Succeeded", "Failed"]


def test_an_existing_approval_has_no_topic_and_tells_eventbridge_alone(attached: dict[str, Any]) -> None:
    """No notice was published, and the event of the approval has the shape of every action's."""
    assert _log("notice") == []
    documented = _sample("deploy-started")
    approvals = [
        event
        for event in _log("event")
        if event["detail-type"] == documented["detail-type"] and event["detail"]["type"]["category"] == "Approval"
    ]
    assert {event["detail"]["state"] for event in approvals} == {"STARTED", "SUCCEEDED", "FAILED"}


def test_every_permission_is_needed_or_it_is_known_why_it_is_kept(
    own_record: Path, attached: dict[str, Any], tmp_path: Path
) -> None:
    """What both stories asked of IAM is asked again without one permission after the other: docs/security.md."""
    assert attached
    templates = ["--templates", "template.yaml", "pipeline/template.yaml"]
    excused = ["--excused", "rehearsal/unneeded_permissions.yaml"]
    table = subprocess.run(
        [*PERMISSIONS, "needed", own_record, _kept(tmp_path), *templates, *excused],
        cwd=ROOT, capture_output=True, text=True, check=True, timeout=120,
    ).stdout  # fmt: skip
    (RUN / "permissions.txt").write_text(table)
    rows = table.splitlines()
    assert len(rows) > 200
    assert [row for row in rows if row.endswith("| nothing")] == []
