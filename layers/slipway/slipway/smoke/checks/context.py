"""What is tested, against what, and by what means."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from slipway.errors import SlipwayError, Unreachable
from slipway.models import HttpAnswer, HttpRequest, Json
from slipway.ports import Clock, Http
from slipway.smoke.checks.request_builder import LONGEST, Questions
from slipway.smoke.passes.in_flight import Load
from slipway.smoke.suite.definition import Suite
from slipway.smoke.suite.files import Files
from slipway.smoke.suite.golden_set import GoldenSet

if TYPE_CHECKING:
    from asyncio import TaskGroup

PAUSE = 1.0  # seconds between two attempts
_GATEWAY = (502, 503, 504)  # what a load balancer says when the service says nothing


@dataclass(frozen=True, slots=True)
class Subject:
    """A service under test; `passport` is what the release under test must answer at its identity path.

    `production` is the address of what it is compared with, `live` the release there; without, `alone` says why.
    `nameless` says what it means that the suite's identity is absent.
    """

    suite: Suite
    files: Files
    url: str
    passport: Json
    http: Http
    clock: Clock
    production: str = ""
    live: str = ""
    alone: str = "There is no production yet to compare with."
    nameless: str = (
        "This service cannot tell which release it is (the suite says `identity: absent`), so what was tested may be "
        "another version than this release."
    )

    @property
    def questions(self) -> Questions:
        """What makes the suite's requests."""
        return Questions(self.suite.predict, self.files)

    @property
    def golden(self) -> GoldenSet:
        """The golden set beside the suite."""
        return GoldenSet(self.files, self.suite.golden)

    async def ask(self, request: HttpRequest, attempts: int = 1) -> HttpAnswer:
        """Send a request, again while there are attempts left and nothing answers."""
        started, attempt = self.clock.now(), 1
        while True:
            again = attempt < attempts
            try:
                answer = await self.http.send(request)
                if answer.status not in _GATEWAY or not (again and self.has_time(started, request.timeout)):
                    return answer
            except Unreachable:
                if not (again and self.has_time(started, request.timeout)):
                    raise
            attempt += 1
            await self.clock.pause(PAUSE)

    def has_time(self, started: datetime, timeout: float) -> bool:
        """Tell whether another attempt would end in time: one question takes a minute, whatever a suite says."""
        spent = (self.clock.now() - started).total_seconds()
        return spent + PAUSE + timeout <= LONGEST

    async def each[T](
        self,
        cases: Iterator[T],
        act: Callable[[T], Awaitable[None]],
        concurrency: int,
        over: Callable[[], bool],
        load: Load,
    ) -> None:
        """Act on so many cases at a time while there is room; those begun when it is over are brought to their end."""
        from asyncio import TaskGroup

        async def work() -> None:
            while True:
                await load.room()
                if over():
                    return
                try:
                    case = next(cases)
                except StopIteration:
                    return
                await act(case)

        try:
            async with TaskGroup() as group:
                _start(group, work, concurrency)
        except* SlipwayError as errors:
            raise _first(errors) from None

    def is_past(self, moment: datetime) -> bool:
        """Tell whether a moment is over."""
        return self.clock.now() >= moment


def _start(group: TaskGroup, work: Callable[[], Awaitable[None]], times: int) -> None:
    for _ in range(times):
        group.create_task(work())  # type: ignore[arg-type]  # every coroutine function gives coroutines


def _first(errors: BaseExceptionGroup[SlipwayError]) -> SlipwayError:
    first = errors.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first
