"""The ledger in DynamoDB, and the one in memory that stands in for it, behave alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from slipway.adapters.ledger import DynamoLedger, items
from slipway.errors import ItemUnreadable, NotFound
from slipway.models import (
    Approval,
    Candidate,
    Card,
    Claim,
    Commit,
    Decision,
    Force,
    Mailbox,
    Question,
    Queueing,
    Release,
    Repeat,
    RollbackRequest,
    SmokeSummary,
    State,
    Verdict,
    Vote,
)
from slipway.ports import Ledger
from tests.support.fakes import NOW, FakeLedger

SMOKE = SmokeSummary(
    Verdict.PASSED, 12, 1, 2, 1.234, "evidence/birds-r1/staging.json", "build-1", 0.951, 0.94, 12.5, 13.75, 0
)
LATER = NOW + timedelta(days=1)


@pytest.fixture(params=["dynamodb", "memory"])
def ledger(request: pytest.FixtureRequest, aws_environment: None) -> Iterator[Ledger]:
    if request.param == "memory":
        yield FakeLedger()
        return
    with mock_aws():
        create_table()
        yield DynamoLedger("ledger")


def create_table() -> None:
    names: Any = ["pk", "sk", "unfinished", "kind", "opened_at"]
    boto3.client("dynamodb").create_table(
        TableName="ledger",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in names],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "unfinished",
                "KeySchema": [
                    {"AttributeName": "unfinished", "KeyType": "HASH"},
                    {"AttributeName": "sk", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            },
            {
                "IndexName": "history",
                "KeySchema": [
                    {"AttributeName": "kind", "KeyType": "HASH"},
                    {"AttributeName": "opened_at", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            },
        ],
    )


def upload(content: int, model: str = "birds") -> Candidate:
    return Candidate(f"{model}-{content:012}", model, f"models/{model}/v{content}/", (), NOW, "linus@example.com")


def opened(ledger: Ledger, content: int = 1, model: str = "birds") -> Release:
    return ledger.open(upload(content, model), State.RECEIVED, "", NOW)


def test_releases_are_numbered_per_model(ledger: Ledger) -> None:
    """Each model counts for itself."""
    ids = [opened(ledger, 1).id, opened(ledger, 2).id, opened(ledger, 1, "dogs").id, opened(ledger, 3).id]
    assert ids == ["birds-r1", "birds-r2", "dogs-r1", "birds-r3"]


def test_a_known_content_gives_the_release_it_has(ledger: Ledger) -> None:
    """Identical content is one candidate."""
    assert opened(ledger) == opened(ledger)


def test_what_is_written_is_read_again(ledger: Ledger) -> None:
    """Every field survives."""
    opened(ledger)
    full = Release(
        "birds-r1",
        "birds",
        1,
        "birds-000000000001",
        State.WAITING,
        {State.RECEIVED: NOW, State.WAITING: NOW + timedelta(seconds=1.5)},
        prefix="models/birds/v1/",
        uploaded_at=NOW,
        author="linus@example.com",
        previous_release="birds-r0",
        force_reason="the labels are right now",
        previous_live="birds-r0",
        bytes=12345,
        repeats=(Repeat("models/birds/copy/", NOW),),
        execution_id="execution",
        reason="why",
        log_url="https://logs.example.com/1",
        attempt=2,
        smoke={"staging": SMOKE},
        revision=1,
        commit=Commit(
            "8cf40f2",
            author="grace@example.com",
            message="Read sevens better",
            repository="https://github.com/example/birds",
        ),
        rollback=RollbackRequest(to="birds-r0", by="ada@example.com"),
        approval=Approval(
            question=Question("token", NOW, NOW + timedelta(days=3), "https://console.example.com"),
            votes=(Vote("approved", "ada@example.com", NOW, "slack", "fine"),),
            pending_decision=Decision("approved", "ada@example.com", NOW, "page", "fine"),
            decision=Decision("approved", "ada@example.com", NOW, "slack", "fine"),
            reminders=("half time",),
        ),
        queueing=Queueing(built_at=NOW, blocked_by="birds-r2", superseded_by="birds-r3"),
    )
    ledger.change("birds-r1", lambda _: full)
    assert ledger.release("birds-r1") == full


def test_an_equal_change_writes_nothing(ledger: Ledger) -> None:
    """The stream stays quiet."""
    release = opened(ledger)
    assert ledger.change(release.id, lambda current: current).revision == release.revision


def test_a_change_is_made_to_what_stands_now(ledger: Ledger) -> None:
    """A writer that was overtaken decides again on what it finds, and overwrites nothing."""
    release = opened(ledger)
    others = [lambda: ledger.change(release.id, lambda one: replace(one, commit=Commit("first")))]

    def overtaken(current: Release) -> Release:
        if isinstance(ledger, DynamoLedger) and others:
            others.pop()()
        return replace(current, reason="second")

    changed = ledger.change(release.id, overtaken)
    if isinstance(ledger, DynamoLedger):
        assert (changed.commit.id, changed.reason, changed.revision) == ("first", "second", 2)
    assert ledger.release(release.id) == changed


def test_a_job_is_one_s_alone_for_its_time(ledger: Ledger) -> None:
    """Whoever holds it may go on holding it; another may take it only afterwards, and knows that it is the second."""
    soon, later = NOW + timedelta(seconds=60), NOW + timedelta(seconds=120)
    assert ledger.claim("job", "one", NOW, soon) == Claim(ours=True, until=soon, taken=1)
    assert ledger.claim("job", "other", NOW, later) == Claim(ours=False, until=soon, taken=1)
    assert ledger.claim("job", "one", NOW, later) == Claim(ours=True, until=later, taken=1)
    assert ledger.claim("job", "other", later, later + timedelta(seconds=60)).taken == 2
    assert not ledger.claim("job", "one", later, later).ours


def test_a_lease_keeps_what_was_saved_for_the_next_owner(ledger: Ledger) -> None:
    """Also when it is only renewed."""
    assert ledger.claim("job", "one", NOW, NOW, ("first", "second")).checkpoints == ("first", "second")
    assert ledger.claim("job", "one", NOW, NOW).checkpoints == ("first", "second")
    assert ledger.claim("job", "other", NOW, NOW + timedelta(seconds=60)).checkpoints == ("first", "second")


@pytest.mark.usefixtures("aws_environment")
def test_two_uploads_at_the_same_moment_get_two_numbers() -> None:
    """Both read the same counter; one of them has to read again."""
    with mock_aws():
        create_table()
        ledger = DynamoLedger("ledger")
        read, others = ledger._last_number, [lambda: opened(ledger, 2)]

        def stale(model: str) -> int:
            number = read(model)
            if others:
                others.pop()()
            return number

        ledger._last_number = stale  # type: ignore[method-assign]
        assert [opened(ledger, 1).id, ledger.release("birds-r1").candidate] == ["birds-r2", "birds-000000000002"]


@pytest.mark.usefixtures("aws_environment")
def test_two_deliveries_of_a_push_at_the_same_moment_open_one_release() -> None:
    """The execution is the name under which they meet."""
    with mock_aws():
        create_table()
        ledger = DynamoLedger("ledger")
        first = opened(ledger)
        read, others = ledger._last_number, [lambda: ledger.open_again(first, "execution", NOW)]

        def stale(model: str) -> int:
            if others:
                others.pop()()
            return read(model)

        ledger._last_number = stale  # type: ignore[method-assign]
        assert ledger.open_again(first, "execution", NOW).id == "birds-r2"
        with pytest.raises(NotFound):
            ledger.release("birds-r3")


@pytest.mark.usefixtures("aws_environment")
def test_two_releases_that_go_live_at_the_same_moment_do_so_one_after_the_other() -> None:
    """The pointer to what is live is read and written as one."""
    with mock_aws():
        create_table()
        ledger = DynamoLedger("ledger")
        first, second = opened(ledger, 1), opened(ledger, 2)
        read, others = ledger.live, [lambda: ledger.go_live(first.id, NOW)]

        def stale() -> Release | None:
            live = read()
            if others:
                others.pop()()
            return live

        ledger.live = stale  # type: ignore[method-assign]
        ledger.go_live(second.id, NOW)
        assert [ledger.release(one.id).state for one in (first, second)] == [State.RETIRED, State.LIVE]


@pytest.mark.parametrize("state", [State.EXPIRED, State.SUPERSEDED, State.FAILED, State.RETIRED])
def test_a_content_that_came_to_nothing_may_be_uploaded_again(ledger: Ledger, state: State) -> None:
    """A later upload opens another release, a second delivery of the same does not."""
    first = opened(ledger)
    ledger.change(first.id, lambda release: replace(release, state=state))
    again = replace(upload(1), uploaded_at=NOW + timedelta(hours=1))
    assert opened(ledger).id == first.id
    assert ledger.open(again, State.RECEIVED, "", NOW).id == "birds-r2"
    assert ledger.open(again, State.RECEIVED, "", NOW).id == "birds-r2"


@pytest.mark.parametrize("state", [State.WAITING, State.LIVE, State.REFUSED, State.REJECTED])
def test_a_content_that_is_on_its_way_or_was_said_no_to_starts_nothing(ledger: Ledger, state: State) -> None:
    """What people or rules have decided stays decided."""
    first = opened(ledger)
    ledger.change(first.id, lambda release: replace(release, state=state))
    again = replace(upload(1), uploaded_at=NOW + timedelta(hours=1))
    assert ledger.open(again, State.RECEIVED, "", NOW).id == first.id


def test_an_execution_leads_to_its_release(ledger: Ledger) -> None:
    """Events name executions, people name releases."""
    release = opened(ledger)
    ledger.bind(release.id, "execution")
    assert ledger.release_of("execution") == release
    assert ledger.release_of("another") is None


def test_another_release_of_a_candidate_is_bound_at_once(ledger: Ledger) -> None:
    """A push of code opens it while its execution runs already."""
    again = ledger.open_again(opened(ledger), "execution", NOW)
    assert (again.id, again.candidate, again.state) == ("birds-r2", "birds-000000000001", State.RECEIVED)
    assert ledger.release_of("execution") == again


def test_one_release_is_live(ledger: Ledger) -> None:
    """The one before retires in the same moment, and says so once."""
    assert ledger.live() is None
    first, second = opened(ledger, 1), opened(ledger, 2)
    ledger.go_live(first.id, NOW)
    ledger.go_live(second.id, NOW)
    ledger.go_live(second.id, NOW + timedelta(hours=1))
    live = ledger.live()
    assert live is not None
    assert (live.id, live.times[State.LIVE]) == (second.id, NOW)
    assert ledger.release(first.id).state is State.RETIRED


def test_the_way_back_is_live_again(ledger: Ledger) -> None:
    """And what it replaced was rolled back."""
    first, second = opened(ledger, 1), opened(ledger, 2)
    for one in (first, second):
        ledger.go_live(one.id, NOW)
    assert ledger.go_live(first.id, NOW).state is State.RETIRED
    assert ledger.go_live(first.id, NOW, back=True).state is State.LIVE
    assert ledger.release(second.id).state is State.ROLLED_BACK


def test_what_has_ended_is_not_unfinished(ledger: Ledger) -> None:
    """The sweep looks only at what is on its way."""
    first, second = opened(ledger, 1), opened(ledger, 2)
    ledger.go_live(first.id, NOW)
    assert [release.id for release in ledger.unfinished()] == [second.id]


def test_a_card_is_kept(ledger: Ledger) -> None:
    """Empty before the first message."""
    release = opened(ledger)
    assert ledger.card(release) == Card()
    until = NOW + timedelta(minutes=1)
    card = Card("C0RELEASES", "1.0", "digest", ("token",), ("2026",), 1, "writer", until, news=True, behind=True)
    assert ledger.change_card(release, lambda _: card) == replace(card, revision=1) == ledger.card(release)
    assert ledger.change_card(release, lambda current: current).revision == 1


def test_what_is_behind_is_found(ledger: Ledger) -> None:
    """Beside the unfinished releases, and not among them."""
    first, second = opened(ledger, 1), opened(ledger, 2)
    for release in (first, second):
        ledger.change_card(release, lambda card: replace(card, behind=True))
    ledger.change_card(first, lambda card: replace(card, behind=False))
    assert list(ledger.behind()) == [second.id]
    assert [release.id for release in ledger.unfinished()] == [first.id, second.id]


def test_a_change_of_a_card_is_made_to_what_stands_now(ledger: Ledger) -> None:
    """Two announcers write at the same moment: the second decides again."""
    release = opened(ledger)
    others = [lambda: ledger.change_card(release, lambda card: replace(card, ts="1.0"))]

    def overtaken(card: Card) -> Card:
        if others:
            others.pop()()
        return replace(card, shown="digest")

    assert ledger.change_card(release, overtaken) == Card(ts="1.0", shown="digest", revision=2)


@pytest.mark.usefixtures("aws_environment")
def test_a_card_of_former_days_can_be_changed() -> None:
    """It was written before cards counted their revisions."""
    with mock_aws():
        create_table()
        ledger = DynamoLedger("ledger")
        release = opened(ledger)
        old = {"channel": "C0RELEASES", "ts": "1.0", "shown": "digest", "mailed": [], "threaded": []}
        boto3.resource("dynamodb").Table("ledger").put_item(Item={"pk": "MODEL#birds", "sk": "CARD#000001", **old})
        assert ledger.change_card(release, lambda card: replace(card, lost=1)).revision == 1
        assert (ledger.card(release).ts, ledger.card(release).lost) == ("1.0", 1)


def test_a_way_back_is_another_release_of_the_same_content_and_commit(ledger: Ledger) -> None:
    """It says who asked for it, and why; asked twice on its way it is the same one."""
    target = ledger.change(
        opened(ledger).id, lambda one: replace(one, state=State.RETIRED, bytes=9, commit=Commit("8cf40f2"))
    )
    back = ledger.open_back(target, "ada@example.com", "no owls", NOW)
    assert (back.id, back.candidate, back.commit.id, back.bytes) == ("birds-r2", target.candidate, "8cf40f2", 9)
    assert (back.rollback.to, back.rollback.by, back.force_reason) == ("birds-r1", "ada@example.com", "no owls")
    assert ledger.open_back(target, "grace@example.com", "", NOW) == back
    ledger.change(back.id, lambda one: replace(one, state=State.FAILED))
    assert ledger.open_back(target, "grace@example.com", "", NOW).id == "birds-r3"


@pytest.mark.usefixtures("aws_environment")
def test_two_people_who_go_back_at_the_same_moment_open_one_release() -> None:
    """They meet at the content."""
    with mock_aws():
        create_table()
        ledger = DynamoLedger("ledger")
        target = opened(ledger)
        read, others = ledger._last_number, [lambda: ledger.open_back(target, "ada@example.com", "", NOW)]

        def stale(model: str) -> int:
            number = read(model)
            if others:
                others.pop()()
            return number

        ledger._last_number = stale  # type: ignore[method-assign]
        assert ledger.open_back(target, "grace@example.com", "", NOW).rollback.by == "ada@example.com"
        with pytest.raises(NotFound):
            ledger.release("birds-r3")


def test_a_live_release_knows_what_was_live_before(ledger: Ledger) -> None:
    """A rollback changes nothing of that; the first has had none."""
    first, second = opened(ledger, 1), opened(ledger, 2)
    assert ledger.go_live(first.id, NOW).previous_live == ""
    assert ledger.go_live(second.id, NOW).previous_live == first.id
    assert ledger.go_live(first.id, NOW, back=True).previous_live == ""


def test_an_unknown_release_is_named(ledger: Ledger) -> None:
    """The error says what was looked for."""
    with pytest.raises(NotFound, match="birds-r9"):
        ledger.release("birds-r9")


def test_a_forced_content_gets_one_more_release_per_word(ledger: Ledger) -> None:
    """Whatever became of the last one; the same version of the marker forces once."""
    opened(ledger)
    forced = replace(upload(1), force=Force("the label is right now", "v1"))
    again = [ledger.open(forced, State.RECEIVED, "", NOW) for _ in range(2)]
    assert [(one.id, one.previous_release, one.force_reason) for one in again] == [
        ("birds-r2", "birds-r1", "the label is right now")
    ] * 2
    later = ledger.open(replace(forced, force=Force("and again", "v2")), State.RECEIVED, "", NOW)
    assert (later.id, later.previous_release) == ("birds-r3", "birds-r2")


def test_a_first_upload_uses_its_word_up(ledger: Ledger) -> None:
    """A marker that was there from the beginning forces nothing when its event comes twice."""
    forced = replace(upload(1), force=Force("whatever", "v1"))
    first = [ledger.open(forced, State.RECEIVED, "", NOW) for _ in range(2)]
    assert [(one.id, one.previous_release, one.force_reason) for one in first] == [("birds-r1", "", "")] * 2


def test_a_content_is_known_by_its_newest_release(ledger: Ledger) -> None:
    """A push of code opened another one, and that one is live."""
    first = opened(ledger)
    ledger.change(first.id, lambda release: replace(release, state=State.RETIRED))
    again = ledger.open_again(first, "execution", NOW)
    ledger.change(again.id, lambda release: replace(release, state=State.LIVE))
    assert ledger.open(replace(upload(1), uploaded_at=NOW + timedelta(days=1)), State.RECEIVED, "", NOW).id == again.id


def opened_in_turn(ledger: Ledger, *models: str) -> list[str]:
    for number, model in enumerate(models):
        ledger.open(upload(number, model), State.RECEIVED, "", NOW + timedelta(minutes=number // 2))
    return [release.id for release in ledger.history()]


def test_the_history_begins_with_the_newest(ledger: Ledger) -> None:
    """Across all models, whatever became of the releases, and whatever changed in them since."""
    opened(ledger)
    ledger.change("birds-r1", lambda one: replace(one, state=State.FAILED, times={**one.times, State.FAILED: LATER}))
    assert opened_in_turn(ledger, "cats", "dogs", "birds") == ["birds-r2", "dogs-r1", "cats-r1", "birds-r1"]


def test_the_history_of_one_model(ledger: Ledger) -> None:
    """The others do not count against the limit."""
    opened_in_turn(ledger, "birds", "dogs", "dogs", "birds", "dogs")
    assert [one.id for one in ledger.history(limit=2, model="birds")] == ["birds-r2", "birds-r1"]


def test_when_uploads_of_all_models_came(ledger: Ledger) -> None:
    """The newest first, of those after a moment, and no more than are asked for; a push of code is none."""
    for number, model in enumerate(("birds", "dogs", "cats", "birds", "dogs")):
        came = replace(upload(number, model), fingerprint=f"f{number}")
        ledger.open(came, State.RECEIVED, "", NOW + timedelta(minutes=number // 2))
    ledger.open(upload(9, "owls"), State.RECEIVED, "", NOW + timedelta(minutes=2))
    found = ledger.uploads_since(NOW, 10)
    assert found == [NOW + timedelta(minutes=minutes) for minutes in (2, 1, 1)]
    assert ledger.uploads_since(NOW - timedelta(seconds=1), 4) == [*found, NOW]
    assert ledger.uploads_since(NOW + timedelta(minutes=2), 10) == []


def test_the_history_is_read_on_from_any_release(ledger: Ledger) -> None:
    """Two that were opened at the same moment are neither left out nor told twice."""
    whole = opened_in_turn(ledger, *["birds", "dogs"] * 4)
    pages, before = [], ""
    while page := [one.id for one in ledger.history(before, limit=3)]:
        pages.append(page)
        before = page[-1]
    assert [len(page) for page in pages] == [3, 3, 2]
    assert [release for page in pages for release in page] == whole


def test_the_history_of_one_model_goes_on_where_it_ended(ledger: Ledger) -> None:
    """Its releases are read by their numbers."""
    opened_in_turn(ledger, "birds", "dogs", "birds", "birds")
    assert [one.id for one in ledger.history("birds-r3", 1, "birds")] == ["birds-r2"]
    assert [one.id for one in ledger.history("birds-r2", 5, "birds")] == ["birds-r1"]


def test_the_history_of_a_rare_model_does_not_read_all_others(
    aws_environment: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither 500 releases of another one, nor more of its own than are asked for."""
    with mock_aws():
        create_table()
        ledger, read = DynamoLedger("ledger"), list[int]()
        opened(ledger, model="owls")
        common = opened(ledger)
        with ledger._table.batch_writer() as batch:
            for number in range(2, 502):
                batch.put_item(items.release_item(replace(common, id=f"birds-r{number}", number=number)))
        query = ledger._table.query

        def counting(**request: Any) -> Any:
            page = query(**request)
            read.append(page["ScannedCount"])
            return page

        monkeypatch.setattr(ledger._table, "query", counting)
        assert [one.id for one in ledger.history(limit=20, model="owls")] == ["owls-r1"]
        assert len(ledger.history(limit=20, model="birds")) == 20
        assert read == [1, 20]


def test_an_item_that_cannot_be_read_is_told_when_all_others_were_given(aws_environment: None) -> None:
    """Somebody changed it by hand, or another version of Slipway wrote it."""
    with mock_aws():
        create_table()
        ledger = DynamoLedger("ledger")
        for content in (1, 2, 3):
            opened(ledger, content)
        odd = items.release_item(ledger.release("birds-r2"))
        ledger._table.put_item(Item=odd | {"state": "dancing"})
        given: list[str] = []
        with pytest.raises(ItemUnreadable, match="MODEL#birds RELEASE#000002"):
            given.extend(release.id for release in ledger.unfinished())
        assert given == ["birds-r1", "birds-r3"]


def test_a_history_before_nothing_is_an_error(ledger: Ledger) -> None:
    """A release that is named wrongly is not found."""
    with pytest.raises(NotFound, match="birds-r9"):
        ledger.history("birds-r9")


@pytest.mark.usefixtures("aws_environment")
def test_each_write_of_a_release_is_observed_once() -> None:
    """With what it was before; a change that writes nothing is none, and going live changes two."""
    with mock_aws():
        create_table()
        seen: list[tuple[str, State | None, State]] = []

        def observe(before: Release | None, after: Release) -> None:
            seen.append((after.id, before.state if before else None, after.state))

        ledger = DynamoLedger("ledger", observe)
        first, second = opened(ledger, 1), opened(ledger, 2)
        ledger.change(first.id, lambda release: release)
        ledger.go_live(first.id, NOW)
        ledger.go_live(second.id, NOW)
        ledger.go_live(second.id, NOW)
        ledger.change(second.id, lambda release: replace(release, reason="an alarm"))
    received, live = State.RECEIVED, State.LIVE
    assert seen == [
        ("birds-r1", None, received),
        ("birds-r2", None, received),
        ("birds-r1", received, live),
        ("birds-r2", received, live),
        ("birds-r1", live, State.RETIRED),
        ("birds-r2", live, live),
    ]


def test_what_an_address_was_mailed_is_kept(ledger: Ledger) -> None:
    """Whatever its capitals; it is looked for while a digest waits."""
    box = Mailbox((NOW,), ("birds-r1",), LATER)
    assert ledger.change_mailbox("Ada@example.com", lambda _: box) == replace(box, revision=1)
    assert list(ledger.waiting_mailboxes()) == ["ada@example.com"]
    assert ledger.change_mailbox("ada@example.com", lambda current: current) == replace(box, revision=1)
    ledger.change_mailbox("ada@example.com", lambda current: replace(current, waiting=(), since=None))
    assert list(ledger.waiting_mailboxes()) == []
    assert ledger.change_mailbox("grace@example.com", lambda current: current) == Mailbox()
