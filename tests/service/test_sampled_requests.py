"""The whole way of a request: sampled by the service, brought by its host, and asked again by the smoke test."""

from __future__ import annotations

import asyncio
import base64
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import boto3
import httpx
import pytest
from moto import mock_aws

from slipway.adapters.http import ServiceHttp
from slipway.adapters.request_samples import BucketSamples
from slipway.smoke.figures import ReplayFigures
from slipway.smoke.running.context import RunContext
from slipway.smoke.running.state import RunState
from slipway.smoke.running.suite_run import SuiteRun
from slipway.smoke.suite.definition import Compare, Identity, Suite
from slipway.smoke.suite.files import ZipFiles
from tests.support.fakes import FakeClock
from tests.support.judged import archive
from tests.support.paths import ROOT

GOLDEN = ROOT / "service" / "suite" / "golden"
UPLOAD = ROOT / "pipeline" / "platform" / "upload_samples.sh"
# What is brought to the bucket lies in a file of its key.
AWS = """#!/bin/sh
[ "$1 $2 $3 $5 $7" = "s3api put-object --bucket --key --body" ] && mkdir -p "$(dirname "$6")" && cp "$8" "$6"
"""


@pytest.fixture
def production(
    make_image: Callable[[], Path], environment: Callable[..., dict[str, str]], tmp_path: Path
) -> Iterator[str]:
    """A service that samples all pictures, as production is told to; its address."""
    (tmp_path / "samples").mkdir()
    told = {"SAMPLES_FOLDER": str(tmp_path / "samples"), "SAMPLE_PERCENT": "100", "SAMPLE_FIELDS": "image"}
    command = [sys.executable, "-m", "app"]
    with subprocess.Popen(
        command, cwd=make_image(), env=environment(**told), stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stderr
        said = next(line for line in process.stderr if "running on" in line)
        yield said.split("running on ")[1].split()[0]
        process.terminate()


def bring(folder: Path) -> None:
    """Do what the host's timer does, and put into the bucket what came of it."""
    (folder / "aws").write_text(AWS)
    (folder / "aws").chmod(0o755)
    (folder / "cache").mkdir(exist_ok=True)
    told = {"SAMPLES_FOLDER": "samples", "SAMPLES_BUCKET": "models", "CACHE_DIRECTORY": "cache"}
    subprocess.run([UPLOAD], cwd=folder, env=told | {"PATH": f"{folder}:{os.environ['PATH']}"}, check=True)
    client = boto3.client("s3")
    client.create_bucket(Bucket="models", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    # The samples of the service lie beside those that were brought.
    for path in (folder / "samples").glob("*/*"):
        client.put_object(Bucket="models", Key=str(path.relative_to(folder)), Body=path.read_bytes())


@pytest.fixture
def bucket(aws_environment: None) -> Iterator[None]:
    with mock_aws():
        yield


@pytest.mark.usefixtures("bucket")
def test_a_request_goes_from_production_to_the_next_smoke_test(production: str, running: str, tmp_path: Path) -> None:
    """Ten pictures of a user are asked again of both; those of the smoke test itself are not sampled."""
    pictures = [base64.b64encode((GOLDEN / f"{digit}.png").read_bytes()).decode() for digit in range(10)]
    for agent in ("Mozilla/5.0", "slipway"):
        for picture in pictures:
            body = {"image": f"data:image/png;base64,{picture}"}
            answer = httpx.post(f"{production}/predict", json=body, headers={"User-Agent": agent}, timeout=10)
            assert answer.status_code == 200
    bring(tmp_path)
    clock = FakeClock()
    suite = Suite(identity=Identity(absent=True), compare=Compare())
    files: dict[str, str | bytes] = {
        "golden/expected.csv": "file,expected\n7.png,7\n",
        "golden/7.png": (GOLDEN / "7.png").read_bytes(),
    }
    context = RunContext(
        suite, ZipFiles(archive(files)), running, {}, ServiceHttp(), clock, production, samples=BucketSamples("models")
    )
    run = SuiteRun(context, RunState.new(clock.now()))
    assert asyncio.run(run.go_on(clock.now() + timedelta(hours=1)))
    comparison = run.evidence("staging").comparison
    assert comparison
    assert comparison.replay == ReplayFigures(found=10, asked=10, compared=10, agreed=10)
    assert pictures[0] not in str(run.evidence("staging"))
