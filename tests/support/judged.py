"""Running a suite against servers on this machine, with a clock that does not make anybody wait."""

from __future__ import annotations

import asyncio
import io
import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from zipfile import ZipFile

from slipway.adapters.http import ServiceHttp
from slipway.smoke.evidence import Evidence, Finding
from slipway.smoke.running.context import RunContext
from slipway.smoke.running.state import RunState
from slipway.smoke.running.suite_run import SuiteRun
from slipway.smoke.suite.definition import Ready, Suite
from slipway.smoke.suite.files import ZipFiles
from tests.support.fakes import FakeClock
from tests.support.fault_server import FaultServer, says

PASSPORT = {"release": "birds-r12", "candidate": "birds-7f3c1e9a2b4d", "image": "images@sha256:1"}
OLD = {**PASSPORT, "release": "birds-r11"}
BOOTS = Ready(deadline=5)


def prediction(winner: str, confidence: float = 0.9) -> dict[str, Any]:
    """What the service answers."""
    return {"prediction": {"winning_class": winner, "confidence": confidence}}


def serve(server: FaultServer) -> FaultServer:
    """Have a server play a service that is right about everything."""
    server.faults = {"/health": [says({})], "/version": [says(PASSPORT)], "/predict": [says(prediction("wren"))]}
    return server


def archive(files: dict[str, str | bytes]) -> ZipFile:
    """Make an archive in memory."""
    content = io.BytesIO()
    with ZipFile(content, "w") as made:
        for name, text in files.items():
            made.writestr(name, text)
    return ZipFile(content)


def golden(*expected: str) -> dict[str, str | bytes]:
    """Make a golden set whose case number n is the JSON input {"n": n}."""
    lines = [
        json.dumps({"input": {"n": n}, "expected": label, "name": f"case {n}"}) for n, label in enumerate(expected)
    ]
    return {"golden/expected.jsonl": "\n".join(lines)}


@dataclass
class Trier:
    """Runs one suite against one server, as often as it is told."""

    server: FaultServer
    suite: Suite
    files: dict[str, str | bytes] = field(default_factory=dict)
    production: str = ""
    clock: FakeClock = field(default_factory=FakeClock)

    @property
    def context(self) -> RunContext:
        files = ZipFiles(archive(self.files))
        http = ServiceHttp()
        return RunContext(self.suite, files, self.server.url, PASSPORT, http, self.clock, self.production)

    def evidence(self) -> Evidence:
        """Run it from the beginning to the end."""
        run = SuiteRun(self.context, RunState.new(self.clock.now()))
        assert asyncio.run(run.go_on(self.clock.now() + timedelta(hours=1)))
        return run.evidence("staging")

    def goes_on(self, state: RunState, seconds: float) -> bool:
        """Go on with a run for a while."""
        return asyncio.run(SuiteRun(self.context, state).go_on(self.clock.now() + timedelta(seconds=seconds)))


def finding(evidence: Evidence, name: str) -> Finding:
    """Give the finding of that name."""
    return next(finding for finding in evidence.findings if finding.name == name)
