"""What the service says of itself in service.yaml, held against what uploads are checked by."""

from __future__ import annotations

from pathlib import Path

import yaml

from pipeline.errors import BuildError


def check(folder: Path, accepted: str) -> None:
    """Raise BuildError if the service takes other files than the stack lets in; `accepted` is AcceptedFormats."""
    file = folder / "service.yaml"
    try:
        declared = {str(name) for name in yaml.safe_load(file.read_bytes())["accepts"]}
    except FileNotFoundError:
        return
    except (yaml.YAMLError, LookupError, TypeError) as error:
        raise BuildError(f"{file} must list what the service takes, like `accepts: [onnx, labels.txt]`.") from error
    if declared != set(accepted.split(",")):
        told = ",".join(sorted(declared))
        raise BuildError(f"{file} accepts {told}, but uploads are checked for {accepted}: set AcceptedFormats to it.")
