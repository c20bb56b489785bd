"""What must hold after the story."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from rehearsal import assertions
from rehearsal.assertions import Service
from rehearsal.chat import Card
from rehearsal.errors import RehearsalError
from rehearsal.ledger import Release
from rehearsal.story import SCENARIOS
from rehearsal.summary import Result

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def a_release(number: int, state: str, *, asked: bool = False) -> Release:
    times = {"received": NOON} | ({"waiting": NOON} if asked else {})
    return Release(f"digits-r{number}", f"digits-{number}", "digits", "", state, times)


def a_card(text: str, *buttons: dict[str, Any]) -> Card:
    return Card("C0RELEASES", "1.0", text, [{"type": "actions", "elements": list(buttons)}])


class Instance(BaseHTTPRequestHandler):
    """Serves digits-r2, reads every picture as a seven, and answers as `status` says to what is none."""

    status = 400
    content_type = "application/json"

    def do_GET(self) -> None:
        """Answer /version."""
        self._answer(200, {"release": "digits-r2", "candidate": "digits-2"})

    def do_POST(self) -> None:
        """Answer /predict."""
        sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if sent["image"] == assertions.NO_PICTURE:
            self._answer(self.status, {"error": "no picture"})
        else:
            self._answer(200, {"prediction": {"winning_class": "7"}})

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        self.send_response(status)
        self.send_header("Content-Type", self.content_type)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def service() -> Iterator[Service]:
    """An instance that runs for one test."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Instance) as server:
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield Service("production", f"http://127.0.0.1:{server.server_port}")
        server.shutdown()


def test_a_service_that_runs_the_release_shows_its_passport(service: Service) -> None:
    """The passport goes into the summary."""
    assert assertions.serves(service, a_release(2, "live"))["candidate"] == "digits-2"


def test_a_service_that_runs_another_release_is_told_by_both_names(service: Service) -> None:
    """What was expected and what is there."""
    with pytest.raises(RehearsalError, match="production was expected to serve digits-r3, but says digits-r2"):
        assertions.serves(service, a_release(3, "live"))


def test_a_picture_must_be_read_right(service: Service, tmp_path: Path) -> None:
    """A service that reads a seven as something else fails the rehearsal."""
    picture = tmp_path / "3.png"
    picture.write_bytes(b"png")
    assertions.reads(service, picture, "7")
    with pytest.raises(RehearsalError, match=r"production reads 7 on 3\.png, not 3"):
        assertions.reads(service, picture, "3")


@pytest.mark.parametrize(
    ("status", "content_type"), [(200, "application/json"), (500, "application/json"), (400, "text/html")]
)
def test_what_is_no_picture_must_be_refused_with_json(
    service: Service, monkeypatch: pytest.MonkeyPatch, status: int, content_type: str
) -> None:
    """A crash, a guess and a page for people are all no refusal."""
    assertions.refuses_no_picture(service)
    monkeypatch.setattr(Instance, "status", status)
    monkeypatch.setattr(Instance, "content_type", content_type)
    with pytest.raises(RehearsalError, match=f"production answers HTTP {status}, {content_type} to what is no picture"):
        assertions.refuses_no_picture(service)


def test_a_service_that_is_not_there_is_an_error_with_its_address() -> None:
    """Somebody who reads it can try the address."""
    with pytest.raises(RehearsalError, match=r"staging does not answer at http://127\.0\.0\.1:9/version"):
        Service("staging", "http://127.0.0.1:9").passport()


def test_one_card_each_that_shows_the_end_is_right() -> None:
    """A card may name another release behind its own."""
    cards = [a_card("digits-r1: Retired: digits-r2 is live."), a_card("🟢 digits-r2: Live.")]
    assert assertions.faults_of_cards(cards, [a_release(1, "retired"), a_release(2, "live")]) == ""


@pytest.mark.parametrize(
    ("cards", "fault"),
    [
        ([], "digits-r1 was expected to have one card in Slack, but it has 0."),
        ([a_card("digits-r1: Live.")] * 2, "digits-r1 was expected to have one card in Slack, but it has 2."),
        ([a_card("digits-r10: Live.")], "digits-r1 was expected to have one card in Slack, but it has 0."),
        (
            [a_card("digits-r1: Testing.")],
            "The card of digits-r1 does not show that it is live, but: digits-r1: Testing.",
        ),
        (
            [a_card("digits-r1: Live.", {"type": "button", "action_id": "approve", "value": "digits-r1"})],
            "The card of digits-r1 does not show that it is live, but: digits-r1: Live.",
        ),
    ],
)
def test_a_card_too_many_or_one_that_lags_is_told(cards: list[Card], fault: str) -> None:
    """A button that is still there would let somebody answer twice."""
    assert assertions.faults_of_cards(cards, [a_release(1, "live")]) == fault


def test_a_release_that_became_something_else_afterwards_is_told() -> None:
    """The first model has to be retired once the second is live."""
    played = [Result(SCENARIOS[0], a_release(1, "live")), Result(SCENARIOS[1], a_release(2, "live"))]
    assert assertions.faults_of_states(played) == "digits-r1 was expected to be retired in the end, but it is live."


def test_exactly_two_approvals_are_asked_for() -> None:
    """Not one more, whoever would have been asked."""
    two = [a_release(1, "retired", asked=True), a_release(2, "live", asked=True), a_release(3, "failed")]
    assert assertions.approvals_asked(two) == 2
    with pytest.raises(RehearsalError, match="Approvers were asked about digits-r1, digits-r2, digits-r4, not"):
        assertions.approvals_asked([*two, a_release(4, "failed", asked=True)])
