"""The history tells every release, and is the way back."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest

from slipway.models import Decision, Repeat, RollbackRequest, State, Vote
from slipway.web.history.timeline import timeline
from slipway.web.page_request import PageRequest
from slipway.web.responses import Response
from tests.support.fakes import NOW
from tests.support.made_releases import changed
from tests.support.made_site import ADA, World, past


@pytest.fixture(scope="module")
def world() -> World:
    world = World()
    past(world)
    world.waits()
    return world


def look(world: World, path: str = "/history", **asked: str) -> Response:
    return world.app.respond(PageRequest("GET", path, {"t": world.history_token(), **asked}), world.now)


def listed(response: Response) -> list[str]:
    return re.findall(r'<th scope="row"><a [^>]*>([^<]*)</a>', response.body)


def words(response: Response) -> str:
    return " ".join(unescape(re.sub(r"<style>.*?</style>|<[^>]*>", " ", response.body, flags=re.DOTALL)).split())


def test_the_newest_come_first_and_the_older_are_a_link_away(world: World) -> None:
    """Nothing is left out or told twice."""
    seen, response = list[str](), look(world)
    while True:
        seen += listed(response)
        older = re.search(r'<a href="/history\?([^"]*)" rel="next">', response.body)
        if not older:
            break
        asked = dict(pair.split("=") for pair in unescape(older[1]).split("&"))
        response = look(world, **asked)
    assert seen == [release.id for release in world.ledger.history(limit=99)]


def test_releases_are_chosen_by_model_and_state(world: World) -> None:
    """The form keeps what was chosen."""
    response = look(world, model="dogs", state="rejected")
    assert listed(response)
    assert {world.ledger.release(one).state for one in listed(response)} == {State.REJECTED}
    assert {world.ledger.release(one).model for one in listed(response)} == {"dogs"}
    assert "<option selected>dogs</option>" in response.body
    assert listed(look(world, state="unfinished")) == ["digits-r12"]


def test_what_does_not_exist_is_an_empty_list(world: World) -> None:
    """With no plots of nothing."""
    response = look(world, model="cats")
    assert "There is none like that." in words(response)
    assert "<svg" not in response.body


def test_the_figures_are_those_of_the_model(world: World) -> None:
    """Every figure is a word and a number, beside its plot."""
    response = look(world)
    for name in ("Changes to production", "Lead time", "Approval wait", "Change failure rate"):
        assert name in words(response)
    assert response.body.count('role="img"') == 2
    assert words(look(world, model="birds")) != words(response)


def test_the_history_as_json_says_the_same(world: World) -> None:
    """By its ending or by its format; no question's token is in it."""
    response = look(world, "/history.json", model="birds")
    content = json.loads(response.body)
    assert response.content_type == "application/json"
    assert [release["id"] for release in content["releases"]] == listed(look(world, model="birds"))
    assert content["figures"]["changes"] == sum(week["live"] + week["failed"] for week in content["figures"]["weeks"])
    assert json.loads(look(world, format="json", model="birds").body) == content
    assert "token" not in look(world, "/history.json").body


def test_a_story_has_every_step_vote_and_reason() -> None:
    """In the order in which they happened."""
    world = World()
    votes = tuple(
        Vote("approved", f"{name}@example.com", NOW + timedelta(minutes=minute), "slack", f"{name}'s reason")
        for minute, name in enumerate(("grace", "ada"), 1)
    )
    release = world.waits(
        votes=votes, decision=Decision.completed_by(votes[1]), repeats=(Repeat("models/digits/copy/", NOW),)
    )
    times = release.times | {State.RELEASING: NOW + timedelta(minutes=3), State.FAILED: NOW + timedelta(minutes=9)}
    world.keep(replace(release, state=State.FAILED, times=times, reason="Production / Verify: too slow"))
    story = words(look(world, "/history/digits-r12")).partition("What happened")[2]
    steps = ["Uploaded", "Received", "Build begins", "Approvers are asked", "Uploaded again"]
    steps += ["grace@example.com votes", "grace's reason", "Approved by ada@example.com, in Slack"]
    steps += ["Goes to production", "+6 min Failed", "too slow"]
    places = [story.index(step) for step in steps]
    assert places == sorted(places)
    told = json.loads(look(world, "/history/digits-r12.json").body)
    assert [step["what"] for step in told["story"]][-1] == "Failed"
    assert told["votes"][0]["reason"] == "grace's reason"


def test_the_json_writes_hidden_characters_as_escapes() -> None:
    """Whatever shows it as text shows them; whatever parses it gets what was written."""
    world = World()
    world.waits(author="ada\u202e@example.com", uploaders=("arn:aws:sts::1:assumed-role/x/ada",))
    body = look(world, "/history/digits-r12.json").body
    assert body.isascii()
    told = json.loads(body)
    assert (told["author"], told["uploaders"]) == ("ada\u202e@example.com", ["arn:aws:sts::1:assumed-role/x/ada"])
    assert told["smoke"]["staging"]["loosened"] == []


def test_a_story_leads_to_the_evidence(world: World) -> None:
    """In full, as it was when people decided."""
    page = look(world, "/history/digits-r12")
    address = unescape(re.findall(r'href="([^"]*)">on staging', page.body)[0])
    path, _, query = address.partition("?t=")
    evidence = world.app.respond(PageRequest("GET", path, {"t": query}), world.now)
    assert "All 8 checks passed." in words(evidence)


def test_evidence_that_was_changed_after_the_test_is_not_shown(world: World) -> None:
    """Not even when everything is decided."""
    world.bucket.written["evidence/digits-r12/staging.json"] += b" "
    page = look(world, "/history/digits-r12/staging")
    assert (page.status, "The evidence was changed after the test" in words(page)) == (409, True)


@pytest.mark.parametrize("path", ["/history/digits-r99", "/history/digits-r12/production", "/history/a/b/c", "/other"])
def test_what_is_not_there_is_not_found(world: World, path: str) -> None:
    """Said in a page, too."""
    assert look(world, path).status == 404


def test_a_link_to_a_review_is_none_to_the_history(world: World) -> None:
    """And none to go back with."""
    assert world.app.respond(PageRequest("GET", "/history", {"t": world.token()}), world.now).status == 403
    sent = {"t": world.token(), "target": "birds-r35", "live": "birds-r36", "reason": "x"}
    assert world.app.respond(PageRequest("POST", "/back", form=sent), world.now).status == 403


def going_back(world: World, target: str, reason: str = "Sevens are wrong") -> Response:
    sent = {"t": world.history_token(), "target": target, "live": world.ledger.live_id, "reason": reason}
    return world.app.respond(PageRequest("POST", "/back", form=sent), world.now)


@pytest.fixture
def old() -> tuple[World, str]:
    world = World()
    past(world)
    return world, next(one.id for one in world.ledger.history() if one.state is State.RETIRED)


def test_going_back_opens_another_release(old: tuple[World, str]) -> None:
    """By the person of the link; its story is shown."""
    world, target = old
    live = world.ledger.live_id
    response = going_back(world, target)
    assert world.back.asked == [(ADA.email, live, target, "Sevens are wrong")]
    opened = world.ledger.history(limit=1)[0].id
    assert (response.status, response.location) == (303, f"/history/{opened}?t={world.history_token()}")


def test_a_way_back_says_back_to_what_and_who_wanted_it(old: tuple[World, str]) -> None:
    """In its story, and in the same as JSON."""
    world, target = old
    rollback, reason = RollbackRequest(target, ADA.email), "Sevens are wrong"
    release = world.ledger.history(limit=1)[0].id
    world.ledger.change(
        release, lambda one: replace(one, previous_release=target, force_reason=reason, rollback=rollback)
    )
    assert f"Back to {target}, asked by {ADA.email}: Sevens are wrong" in words(look(world, f"/history/{release}"))
    told = json.loads(look(world, f"/history/{release}.json").body)
    assert (told["back_to"], told["back_by"]) == (target, ADA.email)


def test_events_cut_to_the_second_keep_their_order(world: World) -> None:
    """What EventBridge tells seems to be older than the answer that led to it, within one second."""
    at = world.now.replace(microsecond=0)
    answer = Decision("approved", ADA.email, at + timedelta(milliseconds=300), "slack")
    times = {State.BUILDING: at, State.RECEIVED: at + timedelta(milliseconds=500), State.RELEASING: at}
    told = timeline(changed(world.ledger.history(limit=1)[0], times=times, uploaded_at=None, votes=(), decision=answer))
    assert [step.state or step.title[:8] for step in told] == ["received", "building", "Approved", "releasing"]
    assert all(step.after is None or step.after >= timedelta() for step in told)


def test_going_back_wants_a_reason(old: tuple[World, str]) -> None:
    """Whoever is asked to approve it will want to know."""
    world, target = old
    assert (going_back(world, target, " ").status, world.back.asked) == (409, [])


def test_a_refused_way_back_says_why(old: tuple[World, str]) -> None:
    """On the story from which it was asked for."""
    world, target = old
    world.back.refuses = "birds-r36 is not live any more."
    response = going_back(world, target)
    assert response.status == 409
    assert "Nothing was changed. birds-r36 is not live any more." in words(response)
    assert "Sevens are wrong</textarea>" in response.body


def test_one_goes_back_only_to_what_was_live(world: World) -> None:
    """Neither to what is, nor to what never was."""
    releases = world.ledger.history(limit=99)
    offered = {one.id for one in releases if "Go back to" in look(world, f"/history/{one.id}").body}
    assert offered == {one.id for one in releases if one.state in (State.RETIRED, State.ROLLED_BACK)}


def test_what_an_existing_pipeline_replaced_is_offered_on_the_page_of_what_replaced_it(old: tuple[World, str]) -> None:
    """Elastic Beanstalk deploys that version again; older releases are not built again by such a pipeline."""
    world, retired = old
    live = world.ledger.live_id
    world.ledger.change(live, lambda one: replace(one, replaced_version="version-1", offers_way_back=True))
    assert "Deploy version-1 again" in look(world, f"/history/{live}").body
    assert "Go back to" not in look(world, f"/history/{retired}").body
    going_back(world, live)
    assert world.back.asked == [(ADA.email, live, live, "Sevens are wrong")]
