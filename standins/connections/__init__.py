"""The connections of a run, in a file: the local AWS makes them, and a person authorises them."""

from pathlib import Path

from standins.files import read_json, write_json
from standins.folders import folders

type Connection = dict[str, str]


def made(run: Path | None = None) -> dict[str, Connection]:
    """Every connection that was made in a run, as GetConnection describes it, by its ARN."""
    return dict(read_json(_file(run), {}))


def keep(connections: dict[str, Connection], run: Path | None = None) -> None:
    """Replace the connections of a run."""
    write_json(_file(run), connections)


def authorise(run: Path) -> list[str]:
    """Authorise every connection of a run, as a person does in the console; returns their names."""
    found = made(run)
    keep({arn: one | {"ConnectionStatus": "AVAILABLE"} for arn, one in found.items()}, run)
    return [one["ConnectionName"] for one in found.values()]


def available(arn: str) -> bool:
    """Whether a source action may use a connection."""
    found = made().get(arn)
    return found is None or found["ConnectionStatus"] == "AVAILABLE"


def _file(run: Path | None) -> Path:
    return (run or folders().run) / "connections.json"
