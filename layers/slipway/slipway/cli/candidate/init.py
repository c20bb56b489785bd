"""`slipway init`: the files beside a model, begun from what the model says of itself."""

from __future__ import annotations

from collections.abc import Iterator
from math import isqrt
from pathlib import Path

import click

from slipway.cli.candidate.options import FOLDER
from slipway.models.formatting import counted
from slipway.uploads.validation import card_input, labels, onnx_header
from slipway.uploads.validation.onnx_header import Header
from slipway.uploads.validation.onnx_tensors import Shape
from slipway.uploads.validation.ranged import Exhausted, Malformed, Ranged, Truncated

_SUITE = """\
# The suite of record of {model}: what every release of it has to show. Its owner keeps it in the bucket:
#   aws s3 cp --recursive {folder} s3://MODEL_BUCKET/suites/{model}/
# docs/suites.md says what else a suite can do.
accuracy: 0.9   # nine in ten of the golden set are right
compare: 0.9    # nine in ten of production's predictions stay what they are
latency: 300    # 95 % of the answers take at most 300 ms
"""
_EXPECTED = "file,expected,name\n"
_SMALLEST_PICTURE = 7  # pixels of a side
_SHOWN = 13  # numbers of a row


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
    rows = _reads_rows(header.picture)
    files = {
        folder / card_input.NAME: "\n".join(_card_lines(author, header)) + "\n",
        suite / "suite.yaml": _SUITE.format(model=name, folder=suite.name),
        suite / "golden" / ("expected.jsonl" if rows else "expected.csv"): "" if rows else _EXPECTED,
    }
    if header.classes:
        files[folder / labels.NAME] = "".join(f"class {number}\n" for number in range(header.classes))
    for path, content in files.items():
        click.echo(_write(path, content))
    golden = suite / "golden"
    if rows and header.picture:
        row = _row(header.picture[1])
        click.echo(f"Next: put golden inputs into {golden / 'expected.jsonl'}, a line each like {row}, and then")
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
    """Return what the one ONNX model in a folder says of itself; an empty header if there is not exactly one."""
    models = [path for path in folder.iterdir() if path.suffix.lower() == ".onnx"]
    if len(models) != 1:
        return Header()
    with models[0].open("rb") as file:

        def read(start: int, length: int) -> bytes:
            """Return `length` bytes of the file from byte `start`."""
            file.seek(start)
            return file.read(length)

        try:
            return onnx_header.read(Ranged(read, models[0].stat().st_size))
        except (Truncated, Malformed, Exhausted):
            return Header()


def _row(width: int | None) -> str:
    """Return a line of a golden list with as many numbers as the model reads, of many the first."""
    numbers = ", ".join(map(str, range(1, min(width or 3, _SHOWN) + 1))) + (", …" if (width or 3) > _SHOWN else "")
    return f'{{"input": {{"row": [{numbers}]}}, "expected": "class 0"}}'


def _reads_rows(shape: Shape | None) -> bool:
    """Return whether a model reads rows: one axis of numbers that are no square picture."""
    if shape is None or len(shape) != 2:
        return False
    side = isqrt(shape[1] or 0)
    return side < _SMALLEST_PICTURE or side * side != shape[1]


def _card_lines(author: str, header: Header) -> Iterator[str]:
    """Yield the lines of a card.yaml, with what the model's header tells filled in."""
    yield f"author: {author}" if author else "# author: ada@example.com  # who does not approve their own model"
    yield "# metrics: {accuracy: 0.97}  # what the approvers are shown"
    yield "# notes: what is new in it"
    if header.classes:
        yield f"# The model answers {counted(header.classes, 'number')}: labels.txt names each, one a line."
    yield from _input_lines(header.picture)


def _input_lines(shape: Shape | None) -> Iterator[str]:
    """Yield the lines of a card.yaml about the model's input; commented out if its shape is not known."""
    if shape is None or not 2 <= len(shape) <= 4:
        yield "# input: {width: 224, height: 224, channels: 3}  # where the model does not tell"
        return
    if _reads_rows(shape):
        yield f"input: rows  # the model reads {list(shape)}; docs/models.md has names, categories, and flat pictures"
        return
    layout = card_input.guessed_layout(shape)
    sizes = card_input.sizes(layout, shape)
    if layout == "flat":
        yield "# These numbers look like a square picture; for a model of rows, write instead: input: rows"
        sizes = {"height": isqrt(shape[1] or 0), "width": isqrt(shape[1] or 0), "channels": 1}
    yield f"input:  # the model reads {list(shape)}"
    yield f"  layout: {layout}"
    for name, size in sizes.items():
        yield f"  {name}: {size}" if size else f"  # {name}: 28  # the model does not tell it"
    yield "  # scale: 0.00392156862745098  # of pixels 0 to 255; then (pixel * scale - mean) / std"
    yield "  # mean: [0.485, 0.456, 0.406]"
    yield "  # std: [0.229, 0.224, 0.225]"
