"""The command `python -m rehearsal`: its help, its display, its exit code."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import httpx
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console

from rehearsal import aws, environment
from rehearsal.attached import AttachedRehearsal
from rehearsal.display import Display
from rehearsal.errors import Interrupted, RehearsalError
from rehearsal.interruption import Interruption
from rehearsal.live import LiveDisplay
from rehearsal.logs import LogWatch
from rehearsal.options import Options
from rehearsal.plain import PlainDisplay
from rehearsal.processes import Children
from rehearsal.rehearse import Rehearsal
from rehearsal.setup import Setup
from rehearsal.watch import Watch
from rehearsal.workspace import Workspace

HELP = """\
Play a whole story of releases on a local AWS, with the real template, the real
`sam build` and `sam deploy`, real models, and IAM enforced.

  v1      is uploaded, built, tested on staging, approved and goes to production
  v2      takes its place
  worse   answers wrongly: stopped on staging, before anybody is asked
  broken  does not load: stopped before anybody is asked

Afterwards production must still serve v2. Everything listens on 127.0.0.1 and
ends with the rehearsal. Logs and summary.json lie in .rehearsal/, which the
next rehearsal deletes; what is downloaded stays in .cache/.

variables:
  STORY=attach    play another one: Slipway is attached to a pipeline that is
                  there already, and removed again.
  EXISTING=folder play that on another pipeline than the one that lies in
                  rehearsal/existing; SHORT=1 ends it after the first release.
  ANSWER=approve  press Approve without asking. Without it the first approval
                  waits for you, if this is a terminal, to press the button in
                  the Slack stand-in; every other one is pressed for you.
  KEEP=1          leave everything up afterwards, show the addresses, and wait
                  for Ctrl-C.
  PORT=4566       the first of four ports: the local AWS, and behind it Slack,
                  staging and production.
  NO_COLOR=1      no colours.

exit code: 0 if all went as told, 1 if not, 130 after Ctrl-C (or SIGTERM)
before the end. Either way every process that was started ends.
"""


def main(arguments: Sequence[str], interruption: Interruption) -> int:
    """Play a rehearsal and return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m rehearsal", description=HELP, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.parse_args(arguments)
    display = _display()
    try:
        options = Options.chosen(os.environ, terminal=sys.stdin.isatty() and sys.stdout.isatty())
        return _rehearse(options, display, interruption)
    except RehearsalError as error:
        display.fail(str(error))
        return 1
    except Interrupted as interrupted:
        display.say(str(interrupted))
        return 130
    finally:
        display.close()


def _rehearse(options: Options, display: Display, interruption: Interruption) -> int:
    workspace = Workspace(Path(__file__).resolve().parents[1])
    isolated = environment.isolated(os.environ, workspace, options.ports)
    # Every AWS client in this process, too, must find the local AWS and no account of the developer's.
    os.environ.clear()
    os.environ.update(isolated)
    children = Children(workspace.root)
    source = workspace.run / "repository" if options.story else workspace.root
    setup = Setup(workspace, options.ports, children, display, Watch(interruption, children), isolated, source)
    rehearsal = (AttachedRehearsal if options.story else Rehearsal)(
        setup, options, LogWatch(workspace.run / "logs", aws.lambda_logs)
    )
    try:
        code = _play(rehearsal)
    finally:
        children.stop(hurry=Hurry(interruption))
    if options.keep:
        display.say("Everything that the rehearsal had started has ended.")
    return code


def _play(rehearsal: Rehearsal) -> int:
    code = 0
    try:
        _translated(rehearsal)
    except RehearsalError as error:
        rehearsal.setup.display.fail(_explained(error, rehearsal))
        code = 1
    if rehearsal.options.keep and rehearsal.outputs:
        rehearsal.stay()
    return code


def _translated(rehearsal: Rehearsal) -> None:
    """Play; what a library says about a server of ours becomes one sentence, unless the server has died."""
    try:
        rehearsal.play()
    except (BotoCoreError, ClientError, httpx.HTTPError) as error:
        rehearsal.setup.watch.pause(0.5)
        rehearsal.setup.watch.pause(0)
        raise RehearsalError(f"A request to the rehearsal's own servers failed: {str(error).rstrip('.')}.") from error


def _explained(error: RehearsalError, rehearsal: Rehearsal) -> str:
    """The sentence with whom IAM denied what, and with the log to read; before the run there is none to read."""
    if not rehearsal.begun:
        return str(error)
    workspace = rehearsal.setup.workspace
    log = error.log or rehearsal.logs.failed_build() or workspace.log("cloud")
    denied = [f"IAM: {denial}." for denial in rehearsal.logs.denials()[:3]]
    read = [f"Read {workspace.shown(log)}."] if log.exists() else []
    return " ".join([str(error), *denied, *read])


class Hurry:
    """Says when the person who pressed Ctrl-C has lost patience: another one since we began to end."""

    def __init__(self, interruption: Interruption) -> None:
        self._interruption = interruption
        self._count = interruption.count

    def __call__(self) -> bool:
        """Whether another one has come."""
        return self._interruption.count > self._count


def _display() -> Display:
    console = Console(highlight=False)
    modern = sys.stdout.isatty() and not console.is_dumb_terminal and "utf" in (sys.stdout.encoding or "").lower()
    return LiveDisplay(console) if modern else PlainDisplay()
