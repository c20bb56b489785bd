"""What a candidate meets: the service's file, the suite of record, and the operators' rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from slipway.uploads import service_file
from slipway.uploads.limits import Rules, accepted_names
from slipway.uploads.service_file import ServiceFile

_MAX_BYTES = 2 * 1024**3  # the default of the parameter MaxModelBytes


@dataclass(frozen=True, slots=True)
class Surroundings:
    """`record` is the folder of the suite of record."""

    service: ServiceFile
    record: Path
    rules: Rules


def of_service(folder: Path, record: Path | None) -> Surroundings:
    """Return the declarations of the service in a folder, with the rules of a stack with default parameters."""
    service = service_file.read(folder)
    return Surroundings(service, record or folder / "suite", Rules(_MAX_BYTES, accepted=service.accepts))


def rules_of(parameters: Mapping[str, str]) -> Rules:
    """Return the rules for uploads that a stack's parameters set."""
    return Rules(
        max_bytes=int(parameters.get("MaxModelBytes", _MAX_BYTES)),
        allow_pickle=parameters.get("AllowPickle") == "true",
        accepted=accepted_names(parameters["AcceptedFormats"], existing=bool(parameters.get("ExistingPipeline"))),
        allow_looser_suites=parameters.get("AllowLooserSuites") == "true",
        suite_minutes=int(parameters.get("SuiteMinutes", 30)),
        signing_keys=tuple(filter(None, parameters.get("ModelSigningKeys", "").split(","))),
    )
