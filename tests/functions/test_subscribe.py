"""CloudFormation is answered in every case."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from functions.subscribe import app
from slipway.adapters import cloudformation
from slipway.bootstrap import subscribe
from slipway.errors import NotAnswered
from tests.support.fakes import FakeSubscriptions

TOPIC = "arn:aws:sns:eu-central-1:123456789012:slipway-Mail"


class Storage(BaseHTTPRequestHandler):
    """Where CloudFormation reads answers; it fails as often as it is told to."""

    answers: list[tuple[str, dict[str, Any]]]
    fails: int

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status = 200 if type(self).fails == 0 else 503
        type(self).fails -= status != 200
        if status == 200:
            self.answers.append((self.headers["Content-Type"], json.loads(body)))
        self.send_response(status)
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def storage(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    Storage.answers, Storage.fails = [], 0
    monkeypatch.setattr(cloudformation, "RETRIES", cloudformation.RETRIES.new(backoff_factor=0))
    with ThreadingHTTPServer(("127.0.0.1", 0), Storage) as server:
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/answer?signature=secret"
        server.shutdown()


@pytest.fixture
def topic(monkeypatch: pytest.MonkeyPatch) -> FakeSubscriptions:
    topic = FakeSubscriptions()
    monkeypatch.setattr(subscribe, "build", lambda arn: topic)
    return topic


def failing(topic: str) -> FakeSubscriptions:
    raise RuntimeError("no such topic" * 900)


def asked(url: str, kind: str, **properties: str) -> dict[str, Any]:
    return {
        "RequestType": kind,
        "RequestId": "request",
        "StackId": "stack",
        "LogicalResourceId": "MailSubscriptions",
        "ResponseURL": url,
        "ResourceProperties": {"Topic": TOPIC, "Approvers": "U0ADA=ada@example.com", **properties},
    }


DONE = {
    "Status": "SUCCESS",
    "PhysicalResourceId": TOPIC,
    "StackId": "stack",
    "RequestId": "request",
    "LogicalResourceId": "MailSubscriptions",
}


def test_a_deployment_subscribes_whom_the_parameters_name(storage: str, topic: FakeSubscriptions, context: Any) -> None:
    """The physical id is the topic, so that an update replaces nothing; the address is signed for no content type."""
    app.lambda_handler(asked(storage, "Create", MailTo="team@example.com", EscalateTo="S0TEAM"), context)
    app.lambda_handler(asked(storage, "Update", Approvers="U0GRACE=grace@example.com"), context)
    assert topic.asked == ["ada@example.com", "team@example.com", "grace@example.com"]
    assert Storage.answers == [("", DONE), ("", DONE)]


def test_a_stack_that_goes_unsubscribes_everybody(storage: str, topic: FakeSubscriptions, context: Any) -> None:
    """Before its topic goes."""
    topic.confirm("ada@example.com")
    app.lambda_handler(asked(storage, "Delete"), context)
    assert (topic.known, Storage.answers) == ({}, [("", DONE)])


def test_a_failure_is_told_with_its_reason(storage: str, context: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The deployment fails at once and says why, within what an answer may weigh."""
    monkeypatch.setattr(subscribe, "build", failing)
    app.lambda_handler(asked(storage, "Update"), context)
    ((_, said),) = Storage.answers
    assert (said["Status"], said["PhysicalResourceId"]) == ("FAILED", TOPIC)
    assert said["Reason"].startswith("The e-mail subscriptions were not brought up to date: no such topic")
    assert len(json.dumps(said)) <= 4096


def test_a_quorum_that_nobody_can_reach_is_refused(storage: str, topic: FakeSubscriptions, context: Any) -> None:
    """Templates cannot count a list, so this is the first to notice."""
    people = "U0ADA=ada@example.com,U1ADA=ADA@example.com"
    app.lambda_handler(asked(storage, "Update", Approvers=people, RequiredApprovals="2"), context)
    ((_, said),) = Storage.answers
    assert (said["Status"], topic.asked) == ("FAILED", [])
    assert said["Reason"].startswith("RequiredApprovals is 2, more than the 1 whom")


def test_a_quorum_that_nobody_could_reach_does_not_keep_a_stack_from_going(
    storage: str, topic: FakeSubscriptions, context: Any
) -> None:
    """CloudFormation deletes what it could not create."""
    app.lambda_handler(asked(storage, "Delete", RequiredApprovals="2"), context)
    assert Storage.answers == [("", DONE)]


def test_a_failure_does_not_keep_a_stack_from_going(
    storage: str, context: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The topic takes its subscriptions along."""
    monkeypatch.setattr(subscribe, "build", failing)
    app.lambda_handler(asked(storage, "Delete"), context)
    assert Storage.answers == [("", DONE)]


def test_an_answer_that_is_not_taken_at_first_is_given_again(
    storage: str, topic: FakeSubscriptions, context: Any
) -> None:
    """A lost one would hold the stack."""
    Storage.fails = 2
    app.lambda_handler(asked(storage, "Create"), context)
    assert Storage.answers == [("", DONE)]


def test_an_answer_that_cannot_be_given_is_an_error_without_the_address(
    storage: str, topic: FakeSubscriptions, context: Any
) -> None:
    """Lambda tries again; whoever reads the log must not be able to answer."""
    Storage.fails = 99
    with pytest.raises(NotAnswered) as caught:
        app.lambda_handler(asked(storage, "Create"), context)
    assert "secret" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_release_hours_that_cannot_be_read_are_refused(storage: str, topic: FakeSubscriptions, context: Any) -> None:
    """A pattern cannot know the zones; a function that met a wrong one would approve nothing."""
    app.lambda_handler(asked(storage, "Update", ReleaseHours="Mon-Fri 08:00-16:00 Europe/Berln"), context)
    ((_, said),) = Storage.answers
    assert said["Status"] == "FAILED"
    assert "which is no time zone such as Europe/Berlin" in said["Reason"]
