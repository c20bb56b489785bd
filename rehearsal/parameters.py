"""The stack's parameters in a rehearsal: samconfig.toml's environment `local`, fitted to this machine."""

import json
import platform
import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

from rehearsal.errors import RehearsalError
from rehearsal.ports import DEFAULT, Ports, url

LOCAL_PORT = re.compile(r"(127\.0\.0\.1|localhost):(\d+)")


def local_parameters(samconfig: Path, ports: Ports, machine: str = platform.machine()) -> dict[str, str]:
    """Read the parameters, with local addresses on the chosen ports and the machine's own architecture."""
    try:
        environment = tomllib.loads(samconfig.read_text())["local"]
        written = environment["deploy"]["parameters"]["parameter_overrides"]
    except (KeyError, FileNotFoundError) as error:
        raise RehearsalError(
            f"{samconfig} has no parameter_overrides in [local.deploy.parameters]; restore it with git."
        ) from error
    parameters = {name: _moved(value, ports) for name, value in _pairs(written).items()}
    return parameters | {"SlackApiUrl": f"{url(ports.slack)}/api/", "Architecture": _architecture(machine)}


def write_parameters(parameters: dict[str, str], path: Path) -> str:
    """Write them to a file that `sam` reads, so that nothing needs quoting; returns the option's value."""
    path.write_text(json.dumps(parameters, indent=1))
    return f"file://{path}"


def _pairs(written: Any) -> dict[str, str]:
    """Read each way in which samconfig.toml may write them: a table, one string, or a list of strings."""
    if isinstance(written, dict):
        return {name: str(value) for name, value in written.items()}
    words = (
        shlex.split(written) if isinstance(written, str) else [word for line in written for word in shlex.split(line)]
    )
    return {name: value for name, _, value in (word.partition("=") for word in words)}


def _moved(value: str, ports: Ports) -> str:
    def move(match: re.Match[str]) -> str:
        offset = int(match[2]) - DEFAULT
        return f"{match[1]}:{ports.aws + offset}" if 0 <= offset < len(ports.all()) else match[0]

    return LOCAL_PORT.sub(move, value)


def _architecture(machine: str) -> str:
    return "arm64" if machine.lower() in {"arm64", "aarch64"} else "x86_64"
