"""2,000 golden requests at concurrency 32: our smoke test, which checks every answer, beside hey, locust and tavern.

The service is a process of its own, the same for all: first Starlette on uvicorn, as the service that Slipway brings,
then faster ones, until there is nothing but the clients left to measure; hey's is compiled and uses every processor.
All run in turn; the best run counts, for a busy machine only adds. "requests" is from the first request to the last,
"command" from start to end of the process. Ours is `SuiteRun` in a process that has imported everything, and as a
command `slipway smoke run`.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import contestants, golden_sets
from bench.contestants import REQUESTS, Result
from bench.local_aws import ROOT

ROUNDS = 5
WANTED = 1.3
FEW, MANY = 100, 10_000  # cases, for memory
WANTED_MEMORY = 1.1


def main() -> None:
    """Print what each took, and our peak memory."""
    with tempfile.TemporaryDirectory(prefix="slipway-bench-") as name:
        folder = Path(name)
        lines = golden_sets.lines(folder / "lines", REQUESTS)
        pictures = golden_sets.pictures(folder / "pictures", REQUESTS)
        print(
            f"smoke: {REQUESTS:,} golden requests at {contestants.CONCURRENCY}, best of {ROUNDS} runs in turn, seconds"
        )
        for kind in ("uvicorn", "aiohttp", "bare"):
            with _serving(kind) as url:
                _side_by_side(kind, url, lines, pictures)
                if kind == "uvicorn":
                    _others(url, lines)
                    _memory(folder, url)


def _side_by_side(kind: str, url: str, lines: Path, pictures: Path) -> None:
    """Print ours and hey's."""
    there = shutil.which("hey") is not None
    runs: dict[str, list[Result]] = {"ours, JSON lines": [], "ours, pictures": [], **({"hey": []} if there else {})}
    for _ in range(ROUNDS):
        runs["ours, JSON lines"].append(_ours(lines, url))
        if there:
            runs["hey"].append(contestants.hey(lines.parent, url))
        runs["ours, pictures"].append(_ours(pictures, url))
    best = {who: _best(each) for who, each in runs.items()}
    print(f"{f'{kind} service':<20}{'requests':>10}{'command':>10}{'of hey':>10}")
    for who, result in best.items():
        of_hey = f"{result.requests / best['hey'].requests:>10.2f}" if there and who != "hey" else ""
        print(f"{who:<20}{result.requests:>10.2f}{result.whole:>10.2f}{of_hey}", flush=True)
    print(f"(wanted: at most {WANTED} of hey)" if there else "hey is not here: on Debian, `apt-get install hey`.")


def _ours(suite: Path, url: str) -> Result:
    return Result(contestants.ours(suite, url).requests, contestants.our_command(suite, url))


def _best(runs: list[Result]) -> Result:
    return Result(min(run.requests for run in runs), min(run.whole for run in runs))


def _others(url: str, lines: Path) -> None:
    """Print what the slower ones take: once is enough to see it."""
    for who, ask in (("locust", contestants.locust), (f"tavern, only {contestants.FEWER}", contestants.tavern)):
        result = ask(lines, url)
        print(f"{who:<20}{result.requests:>10.2f}{result.whole:>10.2f}", flush=True)


def _memory(folder: Path, url: str) -> None:
    few, many = (contestants.peak_of_ours(golden_sets.lines(folder / str(cases), cases), url) for cases in (FEW, MANY))
    print(f"peak memory of ours: {few / 1024:.1f} MiB at {FEW} cases, {many / 1024:.1f} MiB at {MANY:,}", end="")
    print(f", {many / few:.2f} (wanted: at most {WANTED_MEMORY})")


@contextmanager
def _serving(kind: str) -> Iterator[str]:
    command = [sys.executable, "-m", "bench.echo_server", kind]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdout
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.terminate()
