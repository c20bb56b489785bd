"""`run`: a suite against a service, from a terminal."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from slipway.adapters.clock import SystemClock
from slipway.adapters.http import ServiceHttp
from slipway.cli.smoke.display import Display
from slipway.errors import NotFound, SlipwayError, SuiteInvalid
from slipway.models import Json, Verdict
from slipway.smoke import report
from slipway.smoke.checks.context import Subject
from slipway.smoke.checks.run_state import begin
from slipway.smoke.evidence import Evidence
from slipway.smoke.job.run import LONGEST, Run
from slipway.smoke.suite.files import FolderFiles
from slipway.smoke.suite.reading import read

_CODES = {Verdict.PASSED: 0, Verdict.FAILED: 1, Verdict.INCONCLUSIVE: 2}
_INTERRUPTED = 130  # as shells have it
_TARGET = "local"
_STRETCH = timedelta(seconds=1)  # so often a terminal shows how far it is


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what `run` takes."""
    parser.description = "Run a suite against a service. Exit code 0: passed, 1: failed, 2: it could not be judged."
    parser.add_argument("suite", type=Path, help="the suite.yaml; its golden files lie beside it")
    parser.add_argument("--url", type=_url, required=True, help="the service under test, like http://127.0.0.1:8000")
    parser.add_argument("--production", type=_url, metavar="URL", help="a service to compare it with")
    parser.add_argument("--release", default="", help="what the service must say it is; not checked without")
    parser.add_argument("--passport", type=Path, metavar="FILE", help="a passport (JSON) that it must show in whole")
    parser.add_argument("--out", type=Path, metavar="DIR", help="where evidence.json, .html and .xml are written")


def _url(text: str) -> str:
    """Read the address of a service, to which paths can be added."""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise argparse.ArgumentTypeError(f"{text!r} is no address of a service: write one like http://127.0.0.1:8000")
    return text


def run(args: argparse.Namespace) -> int:
    """Run a suite, say what was found, and give the exit code."""
    try:
        subject = _subject(args)
        _make(args.out)
        display = Display(subject)
        suite_run = Run(subject, begin(subject.clock.now()), display.show, _STRETCH)
        asyncio.run(suite_run.go(subject.clock.now() + LONGEST + timedelta(minutes=1)))
    except SlipwayError as error:
        sys.stderr.write(f"{error}\n")
        return _CODES[Verdict.INCONCLUSIVE]
    except KeyboardInterrupt:
        sys.stderr.write("\nInterrupted: nothing was decided.\n")
        return _INTERRUPTED
    evidence = suite_run.evidence(_TARGET)
    if args.out:
        _write(evidence, args.out)
    display.end(evidence)
    return _CODES[evidence.verdict]


def _subject(args: argparse.Namespace) -> Subject:
    passport = _passport(args)
    suite = read(_bytes(args.suite))
    nameless = {}
    if suite.identity.member not in passport and not suite.identity.absent:  # there is nothing to compare with
        suite = replace(suite, identity=replace(suite.identity, absent=True))
        nameless = {"nameless": "No --release was named, so what was tested may be any version of this service."}
    return Subject(
        suite,
        FolderFiles(args.suite.resolve().parent),
        args.url,
        passport,
        ServiceHttp(),
        SystemClock(),
        production=args.production or "",
        alone="No --production was named to compare with.",
        **nameless,
    )


def _passport(args: argparse.Namespace) -> Json:
    passport: Json = {}
    if args.passport:
        try:
            passport = dict(json.loads(_bytes(args.passport)))
        except (ValueError, TypeError):
            raise SuiteInvalid(f"{args.passport} is no passport: it must be a JSON object.") from None
    return {**passport, "release": args.release} if args.release else passport


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise NotFound(f"{path} cannot be read: {error.strerror}.") from error


def _make(folder: Path | None) -> None:
    """Make the folder for the evidence, before anything is asked: a long run should not end without one."""
    try:
        if folder:
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NotFound(f"{folder} cannot be made: {error.strerror}.") from error


def _write(evidence: Evidence, folder: Path) -> None:
    document = json.dumps(report.document(evidence), indent=2)
    (folder / "evidence.json").write_text(document)
    (folder / "evidence.html").write_text(report.page(evidence), encoding="utf-8")
    (folder / "evidence.xml").write_bytes(report.junit(evidence))
