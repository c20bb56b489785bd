"""The review page shows what there is to decide on; only a form with the link in it decides."""

from __future__ import annotations

import re
from dataclasses import replace
from hashlib import sha256
from html import unescape
from typing import Any

import pytest

from slipway.approvals.voting import Voting
from slipway.models import Approver, Commit, Decision, ModelCard, Replacement, State, Vote
from slipway.releases.calendar_parameters import parse_calendar
from slipway.web.history.timeline import timeline
from slipway.web.page_request import PageRequest
from slipway.web.responses import Response, to_lambda
from tests.support import made_evidence
from tests.support.fakes import NOW
from tests.support.made_releases import changed
from tests.support.made_site import ADA, GRACE, LINUS, World

HOSTILE = '"><script>alert(1)</script>'
GRACES = Vote("approved", "grace@example.com", NOW, "slack", "Sevens look right")


@pytest.fixture
def world() -> World:
    world = World()
    world.waits()
    return world


def show(world: World, person: Approver = ADA) -> Response:
    return world.app.respond(PageRequest("GET", "/review", {"t": world.token(person)}), world.now)


def send(world: World, answer: str, reason: str = "", person: Approver = ADA, **headers: str) -> Response:
    form = {"t": world.token(person), "answer": answer, "reason": reason}
    return world.app.respond(PageRequest("POST", "/review", form=form, headers=headers), world.now)


def words(response: Response) -> str:
    text = re.sub(r"<style>.*?</style>|<[^>]*>", " ", response.body, flags=re.DOTALL)
    return " ".join(unescape(text).split())


def test_the_page_shows_evidence_policy_and_form(world: World) -> None:
    """All that a decision needs is on one page."""
    said = words(show(world))
    for part in ("All 8 checks passed.", "3 of 100", "0 of 2 approvals so far", "grace@example.com has not answered"):
        assert part in said
    for button in ("Approve digits-r12", "Reject digits-r12", "linus@example.com", "Read sevens better"):
        assert button in said


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_decides_nothing(world: World, method: str) -> None:
    """Scanners of mail open every link, with every parameter that they can think of."""
    asked = {"t": world.token(), "answer": "approve", "reason": "scanned"}
    assert world.app.respond(PageRequest(method, "/review", asked), world.now).status == 200
    assert world.ledger.release("digits-r12").approval.votes == ()


def test_what_is_new_in_the_code_is_told(world: World) -> None:
    """Beside what is live, with a way to the whole comparison."""
    at = "https://github.com/example/digits"
    live = world.keep(
        replace(world.ledger.release("digits-r12"), id="digits-r9", number=9, commit=Commit("aaa", repository=at))
    )
    world.keep(replace(live, id="digits-r11", number=11, commit=Commit("bbb", message="Read <more>")))
    world.ledger.live_id = live.id
    world.ledger.change("digits-r12", lambda release: replace(release, commit=Commit("ccc", repository=at)))
    said = show(world).body
    assert "This commit is new since digits-r9, and before it:" in said
    assert "bbb, “<bdi>Read &lt;more&gt;</bdi>”" in said
    assert f'<a href="{at}/compare/aaa...ccc" rel="noreferrer">Compare</a>' in said


def test_a_question_that_was_withdrawn_says_for_what(world: World) -> None:
    """Nobody has rejected it, and its story tells the same."""
    withdrawn = Decision("rejected", "Slipway", world.now, "slipway", "Superseded by digits-r13.")
    world.ledger.change("digits-r12", lambda release: changed(release, state=State.SUPERSEDED, decision=withdrawn))
    said = words(show(world))
    assert "Withdrawn." in said
    assert "Superseded by digits-r13." in said
    assert "Rejected" not in said
    assert timeline(world.ledger.release("digits-r12"))[-1].title == "Withdrawn"


def test_votes_are_counted_until_they_decide(world: World) -> None:
    """The first of two is a vote, the second the answer."""
    assert send(world, "approve", "Fine.").status == 303
    assert world.pipeline.answers == []
    assert "1 of 2 approvals so far" in words(show(world))
    send(world, "approve", person=GRACE)
    [(token, answer)] = world.pipeline.answers
    assert (token, answer.outcome, answer.by, answer.source) == ("token-12", "approved", "grace@example.com", "page")


def test_a_second_use_shows_what_was_decided(world: World) -> None:
    """By whom, when and why, and there is nothing left to press."""
    send(world, "reject", "It takes ones for sevens.")
    said = words(show(world, GRACE))
    assert "Rejected by ada@example.com." in said
    assert "It takes ones for sevens." in said
    assert "Approve digits-r12" not in said
    refused = send(world, "approve", person=GRACE)
    assert (refused.status, len(world.pipeline.answers)) == (409, 1)
    assert "digits-r12 was already rejected by ada@example.com." in words(refused)


def test_the_same_form_twice_is_one_answer() -> None:
    """A double click is no error."""
    world = World(required=1)
    world.waits()
    assert [send(world, "approve").status for _ in range(2)] == [303, 303]
    assert len(world.pipeline.answers) == 1


def test_a_rejection_needs_a_reason(world: World) -> None:
    """Its author would learn nothing; the page asks again and has changed nothing."""
    refused = send(world, "reject", " \n ")
    assert refused.status == 409
    assert "Say in a sentence why digits-r12 is not released" in words(refused)
    assert world.ledger.release("digits-r12").approval.votes == ()


def test_a_refusal_keeps_what_was_to_lambda(world: World) -> None:
    """Nobody types a reason twice."""
    world.environments.versions["staging"] = "build-13"
    refused = send(world, "approve", "Looks <b>good</b>")
    assert "staging runs build-13, not the build that was tested" in words(refused)
    assert "Looks &lt;b&gt;good&lt;/b&gt;</textarea>" in refused.body


def test_a_reason_is_no_longer_than_slack_s(world: World) -> None:
    """CodePipeline keeps 512 characters of it."""
    send(world, "reject", "no " * 1000)
    assert len(world.ledger.release("digits-r12").approval.votes[0].reason) == 400


def test_the_author_is_told_and_may_only_reject(world: World) -> None:
    """The button is not there, and a form that has it all the same is refused."""
    page = show(world, LINUS)
    assert "You uploaded digits-7f3c1e9a2b4d yourself" in words(page)
    assert 'value="approve"' not in page.body
    assert send(world, "approve", person=LINUS).status == 409
    assert send(world, "reject", "I found a mistake.", person=LINUS).status == 303


def test_a_release_that_too_few_may_approve_says_so(world: World) -> None:
    """Two of three are needed, and two have made it: whoever reads it need not wait."""
    assert "leaves too few" not in words(show(world))
    world.ledger.change(
        "digits-r12", lambda release: replace(release, commit=replace(release.commit, author="grace@example.com"))
    )
    assert "grace@example.com and linus@example.com may not approve their own work" in words(show(world))


def test_a_mind_can_be_changed_before_the_quorum(world: World) -> None:
    """Who approved sees that, and may still reject."""
    send(world, "approve")
    page = show(world)
    assert "You have approved it." in words(page)
    assert 'value="approve"' not in page.body
    assert send(world, "reject", "On second thought").status == 303
    assert world.pipeline.answers[0][1].outcome == "rejected"


def test_a_link_to_an_earlier_question_answers_no_later_one(world: World) -> None:
    """A retry asks again, about another build."""
    old = world.token()
    release = world.ledger.release("digits-r12")
    assert release.approval.question
    world.keep(changed(release, question=replace(release.approval.question, token="token-13")))
    page = world.app.respond(PageRequest("GET", "/review", {"t": old}), world.now)
    assert "asked about again since" in words(page)
    assert "<form" not in page.body
    sent = {"t": old, "answer": "approve", "reason": ""}
    assert world.app.respond(PageRequest("POST", "/review", form=sent), world.now).status == 409


@pytest.mark.parametrize("state", [State.SUPERSEDED, State.RELEASING, State.STOPPED])
def test_what_no_longer_waits_says_where_it_is(world: World, state: State) -> None:
    """Superseded, stopped, or answered in the console."""
    world.keep(replace(world.ledger.release("digits-r12"), state=state))
    assert f"It is {state}: no answer is needed." in words(show(world))


def test_votes_from_elsewhere_are_shown(world: World) -> None:
    """With their place and their reason."""
    world.waits(votes=(GRACES,))
    assert "grace@example.com approved 22 Nov 2026, 09:00 UTC , in Slack Sevens look right" in words(show(world))


@pytest.mark.parametrize("left", ["", "{", "[]", '{"schema": 7}', '{"schema": 1}'])
def test_evidence_that_cannot_be_read_is_said_to_be_missing(world: World, left: str) -> None:
    """An approver must not think that there was nothing to see."""
    world.bucket.write("evidence/digits-r12/staging.json", left.encode(), "")
    smoke = replace(world.ledger.release("digits-r12").smoke["staging"], digest=sha256(left.encode()).hexdigest())
    world.keep(replace(world.ledger.release("digits-r12"), smoke={"staging": smoke}))
    assert "No evidence" in words(show(world))


def test_evidence_that_was_changed_after_the_test_is_not_shown(world: World) -> None:
    """Whoever could write it could show approvers what they like; an alarm tells of it."""
    forged = replace(made_evidence.passed(), release="digits-r12", warnings=("Nothing to see here.",))
    world.evidence.write(forged)
    page = show(world)
    said = words(page)
    assert "The evidence was changed after the test: run the smoke test again. What cannot be seen cannot be" in said
    assert ('value="approve"' in page.body, 'value="reject"' in page.body) == (False, True)
    assert "Nothing to see here." not in said
    assert world.alarms == ["evidence/digits-r12/staging.json is not the evidence that the smoke test stored."]


def test_an_approval_on_changed_evidence_is_refused(world: World) -> None:
    """The page says why, and the question stays open."""
    world.evidence.write(replace(made_evidence.worse(), release="digits-r12", target="staging"))
    answered = send(world, "approve")
    assert answered.status == 409
    assert "digits-r12 was not approved. The evidence was changed after the test" in words(answered)


def test_a_first_release_says_that_nothing_can_be_gone_back_to(world: World) -> None:
    """An approver weighs a failure otherwise where there is nothing to return to."""
    first = "This is the first release: there is nothing to go back to"
    assert first in words(show(world))
    world.ledger.live_id = world.keep(replace(world.ledger.release("digits-r12"), id="digits-r9", number=9)).id
    assert first not in words(show(world))


def test_a_commit_cannot_name_another_author(world: World) -> None:
    """The title of its message is quoted, and ends no quotation itself."""
    title = "Fix”, by ada@example.com “Read\nsecond line"
    world.ledger.change("digits-r12", lambda release: replace(release, commit=replace(release.commit, message=title)))
    said = words(show(world))
    assert "“ Fix', by ada@example.com 'Read ”, says it is by kay@example.com" in said
    assert "second line" not in said


def test_what_people_write_is_only_text(world: World) -> None:
    """Names, reasons and findings cannot become markup."""
    world.waits(
        made_evidence.with_finding(made_evidence.passed(), "request", made_evidence.PASSED, HOSTILE),
        author=HOSTILE,
        prefix=HOSTILE,
        commit=Commit("8cf40f2", message=HOSTILE),
        votes=(replace(GRACES, reason=HOSTILE, by=HOSTILE),),
    )
    body = show(world).body + send(world, "reject", "").body
    assert "<script" not in body
    assert body.count("&lt;script&gt;") >= 6


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 303),
        ({"sec-fetch-site": "same-origin", "origin": "null"}, 303),
        ({"origin": "https://slipway.example.com", "host": "slipway.example.com"}, 303),
        ({"origin": "http://a.localhost:4566", "host": "a.localhost:4566"}, 303),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "none"}, 403),
        ({"origin": "https://evil.example.com", "host": "slipway.example.com"}, 403),
        ({"origin": "https://slipway.example.com.evil.example.com", "host": "slipway.example.com"}, 403),
    ],
)
def test_only_our_own_form_decides(world: World, headers: dict[str, Any], status: int) -> None:
    """Even with the link in it, another site's form does not."""
    assert send(world, "approve", **headers).status == status
    assert len(world.ledger.release("digits-r12").approval.votes) == (status == 303)


def test_a_link_in_the_address_alone_decides_nothing(world: World) -> None:
    """The form carries it."""
    request = PageRequest("POST", "/review", {"t": world.token()}, {"answer": "approve"})
    assert world.app.respond(request, world.now).status == 403
    assert world.ledger.release("digits-r12").approval.votes == ()


def test_who_left_cannot_come_in_any_more(world: World) -> None:
    """A link is worth what its person may do today."""
    token = world.token(Approver("U0EVE", "eve@example.com"))
    assert world.app.respond(PageRequest("GET", "/review", {"t": token}), world.now).status == 403


def test_a_page_lets_nothing_in_and_nothing_out(world: World) -> None:
    """No script, no frame, no foreign picture; nothing keeps it, and no other site learns its address."""
    headers = to_lambda(show(world))["headers"]
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert (headers["cache-control"], headers["referrer-policy"]) == ("no-store", "no-referrer")
    assert headers["x-content-type-options"] == "nosniff"


def test_what_was_loosened_is_listed_and_ticked(world: World) -> None:
    """Without the tick the approval is refused, and the page says so."""
    release = world.ledger.release("digits-r12")
    loose = replace(release.smoke["staging"], loosened=("`accuracy` is switched off: <b>leave it out</b>.",))
    world.ledger.change(release.id, lambda current: replace(current, smoke={"staging": loose}))
    page = show(world)
    assert "`accuracy` is switched off: <b>leave it out</b>. I have seen it, and approve all the same" in words(page)
    assert "<b>leave" not in page.body
    assert "tick on the review page" in words(send(world, "approve"))
    ticked = {"t": world.token(ADA), "answer": "approve", "seen": "yes"}
    assert world.app.respond(PageRequest("POST", "/review", form=ticked), world.now).status == 303


def test_a_freeze_is_passed_over_by_a_tick_and_a_reason(world: World) -> None:
    """The page says when production opens, refuses an approval without the tick, and shows what was overridden."""
    world.waits()
    world.app = replace(world.app, review=replace(world.app.review, voting=closed_voting(world)))
    assert "Production is closed by the freeze audit until 2026-12-01 00:00:00 UTC." in words(show(world))
    assert "tick on the review page that it goes to production all the same" in words(send(world, "approve"))
    ticked = {"t": world.token(ADA), "answer": "approve", "override": "yes", "reason": "customers are down"}
    assert world.app.respond(PageRequest("POST", "/review", form=ticked), world.now).status == 303
    assert "on the review page, although production was closed customers are down" in words(show(world))


def closed_voting(world: World) -> Voting:
    return replace(world.app.review.voting, calendar=parse_calendar("", "2026-11-20/2026-11-30 audit"))


def test_another_model_than_the_live_one_is_warned_of(world: World) -> None:
    """Before the evidence, with the reason of whoever uploaded it."""
    world.waits(replaces=Replacement("owls", HOSTILE))
    said = show(world).body
    assert "<h2>Replaces owls</h2>" in said
    assert "<script>" not in said


def test_what_its_author_says_of_a_model_is_there_and_only_https_is_a_link(world: World) -> None:
    """Whoever wrote the card may want to be followed."""
    lineage = {"training_run": "https://mlflow.example.com/runs/417", "code": f"javascript:alert(1){HOSTILE}"}
    card = ModelCard(f"Better{HOSTILE}", {f"accuracy{HOSTILE}": "0.97"}, lineage)
    world.ledger.change("digits-r12", lambda release: replace(release, model_card=card))
    page = show(world)
    assert '<a href="https://mlflow.example.com/runs/417" rel="noreferrer">' in page.body
    assert not [url for url in re.findall(r'href="([^"]*)"', page.body) if "javascript:" in url]
    assert HOSTILE not in page.body
    assert "it says accuracy" in words(page)
