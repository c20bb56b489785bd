"""`slipway try`: the service with a candidate on this machine, and the suite of its release against it."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

import click

from slipway.adapters.clock import SystemClock
from slipway.adapters.http import ServiceHttp
from slipway.cli.candidate import local_service
from slipway.cli.candidate.check import UNKNOWN, show
from slipway.cli.candidate.options import Given, about_a_folder, given
from slipway.cli.candidate.preflight import examine
from slipway.cli.smoke.run import CODES, run_suite, write
from slipway.cli.terminal import say
from slipway.errors import SlipwayError
from slipway.models import Candidate, Json
from slipway.smoke.evidence import Evidence
from slipway.smoke.running.context import RunContext
from slipway.smoke.suite import reading
from slipway.smoke.suite.files import FolderFiles

_FOLDER = click.Path(file_okay=False, path_type=Path)
_RELEASE = "try"
_NO_PRODUCTION = "This is a trial on one machine: --production names a service to compare with."


@click.command("try")
@about_a_folder
@click.option("--production", default="", help="The address of a service to compare with.")
@click.option("--python", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Run the service with it.")
@click.option("--out", type=_FOLDER, help="Where the evidence is written.  [default: evidence/MODEL]")
@click.option("--open", "opens", is_flag=True, help="Open the evidence in a browser.")
def trial(
    folder: Path,
    model: str | None,
    service: Path,
    record: Path | None,
    production: str,
    python: Path | None,
    out: Path | None,
    *,
    as_json: bool,
    opens: bool,
) -> None:
    """Serve the FOLDER of a model on this machine, run the suite of its release, and write the evidence.

    Exit code 0: passed. 1: failed, or the folder has problems. 2: it could not be judged.
    """
    try:
        told = given(folder, model, service, record)
        out = out or Path("evidence") / told.folder.model
        out.mkdir(parents=True, exist_ok=True)
        evidence = _test_locally(told, python, production, as_json=as_json)
        write(evidence, out)
    except (SlipwayError, OSError) as error:
        say(error, err=True)
        raise SystemExit(UNKNOWN) from error
    page = out.resolve() / "evidence.html"
    click.echo((out / "evidence.json").read_text() if as_json else f"The evidence is in {page}")
    if opens:
        click.launch(page.as_uri())
    raise SystemExit(CODES[evidence.verdict])


def _test_locally(told: Given, python: Path | None, production: str, *, as_json: bool) -> Evidence:
    """Check a folder, start the service with it, and return the evidence of its suite; exits with 1 for a problem."""
    with tempfile.TemporaryDirectory(prefix="slipway-suite-") as place:
        suite = Path(place)
        found = examine(told.folder, told.surroundings, suite)
        if found.problems:
            show(found, as_json=as_json)
            sys.exit(1)
        passport, declared = _passport(found.candidate), told.surroundings.service
        # Not resolved: the python of a virtual environment is a link, and finds its packages by where it lies.
        programs = (
            python.absolute().parent if python else local_service.environment(told.service, declared, told.folder.path)
        )
        with local_service.started(told.service, declared, told.folder.path, passport, programs) as url:
            return run_suite(_context(suite, url, passport, production))


def _context(folder: Path, url: str, passport: Json, production: str) -> RunContext:
    """Return the context of a run on this machine, with the merged suite in `folder`."""
    return RunContext(
        reading.read((folder / reading.NAME).read_bytes()),
        FolderFiles(folder),
        url,
        passport,
        ServiceHttp(),
        SystemClock(),
        production_url=production,
        no_production=_NO_PRODUCTION,
    )


def _passport(candidate: Candidate) -> Json:
    """Return the passport that a build would give the candidate, for a release called as on this machine."""
    files = [
        {name: asdict(file)[name] for name in ("path", "version_id", "size", "sha256")} for file in candidate.files
    ]
    content = {"candidate": candidate.name, "model": candidate.model, "commit": "local", "files": files}
    return {"release": _RELEASE, **content, "image": "local"}
