"""Running a suite: nothing is asked of a service before the release under test answers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

import jmespath
from jmespath.exceptions import JMESPathError

from slipway.errors import Unreachable
from slipway.models import Evidence, Finding, HttpAnswer, Json, Verdict
from slipway.ports import Clock, Http
from slipway.smoke.suite import Request, Suite

TIMEOUT = 10.0  # seconds for one request
PAUSE = 1.0  # seconds between two looks at a service that is not ready


@dataclass(frozen=True, slots=True)
class Run:
    """A suite against a service; `passport` is what the release under test must answer at its identity path."""

    suite: Suite
    url: str
    passport: Json
    http: Http
    clock: Clock

    def evidence(self, target: str, deadline: float) -> Evidence:
        """Run everything that can be run within `deadline` seconds; what cannot is inconclusive."""
        started = self.clock.now()
        findings = [self._identified(min(deadline, self.suite.deadline))]
        if findings[0].verdict is Verdict.PASSED:
            ends = started + timedelta(seconds=deadline)
            findings += [self._requested(request, ends) for request in self.suite.requests]
        seconds = (self.clock.now() - started).total_seconds()
        return Evidence(self.passport["release"], target, self.url, tuple(findings), started, seconds)

    def _identified(self, deadline: float) -> Finding:
        """Wait until the service is healthy and serves the release under test."""
        started = self.clock.now()
        while True:
            verdict, sentence = self._look()
            seconds = (self.clock.now() - started).total_seconds()
            if verdict is Verdict.PASSED or seconds >= deadline:
                return Finding("ready and identity", verdict, sentence, seconds)
            self.clock.sleep(PAUSE)

    def _look(self) -> tuple[Verdict, str]:
        try:
            health = self.http.request("GET", self.url + self.suite.ready_path, None, TIMEOUT)
            if health.status != 200:
                return Verdict.INCONCLUSIVE, f"{self.suite.ready_path} answered {health.status}, not 200."
            version = self.http.request("GET", self.url + self.suite.identity_path, None, TIMEOUT)
        except Unreachable as error:
            return Verdict.INCONCLUSIVE, str(error)
        return self._identity(version)

    def _identity(self, version: HttpAnswer) -> tuple[Verdict, str]:
        served = _json(version)
        wrong = [name for name, value in self.passport.items() if served.get(name) != value]
        if not wrong:
            return Verdict.PASSED, f"{self.passport['release']} answers."
        other = served.get("release", "no release at all")
        if other != self.passport["release"]:
            return Verdict.FAILED, f"{other} answers, not {self.passport['release']}."
        return Verdict.FAILED, f"{other} answers, but its {', '.join(wrong)} differ from what was built."

    def _requested(self, request: Request, ends: datetime) -> Finding:
        started = self.clock.now()
        if started >= ends:
            return Finding(request.name, Verdict.INCONCLUSIVE, "There was no time left to ask.", 0)
        try:
            answer = self.http.request(request.method, self.url + request.path, request.json, TIMEOUT)
            wrong = _misses(request, answer)
            verdict = Verdict.FAILED if wrong else Verdict.PASSED
            sentence = " ".join(wrong) or "As expected."
        except Unreachable as error:
            verdict, sentence = Verdict.INCONCLUSIVE, str(error)
        return Finding(request.name, verdict, sentence, (self.clock.now() - started).total_seconds())


def _misses(request: Request, answer: HttpAnswer) -> list[str]:
    if answer.status != request.status:
        return [f"Answered {answer.status}, not {request.status}."]
    body = _json(answer) if request.expect_json else {}
    return [miss for path, value in request.expect_json.items() if (miss := _miss(path, value, body))]


def _miss(path: str, expected: object, body: Json) -> str:
    try:
        found = jmespath.search(path, body)
    except JMESPathError as error:
        return f"{path} is no JMESPath expression: {error}"
    return "" if found == expected else f"{path} is {json.dumps(found)}, not {json.dumps(expected)}."


def _json(answer: HttpAnswer) -> Json:
    try:
        content = json.loads(answer.body)
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}
