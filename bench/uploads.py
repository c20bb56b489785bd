"""1,000 uploads of five objects, from S3 through EventBridge and SQS to started executions of the pipeline.

The real handler of receive_upload runs in this process, on the batches of ten that the local queue gives, one after the
other, each timed; the local AWS is a process beside it. All that was uploaded must be released, once. Ten uploads take
a second, in which any machine stumbles: they are measured in several buckets, and the median counts.

The local S3 looks at every key of its account to list a prefix, which S3 does not: that line grows by itself.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import boto3

from bench import workflow
from bench.calls import Calls
from bench.local_aws import ROOT, running
from bench.workflow import Workflow
from tests.support.made_models import onnx, weights

SIZES = (10, 100, 1000)  # how many uploads lie there in the end; each group adds what is missing
WANTED = 1.3
MODELS = ("birds", "bats", "bees", "beetles")
UPLOADERS = 4
ROUNDS = 5  # of the first size
PATIENCE = 120  # seconds until all events have arrived
type Handler = Callable[[dict[str, object], Any], Any]


@dataclass(frozen=True, slots=True)
class Group:
    """What the uploads took that brought the bucket to a size: calls and their seconds are by operation.

    `processor` is this process's own time, which others on the machine hardly change; `seconds` is by the clock.
    """

    size: int
    uploads: int
    seconds: float
    processor: float
    calls: Counter[str]
    waited: Counter[str]


def main() -> None:
    """Print what each group took, and fail unless every upload was released exactly once."""
    with tempfile.TemporaryDirectory(prefix="slipway-bench-") as folder, running(Path(folder)) as environment:
        told = environment | {"POWERTOOLS_LOG_LEVEL": "ERROR", "POWERTOOLS_SERVICE_NAME": "slipway"}
        with patch.dict(os.environ, told), patch.object(sys, "path", [str(ROOT / "layers" / "slipway"), *sys.path]):
            session = boto3.Session()
            calls = _watched()
            places = [workflow.create(f"models-{number}", session) for number in range(ROUNDS)]
            first = [_grown(place, calls, SIZES[:1])[0] for place in places]
            measured = workflow.create("models", session)
            groups = _grown(measured, calls, SIZES)
            _tell([_median([*first, groups[0]]), *groups[1:]])
            _check(measured)


def _watched() -> Calls:
    """Count the calls of the clients that the handler makes for itself, not of those that feed it."""
    boto3.setup_default_session()
    assert boto3.DEFAULT_SESSION
    return Calls(boto3.DEFAULT_SESSION)


def _grown(place: Workflow, calls: Calls, sizes: tuple[int, ...]) -> list[Group]:
    """Bring a bucket from nothing to one size after the other."""
    from functions.receive_upload import app
    from slipway.bootstrap import receive_upload

    receive_upload.build.cache_clear()
    with patch.dict(os.environ, place.environment):
        bounds = zip((0, *sizes), sizes, strict=False)
        return [_group(place, calls, app.lambda_handler, range(start, size)) for start, size in bounds]


def _median(groups: list[Group]) -> Group:
    return sorted(groups, key=lambda group: group.seconds)[len(groups) // 2]


def _group(place: Workflow, calls: Calls, handler: Handler, numbers: range) -> Group:
    _upload(place, numbers)
    calls.taken()
    times = [_timed(handler, batch) for batch in place.messages()]
    seconds, processor = (sum(each) for each in zip(*times, strict=True))
    return Group(numbers.stop, len(numbers), seconds, processor, *calls.taken())


def _timed(handler: Handler, batch: list[dict[str, Any]]) -> tuple[float, float]:
    started, before = time.perf_counter(), time.process_time()
    answer = handler({"Records": batch}, None)
    took = time.perf_counter() - started, time.process_time() - before
    if answer["batchItemFailures"]:
        raise SystemExit(f"{len(answer['batchItemFailures'])} of {len(batch)} messages failed.")
    return took


def _upload(place: Workflow, numbers: range) -> None:
    """Upload so many folders, and wait until S3's events have waited out the settle time."""
    s3 = place.session.client("s3")

    def put(number: int) -> int:
        files = _files(number)
        for name, content in files.items():
            s3.put_object(Bucket=place.name, Key=_folder(number) + name, Body=content)
        return len(files)

    with ThreadPoolExecutor(UPLOADERS) as pool:
        expected = sum(pool.map(put, numbers))
    deadline = time.monotonic() + PATIENCE
    while place.waiting() != (expected, 0):
        if time.monotonic() > deadline:
            raise SystemExit(f"Of {expected} events (there, on their way) {place.waiting()} arrived.")
        time.sleep(0.2)
    time.sleep(1)  # S3 counts whole seconds: the handler would wait out the rest of the last one


def _folder(number: int) -> str:
    return f"models/{MODELS[number % len(MODELS)]}/{number:04}/"


def _files(number: int) -> dict[str, bytes]:
    """Make an upload that is fit and like no other."""
    return {
        "card.yaml": f"author: ada@example.com\nmetrics: {{accuracy: 0.9{number}}}\n".encode(),
        "labels.txt": "".join(f"class {index}\n" for index in range(10)).encode(),
        "model.onnx": onnx(initializers=[weights("w", f"{number:08}".encode())]),
        "notes.md": f"Training {number}\n".encode(),
        "training.json": f'{{"seed": {number}}}'.encode(),
    }


def _tell(groups: list[Group]) -> None:
    print(f"uploads: {groups[-1].size:,} of 5 objects, 10 events a batch; calls to AWS and milliseconds per upload")
    print(f"{'uploads':<24}" + "".join(f"{group.size:>14,}" for group in groups) + f"{'growth':>9}")
    _line("wall time", [(0, group.seconds, group) for group in groups], f" (wanted: at most {WANTED})")
    _line("of our own processor", [(0, group.processor, group) for group in groups])
    for operation in sorted(groups[-1].calls, key=groups[-1].waited.__getitem__, reverse=True):
        _line(f"  {operation}", [(group.calls[operation], group.waited[operation], group) for group in groups])
    _line("  all, some in threads", [(group.calls.total(), group.waited.total(), group) for group in groups])


def _line(label: str, figures: list[tuple[int, float, Group]], note: str = "") -> None:
    """Print calls and milliseconds per upload at each size, and how the time has grown from the first to the last."""
    each = [(calls / group.uploads, seconds / group.uploads * 1000) for calls, seconds, group in figures]
    cells = [f"{f'{calls:.1f} x' if calls else '':>7}{took:>7.1f}" for calls, took in each]
    print(f"{label:<24}{''.join(cells)}{each[-1][1] / each[0][1]:>9.2f}{note}")


def _check(place: Workflow) -> None:
    """Hold the ledger, the bucket and the pipeline against what was uploaded, each other way round."""
    releases, candidates, bound = (place.items(sort) for sort in ("RELEASE#", "CANDIDATE", "EXECUTION"))
    executions = place.executions()
    carried = {item["pk"].removeprefix("EXECUTION#"): item["release"] for item in bound}
    right = {
        "candidates": len(candidates) == SIZES[-1] and {each["release"] for each in releases} == place.manifests(),
        "releases": sorted(each["prefix"] for each in releases) == sorted(map(_folder, range(SIZES[-1]))),
        "executions": sorted(executions) == sorted(carried) and len(executions) == SIZES[-1],
        "bound": carried == {each["execution_id"]: each["release"] for each in releases},
    }
    print(f"{len(candidates):,} candidates, {len(releases):,} releases, {len(executions):,} executions", end="")
    if wrong := [name for name, fits in right.items() if not fits]:
        raise SystemExit(f"\nThese are not what was uploaded: {', '.join(wrong)}.")
    print(": none lost, none twice")
