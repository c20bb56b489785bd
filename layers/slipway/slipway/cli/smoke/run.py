"""`slipway smoke run`: a suite against a service."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import click

from slipway.adapters.clock import SystemClock
from slipway.adapters.http import ServiceHttp
from slipway.cli.smoke.check import FILE
from slipway.cli.smoke.display import Display
from slipway.cli.terminal import say
from slipway.errors import SlipwayError, SuiteInvalid, TooSlow, Unreachable
from slipway.models import HttpRequest, Json, Verdict
from slipway.smoke import report
from slipway.smoke.evidence import Evidence
from slipway.smoke.running.context import RunContext
from slipway.smoke.running.request_builder import address
from slipway.smoke.running.state import RunState
from slipway.smoke.running.suite_run import LONGEST, SuiteRun
from slipway.smoke.suite.files import FolderFiles
from slipway.smoke.suite.reading import read

CODES = {Verdict.PASSED: 0, Verdict.FAILED: 1, Verdict.INCONCLUSIVE: 2}
_INTERRUPTED = 130  # as shells have it
TARGET = "local"
_SHOW_EVERY = timedelta(seconds=1)
_FIRST_ANSWER = 5.0  # seconds


class _ServiceUrl(click.ParamType):
    """The address of a service, to which paths can be added."""

    name = "url"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the address as it is, or fail with what is wrong."""
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            self.fail(f"{value!r} is no address of a service: write one like http://127.0.0.1:8000", param, ctx)
        return value


@click.command()
@click.argument("suite", type=FILE)
@click.option("--url", required=True, type=_ServiceUrl(), help="The service under test, like http://127.0.0.1:8000.")
@click.option("--production", type=_ServiceUrl(), help="A service to compare it with.")
@click.option("--release", default="", help="What the service must say it is; not checked without.")
@click.option("--passport", type=FILE, help="A passport (JSON) that it must show in whole.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="For evidence.json, .html and .xml.")
@click.option("--wait", is_flag=True, help="Wait for a service that is not there yet, as long as `ready` allows.")
def run(
    suite: Path, url: str, production: str | None, release: str, passport: Path | None, out: Path | None, *, wait: bool
) -> None:
    """Run a SUITE (the suite.yaml) against a service.

    Exit code 0: passed. 1: failed. 2: it could not be judged.
    """
    try:
        context = _context(suite, url, production or "", _passport(passport, release))
        if out:  # before anything is asked: a long run should not end without its evidence
            out.mkdir(parents=True, exist_ok=True)
        if not wait:
            _check_somebody_answers(context)
        evidence = run_suite(context)
        if out:
            write(evidence, out)
    except (SlipwayError, OSError) as error:
        say(error, err=True)
        raise SystemExit(CODES[Verdict.INCONCLUSIVE]) from error
    except KeyboardInterrupt:
        click.echo("\nInterrupted: nothing was decided.", err=True)
        raise SystemExit(_INTERRUPTED) from None
    raise SystemExit(CODES[evidence.verdict])


def _context(suite: Path, url: str, production: str, passport: Json) -> RunContext:
    """Return the context of a run.

    Raises SuiteInvalid if the suite cannot be read, or asks for more than the passport has.
    """
    definition = read(suite.read_bytes())
    context = RunContext(
        definition,
        FolderFiles(suite.resolve().parent),
        url,
        passport,
        ServiceHttp(),
        SystemClock(),
        production_url=production,
        no_production="No --production was named to compare with.",
    )
    if definition.identity.member in passport or definition.identity.absent:
        return context
    absent = replace(definition, identity=replace(definition.identity, absent=True))  # there is nothing to compare with
    warning = "No --release was named, so what was tested may be any version of this service."
    return replace(context, suite=absent, no_identity=warning)


def _passport(path: Path | None, release: str) -> Json:
    """Return the passport in a file (or an empty one) with the release, if named; raises SuiteInvalid."""
    try:
        passport = dict(json.loads(path.read_bytes())) if path else {}
    except (ValueError, TypeError):
        raise SuiteInvalid(f"{path} is no passport: it must be a JSON object.") from None
    return {**passport, "release": release} if release else passport


def _check_somebody_answers(context: RunContext) -> None:
    """Raise Unreachable for an address where nobody listens: a wrong one must not cost the whole deadline."""
    for option, url in (("--url", context.url), ("--production", context.production_url)):
        if url:
            try:
                asyncio.run(_ask(address(url, context.suite.ready.path)))
            except TooSlow:  # somebody listens
                pass
            except Unreachable as error:
                cure = f"correct {option}, or start the service" + (", or --wait for it" if option == "--url" else "")
                raise Unreachable(f"{error} {cure[0].upper()}{cure[1:]}.") from error


async def _ask(url: str) -> None:
    """Send one GET request; raises Unreachable."""
    http = ServiceHttp()
    try:
        await http.send(HttpRequest("GET", url, timeout=_FIRST_ANSWER, fresh_connection=True))
    finally:
        await http.close()


def write(evidence: Evidence, folder: Path) -> None:
    """Write the evidence as JSON, JUnit XML and HTML into a folder."""
    for suffix, content in report.files(evidence).items():
        (folder / f"evidence{suffix}").write_bytes(content)


def run_suite(context: RunContext) -> Evidence:
    """Run the suite to its end, show its findings, and return the evidence."""
    display = Display(context)
    suite_run = SuiteRun(context, RunState.new(context.clock.now()), display.show, _SHOW_EVERY)
    asyncio.run(suite_run.go_on(context.clock.now() + LONGEST + timedelta(minutes=1)))
    evidence = suite_run.evidence(TARGET)
    display.end(evidence)
    return evidence
