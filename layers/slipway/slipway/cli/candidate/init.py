"""`slipway init`: the files beside a model, begun from what the model says of itself."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from slipway.cli.candidate import skeleton
from slipway.cli.candidate.folder import Folder
from slipway.cli.candidate.options import FOLDER
from slipway.uploads.validation import card_input, formats, labels
from slipway.uploads.validation.accepted import Accepted
from slipway.uploads.validation.onnx_header import Header
from slipway.uploads.validation.ranged import Ranged

_SUITE = """\
# The suite of record of {model}: what every release of it has to show. Its owner keeps it in the bucket:
#   aws s3 cp --recursive {folder} s3://MODEL_BUCKET/suites/{model}/
# docs/suites.md says what else a suite can do.
accuracy: 0.9   # nine in ten of the golden set are right
compare: 0.9    # nine in ten of production's predictions stay what they are
latency: 300    # 95 % of the answers take at most 300 ms
"""
_EXPECTED = "file,expected,name\n"


@click.command()
@click.argument("folder", type=FOLDER)
@click.option("--model", help="The model's name, if it is not the folder's.")
@click.option("--author", default="", help="E-mail address of the model's author.")
def init(folder: Path, model: str | None, author: str) -> None:
    """Begin the files beside the model in FOLDER: card.yaml and labels.txt, and FOLDER.suite, its suite of record.

    What is there already stays as it is.
    """
    name, suite = model or folder.resolve().name, folder.with_name(f"{folder.resolve().name}.suite")
    header = _header(folder)
    rows = skeleton.reads_rows(header)
    files = {
        folder / card_input.NAME: "\n".join(skeleton.card_lines(author, header)) + "\n",
        suite / "suite.yaml": _SUITE.format(model=name, folder=suite.name),
        suite / "golden" / ("expected.jsonl" if rows else "expected.csv"): "" if rows else _EXPECTED,
    }
    if names := skeleton.class_names(header):
        files[folder / labels.NAME] = "".join(f"{name}\n" for name in names)
    for path, content in files.items():
        click.echo(_write(path, content))
    if not header.inputs:
        click.echo(
            f"No model in {folder} tells what it reads: `slipway check` says what is wrong, or fill in its card."
        )
    golden = suite / "golden"
    if rows:
        line, file = skeleton.golden_line(header), golden / "expected.jsonl"
        click.echo(f"Next: put golden inputs into {file}, a line each like {line}, and then")
    else:
        click.echo(f"Next: put golden inputs into {golden}, a line each into its expected.csv, and then")
    named = f" --model {name}" if model else ""
    click.echo(f"  slipway check {folder}{named} --record {suite}")
    click.echo("where the folder service/ is, as in the clone, or with --service.")


def _write(path: Path, content: str) -> str:
    """Write a file unless it is there already; return the line that says which."""
    if path.exists():
        return f"kept     {path}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return f"written  {path}"


def _header(folder: Path) -> Header:
    """Return what the one model in a folder says of itself; an empty header if there is not exactly one that is fit."""
    here, accepted, found = Folder(folder, ""), Accepted(tuple(formats.FORMATS)), dict[str, Header]()
    for file in here.candidate().files:
        if (known := accepted.format_of(file.path)) and known.is_model:
            source = Ranged(partial(here.read, file.key, file.version_id), file.size)
            formats.problems(file.path, source, known.with_header(found.__setitem__))
    return next(iter(found.values())) if len(found) == 1 else Header()
