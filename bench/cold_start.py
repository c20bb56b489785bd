"""What a cold start pays for each function, beside the floor that nobody can go below.

A fresh interpreter imports the function with the layer on its path; the floor is the same one importing boto3 and
making one client. Both are run in turn, so that a machine whose speed drifts favours neither. Nothing is asserted: the
figures are for reading.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
RUNS = 7
FLOOR = "import boto3; boto3.client('dynamodb', region_name='us-east-1')"


def seconds(program: str) -> float:
    """Time one fresh interpreter."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT)  # noqa: S603
    return time.perf_counter() - started


def imports(function: str) -> str:
    """Write the program that loads a function as Lambda does."""
    paths = [str(ROOT / "functions" / function), str(ROOT / "layers" / "slipway")]
    return f"import sys; sys.path[:0] = {paths!r}; import app"


def compare(function: str) -> tuple[float, float]:
    """Give the median time of a function and of the floor, in seconds."""
    pairs = [(seconds(imports(function)), seconds(FLOOR)) for _ in range(RUNS)]
    return statistics.median(one for one, _ in pairs), statistics.median(other for _, other in pairs)


def main() -> None:
    """Print a line per function."""
    print(f"cold start: import of each function beside the floor, median of {RUNS} runs in turn")
    print(f"{'function':<18}{'import':>10}{'floor':>10}{'ratio':>8}")
    for folder in sorted((ROOT / "functions").glob("*/app.py")):
        own, floor = compare(folder.parent.name)
        print(f"{folder.parent.name:<18}{own * 1000:>7.0f} ms{floor * 1000:>7.0f} ms{own / floor:>8.2f}")
