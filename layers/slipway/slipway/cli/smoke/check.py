"""`check`: what is wrong with a suite, or what it will do."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from slipway.errors import SuiteInvalid
from slipway.smoke.suite import label_counts, plan, reading
from slipway.smoke.suite.definition import Suite
from slipway.smoke.suite.files import FolderFiles
from slipway.smoke.suite.golden_set import GoldenSet


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what `check` takes."""
    parser.description = (
        "Read a suite, its golden files and its golden set, without asking any service.\n"
        "Exit code 0: it can be run, and what it will do is printed. 1: its mistakes are, with their lines."
    )
    parser.add_argument("suite", type=Path, help="the suite.yaml; its golden files lie beside it")


def run(args: argparse.Namespace) -> int:
    """Say what is wrong with a suite or what it will do, and give the exit code."""
    try:
        content = args.suite.read_bytes()
    except OSError as error:
        sys.stderr.write(f"{args.suite} cannot be read: {error.strerror}.\n")
        return 1
    files = FolderFiles(args.suite.parent)
    if mistakes := reading.problems(content, set(files.names())):
        sys.stdout.writelines(f"{args.suite}:{problem.line}: {problem.sentence}\n" for problem in mistakes)
        return 1
    suite = reading.read(content)
    try:
        labels = label_counts.labels(GoldenSet(files, suite.golden))
        _needed(suite, labels)
    except SuiteInvalid as mistake:
        sys.stdout.write(f"{mistake}\n")
        return 1
    sys.stdout.writelines(f"{line}\n" for line in plan.lines(suite, labels))
    return 0


def _needed(suite: Suite, labels: Counter[str]) -> None:
    """Raise SuiteInvalid for checks that cannot be made without a golden set."""
    if (suite.accuracy or suite.compare) and not labels:
        raise SuiteInvalid(
            f"`accuracy` and `compare` need a golden set: put its cases into {suite.golden}/expected.csv."
        )
    if suite.latency and not labels and not suite.requests:
        raise SuiteInvalid("`latency` has nothing to ask: add golden inputs, or requests that expect a 2xx.")
    if suite.accuracy and set(labels) == {""}:
        raise SuiteInvalid("`accuracy` needs to know what is expected: fill the column `expected`.")
