"""The card says where a release stands, and who said what."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from slipway.approvals.policy import Policy
from slipway.models import Commit, Decision, Json, ModelCard, Release, Replacement, RollbackRequest, State, Vote
from slipway.notifications.headline import headline
from slipway.notifications.slack.card import blocks_of
from slipway.notifications.stack_urls import StackUrls
from slipway.releases.code_diff import CodeDiff
from tests.support.fakes import NOW
from tests.support.made_releases import ONE, SMOKE, TWO, URLS, WAITING, changed

YES = Vote("approved", "ada@example.com", NOW, "slack")
APPROVED = Decision.completed_by(YES)


def blocks(release: Release, policy: Policy = ONE) -> list[Json]:
    return blocks_of(release, URLS, policy)


def text(release: Release, policy: Policy = ONE) -> str:
    return "\n".join(block["text"]["text"] for block in blocks(release, policy) if "text" in block)


def fields(release: Release) -> list[str]:
    return [field["text"] for field in blocks(release)[1]["fields"]]


def buttons(release: Release) -> list[Json]:
    return [element for block in blocks(release) if block["type"] == "actions" for element in block["elements"]]


def test_a_waiting_release_can_be_answered_on_its_card() -> None:
    """All buttons name the release and the question; approving asks again before it decides."""
    value = f"birds-r12 {WAITING.approval.question.id}" if WAITING.approval.question else ""
    assert [(one["action_id"], one["value"]) for one in buttons(WAITING)] == [
        ("approve", value),
        ("reject", value),
        ("review", value),
    ]
    approve, *others = buttons(WAITING)
    assert approve["confirm"]["title"]["text"] == "Approve birds-r12?"
    asked = "birds-r12 goes to production, exactly as it was tested on staging."
    assert approve["confirm"]["text"]["text"] == asked
    assert not [one for one in others if "confirm" in one]


@pytest.mark.parametrize("state", [state for state in State if state is not State.WAITING])
def test_no_other_state_can_be_answered(state: State) -> None:
    """What cannot be answered does not look as if it could."""
    assert buttons(replace(WAITING, state=state)) == []


@pytest.mark.parametrize("said", [{"decision": APPROVED}, {"pending_decision": APPROVED}])
def test_a_decision_takes_the_buttons_away(said: dict[str, Decision]) -> None:
    """Even while the pipeline has not taken it yet."""
    answered = changed(WAITING, **said)
    assert buttons(answered) == []
    told = "goes on" if answered.approval.decision else "is being told"
    assert headline(answered) == f"🟡 birds-r12: Answered; the pipeline {told}."


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"pending_decision": APPROVED}, "*Being approved by* <@U0ADA>, <!date^"),
        ({"decision": APPROVED}, "*Approved by* <@U0ADA>, <!date^"),
        (
            {"decision": replace(APPROVED, source="page", reason="fine")},
            "*Approved by* <@U0ADA> on the review page, <!date^",
        ),
        (
            {"decision": Decision("rejected", "user/linus", NOW, "console", "a <wren>")},
            "*Rejected by* user/linus in the AWS console, <!date^",
        ),
        (
            {"pending_decision": Decision("rejected", "Slipway", NOW, "slipway", "Superseded by birds-r13.")},
            "*Withdrawn*",
        ),
    ],
)
def test_who_decides_is_named(said: dict[str, Decision], told: str) -> None:
    """By the Slack name where it is known, and with the place where the answer was given."""
    assert told in text(changed(WAITING, **said))


def test_a_reason_is_told_with_its_answer() -> None:
    """Whatever characters it has."""
    assert text(changed(WAITING, decision=replace(APPROVED, reason="a <wren>"))).count(": “a &lt;wren&gt;”") == 1


def test_a_failure_says_why_and_where_to_read_more() -> None:
    """In the first lines that somebody looks at."""
    failed = replace(WAITING, state=State.FAILED, reason="No <space> left.", log_url="https://logs.example.com/1")
    assert "*Why* “No &lt;space&gt; left.” <https://logs.example.com/1|Read the log>" in text(failed)
    assert text(replace(failed, state=State.REFUSED, log_url="")).endswith("*Why* No &lt;space&gt; left.")


@pytest.mark.parametrize(
    ("since", "told"),
    [
        (CodeDiff("birds-r9", same=True), "*Code* the same as that of birds-r9"),
        (
            CodeDiff("birds-r9", older=True, comparison="https://c.example.com"),
            "*Code* older than that of birds-r9 · <https://c.example.com|compare>",
        ),
        (CodeDiff("birds-r9"), "*Code* this commit is new since birds-r9"),
        (
            CodeDiff("birds-r9", commits=(Commit("4b94a01c7d2e4b94", "ada", "Read <more>\n\nx"),), more=4),
            (
                "*Code* this commit is new since birds-r9, and before it\n"
                "`4b94a01c7d2e`, says it is by ada: “Read &lt;more&gt;”\nand 4 more"
            ),
        ),
    ],
)
def test_what_is_new_in_the_code_is_told(since: CodeDiff, told: str) -> None:
    """Beside what is live, as far as it is known."""
    said = [
        block["text"]["text"]
        for block in blocks_of(WAITING, URLS, ONE, since)
        if block["type"] == "section" and "text" in block
    ]
    assert told in said


def test_too_few_who_may_approve_is_said() -> None:
    """The author is one of as many approvers as it takes: nobody should wait in vain."""
    own = replace(WAITING, author="ada@example.com")
    assert "2 approvals are needed, but ada@example.com may not approve their own work" in text(own, TWO)
    voted = text(changed(own, votes=(replace(YES, by="grace@example.com"),)), TWO)
    assert "*Votes* 1 of 2 approvals\n" in voted
    assert "which leaves too few" in voted


def test_votes_are_shown_as_they_come() -> None:
    """Only those that count: not the author's own."""
    assert "*Votes* 0 of 2 approvals" in text(WAITING, TWO)
    voted = changed(WAITING, author="grace@example.com", votes=(YES, replace(YES, by="grace@example.com")))
    assert "*Votes* 1 of 2 approvals\n<@U0ADA>, <!date^" in text(voted, TWO)
    assert "U0GRACE" not in text(voted, TWO)


def test_the_smoke_test_is_told_with_its_evidence() -> None:
    """The approver sees the verdict in a line, and the page behind it is one press away."""
    assert "✅ passed on staging: 12 passed, 0 failed in 1.5 s · <https://console.aws.amazon.com/s3/object/" in text(
        WAITING
    )
    assert f"prefix=evidence%2Fbirds-r12%2Fstaging.html&amp;versionId={SMOKE.page_version}|evidence>" in text(WAITING)


@pytest.mark.parametrize(
    ("figures", "told"),
    [
        (
            {"accuracy": 0.971, "production_accuracy": 0.95, "p95": 42.4, "production_p95": 40.0, "changed": 3},
            "accuracy 97.1 % (production 95.0 %) · p95 42.4 ms (production 40 ms) · 3 changed predictions",
        ),
        ({"accuracy": 0.5, "changed": 1}, "accuracy 50.0 % · 1 changed prediction"),
        ({"changed": 0}, "no changed predictions"),
        ({"replayed": 80, "replayed_changed": 2}, "2 of 80 sampled requests changed"),
        ({"replayed": 0, "replayed_changed": 0}, "no sampled requests compared yet"),
    ],
)
def test_figures_stand_beside_production_s(figures: dict[str, float], told: str) -> None:
    """What was not measured is not mentioned."""
    smoke = replace(SMOKE, **figures)  # type: ignore[arg-type]
    assert told in text(replace(WAITING, smoke={"staging": smoke})).splitlines()


def test_the_first_thing_that_one_reads_is_how_staging_did() -> None:
    """Production's evidence comes below it."""
    told = text(replace(WAITING, smoke={"production": SMOKE, "staging": SMOKE}))
    assert told.index("on staging") < told.index("on production")


@pytest.mark.parametrize(
    ("release", "told"),
    [
        (changed(WAITING, state=State.SUPERSEDED, superseded_by="birds-r13"), "Superseded by birds-r13."),
        (changed(WAITING, superseded_by="birds-r13"), "birds-r13 waits behind this one."),
        (
            changed(WAITING, state=State.BUILDING, blocked_by="birds-r11"),
            "Built; waits for birds-r11 to be answered.",
        ),
    ],
)
def test_who_waits_for_whom_is_told(release: Release, told: str) -> None:
    """In both modes, and on both cards."""
    assert told in text(release)


def test_a_live_release_offers_what_was_live_before() -> None:
    """With a word of what that means."""
    (button,) = buttons(replace(WAITING, state=State.LIVE, previous_live="birds-r9"))
    assert (button["action_id"], button["value"]) == ("back", "birds-r12 birds-r9")
    assert button["text"]["text"] == button["confirm"]["title"]["text"][:-1] == "Go back to birds-r9"


@pytest.mark.parametrize("state", [State.RETIRED, State.ROLLED_BACK])
def test_what_is_not_live_any_more_offers_no_way_back(state: State) -> None:
    """The button is on one card only."""
    assert buttons(replace(WAITING, state=state, previous_live="birds-r9")) == []


def test_a_way_back_says_to_what_and_who_asked() -> None:
    """So that the approvers know why it is there."""
    back = replace(
        WAITING,
        previous_release="birds-r9",
        force_reason="r12 sees no owls",
        rollback=RollbackRequest(to="birds-r9", by="ada@example.com"),
    )
    assert "*Back to* birds-r9, asked by <@U0ADA>: “r12 sees no owls”" in text(back)
    assert "Released again" not in text(back)


def test_a_release_by_force_says_why_and_what_it_was_before() -> None:
    """What comes without a mark is the first of its content."""
    forced = replace(WAITING, previous_release="birds-r3", force_reason="the <label> was wrong")
    assert "*Released again* the same content as birds-r3: “the &lt;label&gt; was wrong”" in text(forced)
    assert "Released again" not in text(WAITING)


def test_what_is_known_of_the_model_and_its_code_is_told() -> None:
    """Size and commit, each where it is known."""
    told = fields(
        replace(
            WAITING,
            bytes=3 << 20,
            commit=replace(WAITING.commit, author="grace@example.com", message="See owls\n\nNow"),
        )
    )
    assert told[-2:] == ["*Commit*\n`8cf40f2d1c7f`, says it is by grace@example.com: “See owls”", "*Size*\n3.0 MB"]
    assert len(fields(replace(WAITING, commit=Commit("")))) == 4


def test_markup_in_names_is_shown_not_obeyed() -> None:
    """An upload cannot write links or mentions into the channel."""
    shown = "\n".join(fields(replace(WAITING, author="<!channel> & <http://evil.example|click>")))
    assert "<!channel>" not in shown
    assert "says it is by “&lt;!channel&gt; &amp; &lt;http[:]//evil[.]example|click&gt;”" in shown


def test_a_release_that_calls_itself_approved_is_quoted_in_its_headline() -> None:
    """A folder may have any name until it is refused for it."""
    refused = replace(WAITING, id="birds: approved by ada-r1", state=State.REFUSED)
    assert headline(refused) == "⛔ “birds: approved by ada-r1”: Refused."


def test_the_way_is_told_in_time_spans() -> None:
    """When it began, and how long each step took."""
    times = {
        State.RECEIVED: NOW,
        State.BUILDING: NOW + timedelta(seconds=8),
        State.WAITING: NOW + timedelta(minutes=3),
        State.RELEASING: NOW + timedelta(hours=27),
    }
    told = blocks(replace(WAITING, times=times, attempt=2))[-1]["elements"][0]["text"]
    assert told.startswith("received <!date^")
    assert told.endswith("→ building +8 s → waiting +2 min → releasing +26 h 57 min · attempt 2")


@pytest.mark.parametrize("state", list(State))
def test_every_state_has_a_sentence(state: State) -> None:
    """No state reaches the channel without words."""
    assert headline(replace(WAITING, state=state)).endswith(".")


@pytest.mark.parametrize(
    "log", ["javascript:alert(1)", "https://a.example/ x", "https://a.example/|x>", "x", "https://\u202ea"]
)
def test_an_address_that_is_none_is_not_linked(log: str) -> None:
    """An action may name anything."""
    assert text(replace(WAITING, state=State.FAILED, log_url=log)).endswith("*Why* Read the log")


def test_the_log_is_the_failed_action_s_own_if_it_has_one() -> None:
    """Else the console shows all actions of the execution."""
    failed = replace(WAITING, execution_id="6f1e", log_url="https://logs.example.com/1")
    assert URLS.log(failed) == "https://logs.example.com/1"
    assert URLS.log(replace(failed, log_url="")).endswith(
        "/pipelines/slipway/executions/6f1e/timeline?region=eu-central-1"
    )
    assert StackUrls("s", "p").log(replace(failed, log_url="")) == ""


def test_what_happened_again_is_told_in_the_order_in_which_it_happened() -> None:
    """A stage that was retried asks after the rejection; within a second, what led to what is known by what it is."""
    hour = timedelta(hours=1)
    times = {
        State.WAITING: NOW + 3 * hour,
        State.TESTING: NOW + hour,
        State.STAGING: NOW + hour + timedelta(milliseconds=1),
        State.REJECTED: NOW + 2 * hour,
        State.RECEIVED: NOW,
    }
    told = blocks(replace(WAITING, times=times, attempt=2))[-1]["elements"][0]["text"]
    assert [step.split()[0] for step in told.split(" → ")] == ["received", "staging", "testing", "rejected", "waiting"]


def test_another_model_than_the_live_one_is_warned_of() -> None:
    """With the reason of whoever uploaded it."""
    said = text(replace(WAITING, replaces=Replacement("digits", "Birds *take* over")))
    assert "⚠️ This is another model than the live one, and takes the place of digits in production:" in said
    assert "Replaces" not in text(WAITING)
    approve = buttons(replace(WAITING, replaces=Replacement("digits")))[0]
    assert approve["confirm"]["text"]["text"].endswith("It is another model than digits, and takes its place.")


def test_what_its_author_says_of_a_model_is_quoted_with_hosts_for_links() -> None:
    """A stranger's link is labelled by where it leads."""
    lineage = {"training_run": "https://mlflow.example.com/runs/417", "data": "http://evil.example/|*x*>"}
    card = ModelCard("Sevens! <!channel>", {"accuracy": "0.97", "_f1_": "0.9"}, lineage)
    assert (
        "*Its author says* “Sevens! &lt;!channel&gt;”\n"
        "accuracy 0.97 · \u02cdf1\u02cd 0.9\n"
        "<https://mlflow.example.com/runs/417|training run on mlflow.example.com>\n"
        "data: “http[:]//evil[.]example/|\u2217x\u2217&gt;”"
    ) in text(replace(WAITING, model_card=card))
