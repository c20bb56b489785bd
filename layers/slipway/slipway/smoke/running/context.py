"""What a run has to do with: the suite, the service under test, and production."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from slipway.errors import Unreachable
from slipway.models import DeployedVersion, HttpAnswer, HttpRequest, Json
from slipway.ports import Clock, Http, RequestSamples
from slipway.smoke.running.request_builder import LONGEST, RequestBuilder
from slipway.smoke.suite.definition import Suite
from slipway.smoke.suite.files import Files
from slipway.smoke.suite.golden_set import GoldenSet

PAUSE = 1.0  # seconds between two attempts
_GATEWAY_ERRORS = (502, 503, 504)  # a load balancer's answers when the service gives none


@dataclass(frozen=True, slots=True)
class RunContext:
    """A suite and the services that it is run against.

    `passport` is what the release under test must answer at its identity path. `production_url` is the service that it
    is compared with, empty without one, and `live_release` the release there; `no_production` and `no_identity` are the
    sentences that say why there is no production, and what it means that the suite's identity is absent. `loosened`
    says what the candidate's suite took from the suite of record. `deployed` asks what Elastic Beanstalk runs, where
    that is possible, and `version` is the label that it must run. `samples` are requests of production, which both
    services are asked, where the stack keeps any.
    """

    suite: Suite
    files: Files
    url: str
    passport: Json
    http: Http
    clock: Clock
    production_url: str = ""
    live_release: str = ""
    loosened: tuple[str, ...] = ()
    deployed: Callable[[], DeployedVersion] | None = None
    version: str = ""
    samples: RequestSamples | None = None
    no_production: str = "There is no production yet to compare with."
    no_identity: str = (
        "This service cannot tell which release it is (the suite says `identity: absent`), so what was tested may be "
        "another version than this release."
    )

    @property
    def checks_identity(self) -> bool:
        """Whether it can be told that the release under test is what answers."""
        check = self.suite.identity
        return not check.absent and (not check.deployment or self.deployed is not None)

    @property
    def requests(self) -> RequestBuilder:
        """The builder of the suite's requests."""
        return RequestBuilder(self.suite.predict, self.files)

    @property
    def golden(self) -> GoldenSet:
        """The golden set beside the suite."""
        return GoldenSet(self.files, self.suite.golden)

    async def send(self, request: HttpRequest, attempts: int) -> HttpAnswer:
        """Send a request, up to `attempts` times while the service gives no answer; raises Unreachable."""
        started, attempt = self.clock.now(), 1
        while True:
            try:
                answer = await self.http.send(request)
                if answer.status not in _GATEWAY_ERRORS or not self._may_retry(attempt, attempts, started, request):
                    return answer
            except Unreachable:
                if not self._may_retry(attempt, attempts, started, request):
                    raise
            attempt += 1
            await self.clock.pause(PAUSE)

    def _may_retry(self, attempt: int, attempts: int, started: datetime, request: HttpRequest) -> bool:
        """Return whether attempts, and time for another one, are left."""
        return attempt < attempts and self.has_time(started, request.timeout)

    def has_time(self, started: datetime, timeout: float) -> bool:
        """Return whether another attempt, begun now, would end within a minute from `started`."""
        return self.seconds_since(started) + PAUSE + timeout <= LONGEST

    def is_past(self, moment: datetime) -> bool:
        """Return whether a moment has passed."""
        return self.clock.now() >= moment

    def seconds_since(self, moment: datetime) -> float:
        """Return the seconds that have passed since a moment."""
        return (self.clock.now() - moment).total_seconds()
