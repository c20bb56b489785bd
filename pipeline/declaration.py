"""What the service says of itself in service.yaml, held against what uploads are checked by."""

from __future__ import annotations

from pathlib import Path

from pipeline.errors import BuildError
from slipway.errors import Refused
from slipway.uploads import service_file
from slipway.uploads.service_file import ServiceFile


def read(folder: Path, accepted: str) -> ServiceFile:
    """Return what the service declares, or raise BuildError if that cannot be read.

    Nor may it take other files than the stack lets in; `accepted` is AcceptedFormats.
    """
    file = folder / service_file.NAME
    try:
        declared = service_file.read(folder)
    except Refused as error:
        raise BuildError(str(error)) from error
    if file.exists() and set(declared.accepts) != set(accepted.split(",")):
        told = ",".join(sorted(declared.accepts))
        raise BuildError(f"{file} accepts {told}, but uploads are checked for {accepted}: set AcceptedFormats to it.")
    return declared
