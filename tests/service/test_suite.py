"""The service's suite tells the samples apart, each for the reason that it was made for."""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from samples.folders import write
from slipway.adapters.clock import SystemClock
from slipway.adapters.http import ServiceHttp
from slipway.models import Verdict
from slipway.smoke.evidence import Evidence
from slipway.smoke.running.context import RunContext
from slipway.smoke.running.state import RunState
from slipway.smoke.running.suite_run import SuiteRun
from slipway.smoke.suite.definition import Suite
from slipway.smoke.suite.files import FolderFiles
from slipway.smoke.suite.reading import read
from tests.support.paths import ROOT

FOLDER = ROOT / "service" / "suite"
SUITE = read((FOLDER / "suite.yaml").read_bytes())
IMPATIENT = replace(SUITE, ready=replace(SUITE.ready, deadline=1))

type Environment = Callable[..., dict[str, str]]
type Start = Callable[[str], str]


COMMAND = [sys.executable, "-m", "app"]


def make_image(sample: str, image: Path) -> Path:
    """Lay out what the container of a sample holds."""
    shutil.copytree(ROOT / "service" / "app", image / "app")
    write(sample, image / "model")
    (image / "passport.json").write_text(json.dumps({"candidate": f"digits-{sample}"}))
    return image


@contextmanager
def process(image: Path, told: dict[str, str]) -> Iterator[str]:
    """A service as its container would run it; its address."""
    with subprocess.Popen(COMMAND, cwd=image, env=told, stderr=subprocess.PIPE, text=True) as running:
        assert running.stderr
        said = next(line for line in running.stderr if "running on" in line)
        yield said.split("running on ")[1].split()[0]
        running.terminate()


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory, environment: Environment) -> Iterator[Start]:
    """Start the service with a sample."""
    with ExitStack() as stack:

        def begin_with(sample: str) -> str:
            image = make_image(sample, tmp_path_factory.mktemp(sample))
            return stack.enter_context(process(image, environment(RELEASE=f"digits-{sample}", IMAGE="images@sha256:0")))

        yield begin_with


@pytest.fixture(scope="module")
def production(start: Start) -> str:
    """v1 is live."""
    return start("v1")


def judged(url: str, sample: str, production: str = "", suite: Suite = SUITE) -> Evidence:
    """Run the suite against a sample beside production."""
    passport = {"release": f"digits-{sample}", "candidate": f"digits-{sample}", "image": "images@sha256:0"}
    context = RunContext(
        suite, FolderFiles(FOLDER), url, passport, ServiceHttp(), SystemClock(), production, "digits-v1"
    )
    run = SuiteRun(context, RunState.new(context.clock.now()))
    assert asyncio.run(run.go_on(context.clock.now() + timedelta(minutes=5)))
    return run.evidence("staging")


def failed(evidence: Evidence) -> set[str]:
    """The kinds of checks that failed."""
    return {finding.kind for finding in evidence.findings if finding.verdict is not Verdict.PASSED}


def test_v2_passes_beside_v1(start: Start, production: str) -> None:
    """It is better, and what changes is listed with pictures."""
    evidence = judged(start("v2"), "v2", production)
    assert (evidence.verdict, failed(evidence)) == (Verdict.PASSED, set())
    assert evidence.accuracy
    assert evidence.accuracy.production
    assert evidence.accuracy.score.right > evidence.accuracy.production.right
    assert evidence.comparison
    assert evidence.comparison.changes[0].picture.startswith("data:image/png;base64,")


def test_worse_fails_by_accuracy_and_compare(start: Start, production: str) -> None:
    """It answers quickly, politely, and wrongly."""
    assert failed(judged(start("worse"), "worse", production)) == {"request", "accuracy", "compare"}


def test_slow_fails_by_latency_alone(start: Start, production: str) -> None:
    """It answers like v1, only later; a tenth of the requests is enough to see that."""
    assert SUITE.latency
    few = replace(SUITE, latency=replace(SUITE.latency, requests=10), accuracy=None, compare=None, contract=None)
    assert failed(judged(start("slow"), "slow", production, few)) == {"latency"}


def test_broken_is_never_ready(tmp_path: Path, environment: Environment) -> None:
    """Its process ends with its reason, so nobody answers at its address."""
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    image, told = make_image("broken", tmp_path), environment(RELEASE="digits-broken", PORT=str(port))
    ended = subprocess.run(COMMAND, cwd=image, env=told, capture_output=True, text=True, timeout=60, check=False)
    assert (ended.returncode, "The service cannot start: model.onnx" in ended.stderr) == (1, True), ended.stderr
    evidence = judged(f"http://127.0.0.1:{port}", "broken", suite=IMPATIENT)
    assert evidence.verdict is Verdict.INCONCLUSIVE
    assert [finding.sentence for finding in evidence.findings] == [
        f"GET http://127.0.0.1:{port}/health got no answer: the connection was refused. It stayed so for 1 s."
    ]


def test_broken_is_not_what_answers(production: str) -> None:
    """Where the version before it goes on answering, that one is named."""
    evidence = judged(production, "broken", suite=IMPATIENT)
    assert (evidence.verdict, failed(evidence)) == (Verdict.FAILED, {"identity"})
    assert evidence.findings[-1].sentence == "digits-v1 answers, not digits-broken. It stayed so for 1 s."
