"""CloudTrail names who uploaded; what they released bakes, and an alarm takes it back."""

from __future__ import annotations

import httpx
import pytest
from playwright.sync_api import expect

from rehearsal import catching_up
from tests.support.rehearsals import STORY_TIMEOUT, Result
from tests.support.rehearsed_answers import Person, Stack, until
from tests.support.rehearsed_operator import Operator
from tests.support.rehearsed_questions import NOTHING_YET, Asked, unanswered

pytestmark = [pytest.mark.timeout(STORY_TIMEOUT)]


@pytest.fixture(scope="module")
def unproved(live: str, operator: Operator, played: Result, stack: Stack, ada: Person) -> Asked:
    """Grace uploads, and claims that Linus did; CloudTrail is late, and Ada approves already."""
    graces = operator.s3_of_user("grace@example.com", played.output("ModelBucket"))
    with operator.cloudtrail_late():
        asked = Asked(stack.upload("v2", "proved", by=graces, author="linus@example.com"))
        asked.wait(played, stack)
        catching_up.call(played.client, "Sweep")
        ada.approve(asked.release)
        ada.word("CloudTrail has not told yet who uploaded")
        assert unanswered(stack, asked.release) == NOTHING_YET
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
