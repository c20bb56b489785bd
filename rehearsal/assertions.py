"""What must hold after the story: asked of the services and of Slack, not of Slipway."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from rehearsal.chat import Card
from rehearsal.errors import RehearsalError
from rehearsal.ledger import Release
from rehearsal.summary import Result

TIMEOUT = 10.0
NO_PICTURE = "data:image/png;base64,AAAA"
APPROVALS = 2


@dataclass(frozen=True, slots=True)
class Service:
    """A running instance; `name` is staging or production, `url` without a slash at its end."""

    name: str
    url: str

    def passport(self) -> dict[str, Any]:
        """What it says it is."""
        return _json(self._call("GET", "/version"), f"{self.name}'s /version")

    def predict(self, image: str) -> httpx.Response:
        """Send it a picture as a data URL."""
        return self._call("POST", "/predict", {"image": image})

    def _call(self, method: str, path: str, body: Mapping[str, str] | None = None) -> httpx.Response:
        try:
            return httpx.request(method, self.url + path, json=body, timeout=TIMEOUT, trust_env=False)
        except httpx.TransportError as error:
            raise RehearsalError(f"{self.name} does not answer at {self.url}{path} ({error}).") from error


def serves(service: Service, release: Release) -> dict[str, Any]:
    """The passport of a service that must run this release."""
    passport = service.passport()
    for key, expected in (("release", release.id), ("candidate", release.candidate)):
        if passport.get(key) != expected:
            raise RehearsalError(f"{service.name} was expected to serve {expected}, but says {passport.get(key)}.")
    return passport


def reads(service: Service, picture: Path, digit: str) -> None:
    """Fail unless the service recognises the digit on a picture."""
    image = "data:image/png;base64," + base64.b64encode(picture.read_bytes()).decode()
    prediction = _json(service.predict(image), f"{service.name}'s /predict").get("prediction") or {}
    if prediction.get("winning_class") != digit:
        raise RehearsalError(f"{service.name} reads {prediction.get('winning_class')} on {picture.name}, not {digit}.")


def refuses_no_picture(service: Service) -> None:
    """Fail unless the service answers 4xx, with JSON, to what is no picture."""
    answer = service.predict(NO_PICTURE)
    if not answer.is_client_error or "json" not in answer.headers.get("content-type", ""):
        told = f"HTTP {answer.status_code}, {answer.headers.get('content-type', 'no content type')}"
        raise RehearsalError(f"{service.name} answers {told} to what is no picture, instead of 4xx with JSON.")


def faults_of_cards(cards: Sequence[Card], releases: Sequence[Release]) -> str:
    """What is wrong with the cards, or nothing: each release has one, and it shows how the release ended."""
    for release in releases:
        own = [card for card in cards if card.is_about(release.id)]
        if len(own) != 1:
            return f"{release.id} was expected to have one card in Slack, but it has {len(own)}."
        if not own[0].says(release.state) or own[0].asks_about(release.id):
            return f"The card of {release.id} does not show that it is {release.state}, but: {own[0].text}"
    return ""


def faults_of_states(results: Sequence[Result]) -> str:
    """What is wrong with the ledger after the story, or nothing: each release is what has become of it."""
    for one in results:
        scenario, release = one.scenario, one.release
        if release.state not in scenario.afterwards:
            expected = " or ".join(sorted(scenario.afterwards))
            return f"{release.id} was expected to be {expected} in the end, but it is {release.state}."
    return ""


def approvals_asked(releases: Sequence[Release]) -> int:
    """How many releases waited for an answer; fails unless those were the two that should."""
    asked = [release.id for release in releases if release.asked]
    if len(asked) != APPROVALS:
        raise RehearsalError(f"Approvers were asked about {', '.join(asked) or 'nothing'}, not about two releases.")
    return len(asked)


def _json(answer: httpx.Response, what: str) -> dict[str, Any]:
    if answer.status_code != httpx.codes.OK:
        raise RehearsalError(f"{what} answered HTTP {answer.status_code}: {answer.text.strip()[:200]}.")
    try:
        found = answer.json()
    except ValueError as error:
        raise RehearsalError(f"{what} answered no JSON: {answer.text.strip()[:200]}.") from error
    return found if isinstance(found, dict) else {}
