"""Events in the shapes that AWS sends reach the ledger and the channel."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from functions.announce import app as announce
from functions.receive_upload import app as receive_upload
from functions.record_progress import app as record_progress
from functions.sweep import app as sweep
from slipway import bootstrap
from slipway.approvals.pipeline_recorder import PipelineRecorder
from slipway.approvals.reminders import Reminders
from slipway.approvals.submit_decision import SUBMIT_TIMEOUT
from slipway.approvals.supersede import Supersession
from slipway.approvals.sweep import Sweep
from slipway.approvals.voting import Voting
from slipway.bootstrap.receive_upload import ReceiveUpload
from slipway.models import Candidate, Decision, Json, Question, State
from slipway.notifications.email.digests import DELAY, Digests
from slipway.notifications.email.notifier import EmailNotifier
from slipway.notifications.notifier import Notifier
from slipway.notifications.slack.notifier import SlackNotifier
from slipway.releases.record_question import record_question
from slipway.uploads.limits import Rules
from slipway.uploads.receive import UploadReceiver
from tests.support.fakes import (
    NOW,
    FakeBucket,
    FakeChat,
    FakeClock,
    FakeEnvironments,
    FakeEvidence,
    FakeLedger,
    FakeMail,
    FakePipeline,
    FakeQueue,
)
from tests.support.made_releases import ONE, SMOKE, URLS, changed

PEOPLE = {
    "APPROVERS": "U0ADA=ada@example.com",
    "REQUIRED_APPROVALS": "1",
    "ALLOW_SELF_APPROVAL": "false",
    "UPLOADER_PROOF": "claim",
    "RELEASE_HOURS": "",
    "FREEZES": "",
}
SETTLE = timedelta(seconds=20)
EXECUTION = "6f1e7a52-3b0c-4d0e-9a55-0c6f2d6b7a10"
type Event = Callable[[str], Json]


@pytest.fixture
def ledger() -> FakeLedger:
    ledger = FakeLedger()
    for number in range(12):
        ledger.open(Candidate(f"birds-{number:012}", "birds", "models/birds/v1/", (), NOW), State.RECEIVED, "", NOW)
    ledger.bind("birds-r12", EXECUTION)
    return ledger


def queued(*events: Json) -> Json:
    return {"Records": [_message(f"message-{number}", body) for number, body in enumerate(events)]}


def _message(message_id: str, body: Json) -> Json:
    return {"messageId": message_id, "body": json.dumps(body), "attributes": {}, "eventSource": "aws:sqs"}


def receiving(uploads: UploadReceiver, queue: Any = None) -> ReceiveUpload:
    receiver: Any = queue or FakeQueue()
    return ReceiveUpload(uploads, receiver)


def test_an_upload_s_event_releases_it(event: Event, context: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """EventBridge's event, through the queue."""
    bucket, pipeline = FakeBucket(), FakePipeline()
    bucket.put("models/birds/2026-11-22/model.onnx")
    uploads = UploadReceiver(bucket, FakeLedger(), pipeline, FakeClock(NOW + timedelta(hours=1)), SETTLE, Rules(1000))
    monkeypatch.setattr(bootstrap.receive_upload, "build", lambda: receiving(uploads))
    assert receive_upload.lambda_handler(queued(event("object-created")), context) == {"batchItemFailures": []}
    assert list(pipeline.executions) == ["birds-r1"]


def test_one_bad_message_does_not_hold_up_the_others(
    event: Event, context: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only what failed is delivered again."""
    bucket, pipeline = FakeBucket(), FakePipeline()
    bucket.put("models/birds/2026-11-22/model.onnx")
    uploads = UploadReceiver(bucket, FakeLedger(), pipeline, FakeClock(NOW + timedelta(hours=1)), SETTLE, Rules(1000))
    monkeypatch.setattr(bootstrap.receive_upload, "build", lambda: receiving(uploads))
    answer = receive_upload.lambda_handler(queued({"poison": True}, event("object-created")), context)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "message-0"}]}
    assert list(pipeline.executions) == ["birds-r1"]


def test_what_is_not_complete_comes_again_as_a_new_message(
    event: Event, context: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Waiting is not failing: the count of receipts that leads to the dead-letter queue begins anew."""
    bucket, queue, told = FakeBucket(), FakeQueue(), event("object-created")
    bucket.put(told["detail"]["object"]["key"])
    uploads = UploadReceiver(bucket, FakeLedger(), FakePipeline(), FakeClock(NOW), SETTLE, Rules(1000))
    monkeypatch.setattr(bootstrap.receive_upload, "build", lambda: receiving(uploads, queue))
    told["time"] = NOW.isoformat()
    assert receive_upload.lambda_handler(queued(told), context) == {"batchItemFailures": []}
    assert queue.sent == [(json.dumps({**told, "seen": ""}), timedelta(seconds=21))]


@pytest.mark.parametrize(
    ("name", "state"),
    [("deploy-started", State.STAGING), ("pipeline-succeeded", State.LIVE), ("approval-notice", State.WAITING)],
)
def test_what_happens_in_the_pipeline_is_recorded(
    ledger: FakeLedger, event: Event, context: Any, monkeypatch: pytest.MonkeyPatch, name: str, state: State
) -> None:
    """By EventBridge and by SNS."""
    pipeline = FakePipeline()
    recorder = PipelineRecorder(ledger, FakeBucket(), pipeline, Supersession(ledger, pipeline, withdraw=True))
    monkeypatch.setattr(bootstrap.record_progress, "build", lambda: recorder)
    record_progress.lambda_handler(event(name), context)
    assert ledger.release("birds-r12").state is state


def test_a_change_in_the_ledger_reaches_the_channel(
    ledger: FakeLedger, event: Event, context: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stream's record names the release, the ledger says the rest."""
    chat = FakeChat()
    monkeypatch.setattr(bootstrap.announce, "build", lambda: announcing(ledger, chat))
    assert announce.lambda_handler(event("ledger-stream"), context) == {"batchItemFailures": []}
    assert [text for text, _, _ in chat.posted] == ["🔵 birds-r12: Received; the pipeline starts."]


def test_slack_s_failure_does_not_hold_up_the_stream(
    ledger: FakeLedger, event: Event, context: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is counted, for the alarm, and what is behind is said again when its time comes."""
    chat = FakeChat(down=True)
    monkeypatch.setattr(bootstrap.announce, "build", lambda: announcing(ledger, chat))
    assert announce.lambda_handler(event("ledger-stream"), context) == {"batchItemFailures": []}
    assert announce.lambda_handler(event("schedule"), context) == {}
    counted = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "SlackUndelivered" in line]
    assert [one["SlackUndelivered"] for one in counted] == [[1.0], [1.0]]
    assert counted[0]["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "Slipway"
    chat.down = False
    announce.lambda_handler(event("schedule"), context)
    assert [text for text, _, _ in chat.posted] == ["🔵 birds-r12: Received; the pipeline starts."]
    assert "SlackUndelivered" not in capsys.readouterr().out


def test_the_schedule_sends_digests_even_while_slack_is_down(
    ledger: FakeLedger, event: Event, context: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither waits for the other."""
    clock, mail = FakeClock(NOW), FakeMail()
    told = announcing(ledger, FakeChat(down=True))
    told = replace(told, email=replace(told.email, mail=mail, digests=Digests(ledger, clock, mail)))
    monkeypatch.setattr(bootstrap.announce, "build", lambda: told)
    ledger.change_mailbox("ada@example.com", lambda box: replace(box, waiting=("birds-r12",), since=NOW))
    clock.sleep(DELAY.total_seconds())
    assert announce.lambda_handler(event("schedule"), context) == {}
    assert [(to, subject) for to, subject, _ in mail.sent] == [("ada@example.com", "Slipway: 1 release in one mail")]


def sweeping(ledger: FakeLedger, pipeline: FakePipeline) -> Sweep:
    """Make a sweep."""
    voting = Voting(ledger, pipeline, FakeEnvironments(), ONE, FakeEvidence())
    return Sweep(
        ledger, FakeBucket(), pipeline, Supersession(ledger, pipeline, withdraw=True), voting, Reminders(ledger)
    )


def announcing(ledger: FakeLedger, chat: FakeChat) -> Notifier:
    """Make an announcer of a channel."""
    return Notifier(ledger, FakeClock(), EmailNotifier(FakeMail(), ONE, URLS), SlackNotifier(chat, URLS, ONE))


def test_the_sweep_reminds_of_what_waits_and_ends_what_has_ended(
    ledger: FakeLedger, event: Event, context: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An approval whose time is half over is told again; an execution that failed unheard ends its release."""
    long_ago = Question("token", NOW - timedelta(days=900), NOW - timedelta(days=890))
    record_question(ledger, "birds-r3", long_ago)
    for number in set(range(1, 12)) - {3}:
        ledger.change(f"birds-r{number}", lambda release: replace(release, state=State.RETIRED))
    built = sweeping(ledger, FakePipeline(ended={EXECUTION: State.FAILED}))
    monkeypatch.setattr(bootstrap.sweep, "build", lambda: built)
    ledger.change("birds-r12", lambda release: replace(release, execution_id=EXECUTION))
    assert sweep.lambda_handler(event("schedule"), context) == {
        "ended": ["birds-r12"],
        "stranded": [],
        "resumed": [],
        "reminded": ["birds-r3"],
    }
    nothing: dict[str, list[str]] = {"ended": [], "stranded": [], "resumed": [], "reminded": []}
    assert sweep.lambda_handler(event("schedule"), context) == nothing


def test_the_sweep_counts_what_is_stuck(
    ledger: FakeLedger,
    event: Event,
    context: Any,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A release that stays in one state for longer than any step takes; an alarm tells of it."""
    for number in range(1, 12):
        ledger.change(f"birds-r{number}", lambda release: replace(release, state=State.RETIRED))
    stays = {"state": State.RELEASING, "times": {State.RECEIVED: NOW, State.RELEASING: NOW - timedelta(days=900)}}
    ledger.change("birds-r12", lambda release: replace(release, **stays))  # type: ignore[arg-type]
    monkeypatch.setattr(bootstrap.sweep, "build", lambda: sweeping(ledger, FakePipeline()))
    sweep.lambda_handler(event("schedule"), context)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "StuckReleases" in line]
    assert [line["StuckReleases"] for line in lines] == [[1.0]]


def test_a_step_of_the_sweep_that_fails_holds_up_none_of_the_others(
    ledger: FakeLedger, event: Event, context: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And is not kept quiet."""
    record_question(ledger, "birds-r3", Question("token", NOW - timedelta(days=900), NOW - timedelta(days=890)))
    absent: dict[str, Any] = dict.fromkeys(("bucket", "pipeline", "supersession", "voting"))
    broken = replace(sweeping(ledger, FakePipeline()), **absent)
    monkeypatch.setattr(bootstrap.sweep, "build", lambda: broken)
    with pytest.raises(ExceptionGroup):
        sweep.lambda_handler(event("schedule"), context)
    assert ledger.release("birds-r3").approval.reminders


def test_the_sweep_knows_when_others_are_told(aws_environment: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the minutes of the parameter."""
    told = {"LEDGER_TABLE": "ledger", "MODEL_BUCKET": "models", "PIPELINE_NAME": "slipway"}
    told |= {"EXISTING_PIPELINE": "", "ORDERS_QUEUE": ""}
    for name, value in ({**told, "ON_NEWER_CANDIDATE": "queue", "ESCALATE_AFTER_MINUTES": "90"} | PEOPLE).items():
        monkeypatch.setenv(name, value)
    bootstrap.sweep.build.cache_clear()
    assert bootstrap.sweep.build().reminders.escalate_after == timedelta(minutes=90)


def test_the_sweep_carries_out_the_decision_of_somebody_who_died_over_it(
    ledger: FakeLedger, event: Event, context: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A decision is in the ledger before it is in the pipeline: it is never lost."""
    pipeline = FakePipeline()
    record_question(ledger, "birds-r3", Question("token", NOW, NOW + timedelta(days=900)))
    deciding = Decision("approved", "ada@example.com", NOW - SUBMIT_TIMEOUT, "slack")
    tested = {"staging": SMOKE}
    ledger.change(
        "birds-r3", lambda release: changed(release, smoke=tested, votes=(deciding,), pending_decision=deciding)
    )
    monkeypatch.setattr(bootstrap.sweep, "build", lambda: sweeping(ledger, pipeline))
    sweep.lambda_handler(event("schedule"), context)
    assert pipeline.answers == [("token", deciding)]
    assert ledger.release("birds-r3").approval.decision == deciding


def test_the_sweep_goes_on_when_one_release_cannot_be_looked_after(
    ledger: FakeLedger, event: Event, context: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All others have their turn before it is raised, in every step, and the failure names the release."""
    asked = Question("token", NOW - timedelta(days=900), NOW - timedelta(days=890))
    for number in (3, 5):
        record_question(ledger, f"birds-r{number}", asked)
    change = ledger.change

    def odd(release_id: str, what: Any) -> Any:
        if release_id == "birds-r3":
            raise KeyError("token")
        return change(release_id, what)

    monkeypatch.setattr(ledger, "change", odd)
    monkeypatch.setattr(bootstrap.sweep, "build", lambda: sweeping(ledger, FakePipeline()))
    with pytest.raises(ExceptionGroup) as caught:
        sweep.lambda_handler(event("schedule"), context)
    assert ledger.release("birds-r5").approval.reminders
    assert "birds-r3" in caught.value.exceptions[0].__notes__[0]
