"""Options that several commands about a folder share, and what they come to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from slipway.cli.candidate import surroundings
from slipway.cli.candidate.folder import Folder
from slipway.cli.candidate.surroundings import Surroundings
from slipway.errors import NotFound

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_PATH = click.Path(path_type=Path)
_OPTIONS = (
    click.option("--model", help="The model's name, if it is not the folder's."),
    click.option("--service", type=_PATH, default="service", show_default=True, help="The folder of the service."),
    click.option("--record", type=FOLDER, help="The folder of the suite of record, if it is not the service's."),
    click.option("--json", "as_json", is_flag=True, help="Print one JSON document."),
)


@dataclass(frozen=True, slots=True)
class Given:
    """What the options say."""

    folder: Folder
    service: Path
    surroundings: Surroundings


def about_a_folder(command: Callable[..., Any]) -> Callable[..., Any]:
    """Return a command with the options of every command that takes the folder of a model."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return click.argument("folder", type=FOLDER)(command)


def given(folder: Path, model: str | None, service: Path, record: Path | None) -> Given:
    """Return what the options name; raises NotFound without a service, Refused if its service.yaml cannot be read."""
    if not service.is_dir():
        where = "run this where the service lies, as in a clone of the repository, or name its folder by --service"
        raise NotFound(f"There is no folder {service}: {where}.")
    name = model or folder.resolve().name
    return Given(Folder(folder, name), service, surroundings.of_service(service, record))
