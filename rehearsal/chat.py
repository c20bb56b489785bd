"""The Slack stand-in as the rehearsal uses it: reading cards, pressing buttons."""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import httpx

CHANNEL = "C0RELEASES"
APPROVER = "U0ADA"
TIMEOUT = 10.0
NAMED = re.compile(r"\b\w[\w-]*-r\d+\b")


@dataclass(frozen=True, slots=True)
class Card:
    """A message of the channel, outside of threads."""

    channel: str
    ts: str
    text: str
    blocks: list[dict[str, Any]] = field(default_factory=list)

    def buttons(self) -> Iterator[Mapping[str, Any]]:
        """The buttons on it."""
        for block in self.blocks:
            yield from (element for element in block.get("elements", []) if element.get("type") == "button")

    def question_about(self, release: str) -> str:
        """What its Approve button for a release carries, another one for each question; empty if it has none."""
        values = [b.get("value", "") for b in self.buttons() if b.get("action_id") == "approve"]
        return next((value for value in values if value.split()[:1] == [release]), "")

    def asks_about(self, release: str) -> bool:
        """Whether it has an Approve button for a release."""
        return bool(self.question_about(release))

    def is_about(self, release: str) -> bool:
        """Whether the first release it names is this one; it may compare that with others."""
        named = NAMED.search(self.text) or NAMED.search(json.dumps(self.blocks))
        return named is not None and named[0] == release

    def says(self, state: str) -> bool:
        """Whether a reader finds the state on it."""
        words = f"{self.text} {json.dumps(self.blocks, ensure_ascii=False)}".lower()
        return state.replace("_", " ") in words


class Chat(Protocol):
    """Where people see the cards and answer."""

    @property
    def page(self) -> str:
        """The address where a person sees the channel."""
        ...

    def cards(self) -> list[Card]:
        """Every card of the channel, the oldest first."""
        ...

    def press_approve(self, card: Card) -> str:
        """Approve, as somebody who may; returns what Slack complains about, if it does."""
        ...


def question(chat: Chat, release: str, answered: Collection[str] = ()) -> Card | None:
    """The card that asks about a release, if it is there and its question is not among those that were answered."""
    found = ((card, card.question_about(release)) for card in chat.cards())
    return next((card for card, asked in found if asked and asked not in answered), None)


class SlackStandIn:
    """The stand-in over HTTP; `base_url` without a slash at its end."""

    def __init__(self, base_url: str) -> None:
        self.page = f"{base_url}/"
        self._client = httpx.Client(base_url=base_url, timeout=TIMEOUT, trust_env=False)

    def answers(self) -> bool:
        """Whether it is up."""
        try:
            return self._client.get("/state").is_success
        except httpx.TransportError:
            return False

    def cards(self) -> list[Card]:
        """Every card of the channel, the oldest first."""
        found = self._client.get("/state").raise_for_status().json()["messages"]
        return [_card(message) for message in found if _in_channel(message)]

    def send_requests_to(self, url: str) -> None:
        """Tell it where the application listens for pressed buttons."""
        self._client.post("/settings", json={"request_url": url}).raise_for_status()

    def press_approve(self, card: Card) -> str:
        """Press Approve as the approver; returns what Slack complains about, if it does."""
        press = {"channel": card.channel, "ts": card.ts, "action_id": "approve", "user": APPROVER}
        answer = self._client.post("/press", json=press).json()
        return "" if answer.get("ok") else str(answer.get("message") or answer.get("error"))


def _in_channel(message: Mapping[str, Any]) -> bool:
    in_thread = message.get("thread_ts") not in (None, message["ts"])
    return message["channel"] == CHANNEL and not in_thread and not message.get("visible_to")


def _card(message: Mapping[str, Any]) -> Card:
    return Card(message["channel"], message["ts"], message["text"], list(message["blocks"]))
