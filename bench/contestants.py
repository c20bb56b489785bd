"""Those who ask a service 2,000 times (tavern less often), each as its own process; all but hey check each answer."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from bench.golden_sets import body_of, value_of
from bench.local_aws import ROOT

REQUESTS = 2000
CONCURRENCY = 32
FEWER = 200  # that tavern is asked to make
BIN = ROOT / ".cache" / "bench" / "bin"
_TIMEOUT = 300  # seconds


@dataclass(frozen=True, slots=True)
class Result:
    """What one took: for the requests, from the first to the last, and from start to end of its process."""

    requests: float
    whole: float


OURS = """\
import asyncio, sys, time; from datetime import timedelta; from pathlib import Path
import slipway.adapters.http.transfer
from slipway.adapters.clock import SystemClock; from slipway.adapters.http import ServiceHttp
from slipway.smoke.suite.files import FolderFiles; from slipway.smoke.suite.reading import read
from slipway.smoke.running.context import RunContext
from slipway.smoke.running.state import RunState; from slipway.smoke.running.suite_run import SuiteRun
suite, url = Path(sys.argv[1]), sys.argv[2]
context = RunContext(read(suite.read_bytes()), FolderFiles(suite.parent), url, {}, ServiceHttp(), SystemClock())
run, started = SuiteRun(context, RunState.new(context.clock.now())), time.perf_counter()
asyncio.run(run.go_on(context.clock.now() + timedelta(minutes=5)))
took = time.perf_counter() - started
peak = Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]
print(f"{run.state.golden.right} right in {took} s, {peak} KiB")
"""

LOCUSTFILE = """\
import json, pathlib, time
import gevent
from locust import FastHttpUser, events, task
cases = iter([json.loads(line) for line in pathlib.Path({golden!r}).read_text().splitlines()])
times = []
class Client(FastHttpUser):
    host = {url!r}
    @task
    def ask(self):
        case = next(cases, None)
        if case is None:
            return gevent.sleep(1)
        times.append(time.perf_counter())
        with self.client.post("/predict", json=case["input"], catch_response=True) as answer:
            if answer.json()["prediction"]["winning_class"] != case["expected"]:
                answer.failure("wrong")
        times.append(time.perf_counter())
@events.test_start.add_listener
def watch(environment, **_):
    def wait():
        while len(times) < 2 * {requests}:
            gevent.sleep(0.01)
        environment.runner.quit()
    gevent.spawn(wait)
@events.quitting.add_listener
def told(environment, **_):
    stats = environment.stats.total
    print(f"{{stats.num_requests - stats.num_failures}} right in {{max(times) - min(times)}} s")
"""

TAVERN = """\
test_name: golden
strict: [json:off]
marks:
  - parametrize: {{key: [value, label], vals: {values}}}
stages:
  - name: ask
    request: {{url: {url}/predict, method: POST, json: {{image: "{{value}}"}}}}
    response: {{status_code: 200, json: {{prediction: {{winning_class: "{{label}}"}}}}}}
"""


def ours(suite: Path, url: str) -> Result:
    """Run a suite's accuracy in a process that has imported everything."""
    return _right([sys.executable, "-c", OURS, str(suite), url])


def peak_of_ours(suite: Path, url: str) -> int:
    """Give the most memory that our process had, in KiB."""
    return int(_found(r"(\d+) KiB", _output([sys.executable, "-c", OURS, str(suite), url])[0]))


def our_command(suite: Path, url: str) -> float:
    """Time the real command from start to end."""
    return _output([sys.executable, "-m", "slipway.cli", "smoke", "run", str(suite), "--url", url])[1]


def hey(folder: Path, url: str) -> Result:
    """Send the first input over and over; hey sends a multiple of the concurrency, which is made up for."""
    body = folder / "body.json"
    body.write_bytes(body_of(value_of(0)))
    command = ["hey", "-n", str(REQUESTS), "-c", str(CONCURRENCY), "-m", "POST", "-T", "application/json"]
    said, whole = _output([*command, "-D", str(body), f"{url}/predict"])
    more = REQUESTS / int(_found(r"\[200\]\s+(\d+)", said))
    return Result(float(_found(r"Total:\s+([0-9.]+) secs", said)) * more, whole * more)


def locust(suite: Path, url: str) -> Result:
    """Share out the golden set among so many of locust's faster users."""
    file = suite.parent / "locustfile.py"
    file.write_text(LOCUSTFILE.format(golden=str(suite.parent / "golden" / "golden.jsonl"), url=url, requests=REQUESTS))
    users = ["-u", str(CONCURRENCY), "-r", str(CONCURRENCY)]
    return _right([str(BIN / "locust"), "-f", str(file), "--headless", "--only-summary", "-t", "60s", *users])


def tavern(suite: Path, url: str) -> Result:
    """Write a test for each of the first cases; tavern asks one after the other, and all would take it minutes."""
    rows = [json.loads(line) for line in (suite.parent / "golden" / "golden.jsonl").read_text().splitlines()]
    values = json.dumps([[row["input"]["image"], row["expected"]] for row in rows[:FEWER]])
    file = suite.parent / "test_golden.tavern.yaml"
    file.write_text(TAVERN.format(values=values, url=url))
    said, whole = _output(
        [str(BIN / "pytest"), "-q", "-p", "no:cacheprovider", "--rootdir", str(file.parent), str(file)]
    )
    passed, seconds = re.findall(r"(\d+) passed.* in ([0-9.]+)s", said)[-1]
    return _checked(int(passed), Result(float(seconds), whole), FEWER)


def _right(command: list[str]) -> Result:
    said, whole = _output(command)
    return _checked(int(_found(r"(\d+) right", said)), Result(float(_found(r"right in ([0-9.]+) s", said)), whole))


def _checked(right: int, result: Result, asked: int = REQUESTS) -> Result:
    if right != asked:
        raise SystemExit(f"{right} of {asked} answers were right.")
    return result


def _found(pattern: str, text: str) -> str:
    if found := re.search(pattern, text):
        return found[1]
    raise SystemExit(f"This says nothing like {pattern}:\n{text[-2000:]}")


def _output(command: list[str]) -> tuple[str, float]:
    """Run a command; gives what it said, and its seconds."""
    environment = os.environ | {"PYTHONPATH": str(ROOT / "layers" / "slipway")}
    started = time.perf_counter()
    done = subprocess.run(  # noqa: S603
        command,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=_TIMEOUT,
        check=False,
    )
    return done.stdout, time.perf_counter() - started
