"""CloudTrail names who uploaded; what they released bakes, and an alarm takes it back."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from rehearsal import catching_up
from tests.support.rehearsals import STORY_TIMEOUT, Result
from tests.support.rehearsed_answers import Item, Person, Stack, until
from tests.support.rehearsed_operator import Operator
from tests.support.rehearsed_questions import NOTHING_YET, Asked, unanswered

pytestmark = [pytest.mark.timeout(STORY_TIMEOUT)]


@pytest.fixture(scope="module")
def unproved(live: str, operator: Operator, played: Result, stack: Stack, ada: Person) -> Asked:
    """Grace uploads, and claims that Linus did; CloudTrail is late, and Ada approves already.

    CloudTrail tells when there is no manifest to compare with, so that only the sweep finds what it told.
    """
    graces = operator.s3_of_user("grace@example.com", played.output("ModelBucket"))
    with ExitStack() as late:
        late.enter_context(operator.cloudtrail_late())
        asked = Asked(stack.upload("v2", "proved", by=graces, author="linus@example.com"))
        asked.wait(played, stack)
        catching_up.call(played.client, "Sweep")
        ada.approve(asked.release)
        ada.word("CloudTrail has not told yet who uploaded")
        assert unanswered(stack, asked.release) == NOTHING_YET
        with stack.deleted(stack.release(asked.release)["manifest"]):
            late.close()
            operator.until_called("RecordUploader", "s3:ListBucket")
    return asked


@pytest.fixture(scope="module")
def proved(unproved: Asked, played: Result, stack: Stack) -> Item:
    """The same release, once the sweep has found who uploaded it."""

    def uploaders() -> Any:
        catching_up.call(played.client, "Sweep")
        return stack.release(unproved.release).get("uploaders")

    until(uploaders, "CloudTrail tells who uploaded")
    return stack.release(unproved.release)


def test_nobody_s_vote_counts_before_cloudtrail_has_told(proved: Item) -> None:
    """It may take a quarter of an hour; then the uploader is bound to the release, whatever the card claims."""
    assert (proved["uploaders"], proved["author"]) == (["grace@example.com"], "linus@example.com")


def test_whoever_uploaded_cannot_approve_whatever_the_card_says(
    unproved: Asked, proved: Item, stack: Stack, grace: Person, ada: Person
) -> None:
    """Votes are counted by what CloudTrail recorded; somebody else's is enough."""
    assert proved
    grace.approve(unproved.release)
    grace.word("CloudTrail says that you uploaded")
    assert unanswered(stack, unproved.release) == NOTHING_YET
    ada.approve(unproved.release)
    decision = stack.until(unproved.release, "live")["approval"]["decision"]
    assert (decision["by"], decision["source"]) == ("ada@example.com", "slack")


def test_an_alarm_after_it_went_live_brings_back_what_was_live(
    unproved: Asked, live: str, operator: Operator, played: Result, stack: Stack
) -> None:
    """By CodePipeline's own rollback of the stage, and the ledger follows."""
    stack.until(unproved.release, "live")
    catching_up.call(played.client, "WatchProduction")
    name = operator.set_alarm("ProductionHealthAlarm", "Production is Severe")
    assert f"The alarm {name} went off" in stack.until(unproved.release, "rolled_back")["reason"]
    assert stack.until(live, "live")
    version = httpx.get(played.output("ProductionUrl") + "/version", timeout=10).json()
    assert version["release"] == live


@pytest.fixture(scope="module")
def link(unproved: Asked, stack: Stack) -> str:
    """The address of the release's page in the history, which the mail that told Ada of the alarm brings."""
    stack.until(unproved.release, "rolled_back")
    mail = until(lambda: stack.mail_with("ada@example.com", unproved.release, "/history/"), "a mail with the history")
    assert mail
    return next(word for word in str(mail["message"]).split() if "/history/" in word)


def test_the_history_is_open_to_whoever_has_a_link(unproved: Asked, link: str, ada: Person) -> None:
    """All releases, and those of a model."""
    listing = link.replace(f"/{unproved.release}?", "?")
    expect(ada.open(listing).get_by_text(unproved.release).first).to_be_visible()
    assert ada.status(f"{listing}&model=digits") == 200


def test_a_build_that_somebody_stops_leaves_no_word_and_fails_its_release(
    unproved: Asked, link: str, operator: Operator, stack: Stack, ada: Person
) -> None:
    """Ada goes back on the history's page; the build ends before it can say why, and CodePipeline says it."""
    known, built = {one["release"] for one in stack.releases()}, operator.builds()
    page = ada.open(link)
    page.get_by_label("Reason").fill("The alarm was a false one")
    page.get_by_role("button", name=f"Go back to {unproved.release}").click()
    opened = until(lambda: {one["release"] for one in stack.releases()} - known, "a release goes back").pop()
    operator.stop_next_build(built)
    failed = stack.until(opened, "failed")
    assert failed["rollback"] == {"to": unproved.release, "by": "ada@example.com"}
    assert failed["reason"].startswith("Build / BuildImage: ")


def test_a_subscription_that_was_made_by_hand_is_filtered_too(operator: Operator, played: Result) -> None:
    """Its owner would get everybody's links."""
    assert operator.filter_of("carl@example.com", played.output("MailTopic")) == {"to": ["carl@example.com"]}
