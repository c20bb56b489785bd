"""The calls that code of ours makes to AWS, counted and timed by operation."""

from __future__ import annotations

import threading
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import boto3


class Calls:
    """What the clients of a session have asked for since it was last looked at; they may work in threads."""

    def __init__(self, session: boto3.Session) -> None:
        self._lock = threading.Lock()
        self._counted: Counter[str] = Counter()
        self._seconds: Counter[str] = Counter()
        session.events.register("before-call", self._begin)
        session.events.register("after-call", self._end)

    def taken(self) -> tuple[Counter[str], Counter[str]]:
        """Give how many calls there were and the seconds that they took, by operation, and begin anew."""
        with self._lock:
            taken = self._counted, self._seconds
            self._counted, self._seconds = Counter(), Counter()
        return taken

    def _begin(self, context: dict[str, Any], **_: Any) -> None:
        context["began"] = time.perf_counter()

    def _end(self, model: Any, context: dict[str, Any], **_: Any) -> None:
        took = time.perf_counter() - context["began"]
        with self._lock:
            self._counted[model.name] += 1
            self._seconds[model.name] += took
