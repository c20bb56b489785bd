"""Rehearsals that stay up after their story, to be looked at and tried."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import boto3
import httpx
import pytest

from tests.support.paths import ROOT

RUN = ROOT / ".rehearsal"
STORY_TIMEOUT = 420.0  # seconds; a story takes 360 with cold caches


@dataclass
class Result:
    """A rehearsal that is over and whose local AWS still runs; `base` is its first port."""

    process: subprocess.Popen[str]
    base: int
    summary: dict[str, Any]

    def client(self, service: str) -> Any:
        """Create a client of the local AWS with the root key."""
        session: Any = boto3.Session("test", "test", region_name="us-east-1")
        return session.client(service, endpoint_url=f"http://127.0.0.1:{self.base}")

    def output(self, name: str) -> str:
        """Give an output of the stack."""
        outputs = self.client("cloudformation").describe_stacks(StackName="slipway")["Stacks"][0]["Outputs"]
        return str(next(output["OutputValue"] for output in outputs if output["OutputKey"] == name))

    def ledger(self) -> list[dict[str, Any]]:
        """Give everything that stands in the ledger."""
        items: list[dict[str, Any]] = self.client("dynamodb").scan(TableName=self.output("LedgerTable"))["Items"]
        return sorted(items, key=lambda item: (item["pk"]["S"], item["sk"]["S"]))

    def slack(self) -> list[dict[str, Any]]:
        """Give the messages of the channel."""
        state = httpx.get(f"http://127.0.0.1:{self.base + 1}/state", timeout=10).json()
        messages: list[dict[str, Any]] = state["messages"]
        return messages


@contextmanager
def unmeasured_processes() -> Iterator[None]:
    """Measure the coverage of no process of a rehearsal: SAM and the stories take half as long again then.

    What is deployed runs in environments without coverage, and is not counted anyway.
    """
    with patch.dict(os.environ):
        os.environ.pop("COVERAGE_PROCESS_CONFIG", None)
        yield


@contextmanager
def kept_rehearsal(**chosen: str) -> Iterator[Result]:
    """Play a story as `make rehearse ANSWER=approve KEEP=1` does, on free ports; end it as Ctrl-C does."""
    base = free_ports(4)
    environment = os.environ | {"ANSWER": "approve", "KEEP": "1", "PORT": str(base), **chosen}
    process = subprocess.Popen(
        [sys.executable, "-m", "rehearsal"], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        said = _until_it_stays_up(process)
        if "Everything stays up" not in said:
            pytest.fail(f"The rehearsal ended with {process.wait(timeout=60)}:\n{said}")
        yield Result(process, base, json.loads((RUN / "summary.json").read_text()))
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=60)


def _until_it_stays_up(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    said = []
    for line in process.stdout:
        said.append(line)
        if "Everything stays up" in line:
            break
    return "".join(said)


def free_ports(count: int) -> int:
    """Find a first port that is free together with those behind it."""
    for base in range(20_000 + os.getpid() % 5000, 60_000, count):
        if all(is_free(base + offset) for offset in range(count)):
            return base
    pytest.fail("No four ports in a row are free.")


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0
