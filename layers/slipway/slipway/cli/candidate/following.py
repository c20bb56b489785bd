"""What becomes of an upload, told step by step until its release has ended."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import click

from slipway.adapters.ledger.reader import LedgerReader
from slipway.cli import stack
from slipway.cli.releases import display
from slipway.cli.stack import Deployed, NotAllowed
from slipway.cli.terminal import say
from slipway.errors import NotFound
from slipway.models import Release

PAUSE = 3.0  # seconds between two looks
_SILENCE = timedelta(minutes=3)  # after which nothing has arrived, as far as the ledger tells
_SKEW = timedelta(minutes=2)  # by which this machine's clock may be ahead


def follow_release(deployed: Deployed, model: str, prefix: str, begun: datetime) -> Release | None:
    """Print each step of the release of an upload; return it when it has ended, None if it may not be read.

    Raises NotFound if no release was opened within some minutes.
    """
    reader = LedgerReader(deployed.session, deployed.stack.outputs["LedgerTable"])
    told = 0
    try:
        for release in _poll(reader, model, prefix, begun):
            if not told:
                click.echo(f"{release.id} ({release.candidate})", err=True)
            lines = display.story(release)
            for line in lines[told:]:
                say(f"  {line}", err=True)
            told = len(lines)
            if release.state.ended:
                return release
    except NotAllowed as error:
        say(f"{error} Its card in Slack tells what becomes of it.", err=True)
    return None


def _poll(reader: LedgerReader, model: str, prefix: str, begun: datetime) -> Iterator[Release]:
    """Yield the release of an upload again and again; raises NotFound when none comes."""
    while True:
        with stack.translated():
            found = next((one for one in reader.newest(model) if _is_of_upload(one, prefix, begun)), None)
        if found:
            yield found
        elif datetime.now(UTC) - begun > _SILENCE:
            raise NotFound("No release was opened within 3 minutes: `slipway doctor` may tell why.")
        time.sleep(PAUSE)


def _is_of_upload(release: Release, prefix: str, begun: datetime) -> bool:
    """Return whether a release came from an upload, or is what the upload's content was known as."""
    uploads = [(release.prefix, release.uploaded_at), *((repeat.prefix, repeat.at) for repeat in release.repeats)]
    return any(where == prefix and at is not None and at >= begun - _SKEW for where, at in uploads)
