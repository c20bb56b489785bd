"""`slipway upload`: a folder to the model bucket, and what becomes of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from slipway.cli import stack
from slipway.cli.candidate import surroundings
from slipway.cli.candidate.check import UNKNOWN, show
from slipway.cli.candidate.folder import Folder
from slipway.cli.candidate.following import follow_release
from slipway.cli.candidate.options import FOLDER
from slipway.cli.candidate.preflight import preflight_problems
from slipway.cli.stack import Deployed
from slipway.cli.terminal import say
from slipway.errors import SlipwayError
from slipway.models import Json, State
from slipway.uploads.marker import MARKER
from slipway.uploads.validation import yaml_documents
from slipway.web.history.serialization import serialize_timeline


@click.command()
@click.argument("folder", type=FOLDER)
@click.option("--model", help="The model's name, if it is not the folder's.")
@click.option("--to", "version", help="The folder in the bucket, below models/MODEL/; the time if not given.")
@click.option("--force", is_flag=True, help="Release it even if its content is known; needs a --reason.")
@click.option("--replaces", default="", metavar="MODEL", help="The live model whose place it takes; needs a --reason.")
@click.option("--reason", default="", help="Why, for the approvers.")
@click.option("--follow/--no-follow", default=True, show_default=True, help="Tell what happens until the end.")
@click.option("--json", "as_json", is_flag=True, help="Print the release as JSON at the end.")
@stack.about_a_stack
def upload(
    folder: Path,
    model: str | None,
    version: str | None,
    replaces: str,
    reason: str,
    stack_name: str,
    region: str | None,
    profile: str | None,
    *,
    force: bool,
    follow: bool,
    as_json: bool,
) -> None:
    """Upload the FOLDER of a model to the stack's bucket, and follow its release to the end.

    Exit code 0: it is live (or uploaded, with --no-follow). 1: it is not. 2: that could not be told.
    """
    if (force or replaces) and not reason.strip():
        raise click.UsageError("--force and --replaces need a --reason, which the approvers read.")
    order = {name: value for name, value in (("force", force), ("replaces", replaces), ("reason", reason)) if value}
    try:
        deployed = stack.find(stack_name, region, profile)
        local = Folder(folder, model or folder.resolve().name)
        _exit_if_refused(local, deployed)
        begun = datetime.now(UTC)
        prefix = f"models/{local.model}/{version or f'{begun:%Y-%m-%d-%H%M%S}'}/"
        with stack.translated():
            _upload_files(local, deployed, prefix, order)
        click.echo(f"Uploaded to s3://{deployed.stack.outputs['ModelBucket']}/{prefix}", err=True)
        ended = follow_release(deployed, local.model, prefix, begun) if follow else None
    except (SlipwayError, OSError) as error:
        say(error, err=True)
        raise SystemExit(UNKNOWN) from error
    except KeyboardInterrupt:
        click.echo("\nThe release goes on without you: `slipway status` tells how.", err=True)
        raise SystemExit(130) from None
    if ended and as_json:
        click.echo(json.dumps(serialize_timeline(ended), indent=1))
    raise SystemExit(0 if ended is None or ended.state is State.LIVE else 1)


def _exit_if_refused(folder: Folder, deployed: Deployed) -> None:
    """Print the problems of a folder and exit, before anything is sent; return if there are none."""
    found = preflight_problems(folder, surroundings.rules_of(deployed.stack.parameters))
    if found.problems:
        show(found, as_json=False)
        raise SystemExit(1)


def _upload_files(folder: Folder, deployed: Deployed, prefix: str, order: Json) -> None:
    """Upload all files below a prefix, and last the marker: the folder's own, or a new one with what is ordered."""
    client, bucket = deployed.session.client("s3"), deployed.stack.outputs["ModelBucket"]
    files = [(path, path.relative_to(folder.path).as_posix()) for path in folder.files]
    total = sum(path.stat().st_size for path, _ in files)
    progress: Any = click.progressbar(length=total, label=f"{len(files)} files", file=click.get_text_stream("stderr"))
    with progress as bar:
        for path, name in files:
            client.upload_file(str(path), bucket, prefix + name, Callback=bar.update)
    client.put_object(Bucket=bucket, Key=prefix + MARKER, Body=_new_marker(folder, [name for _, name in files], order))


def _new_marker(folder: Folder, names: list[str], order: Json) -> bytes:
    """Return the marker: the folder's own unless something is ordered, else all names and what is ordered."""
    import yaml

    own = folder.path / MARKER
    if own.is_file() and not order:
        return own.read_bytes()
    content = yaml.safe_dump({"files": names, **order}, allow_unicode=True).encode()
    # A list that is too long to be read is left out: the marker arrives last all the same.
    return content if len(content) <= yaml_documents.LIMIT else yaml.safe_dump(order, allow_unicode=True).encode()
