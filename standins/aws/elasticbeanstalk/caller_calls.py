"""What Beanstalk does in the name of whoever calls UpdateEnvironment; the list is caller_calls.yaml."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

POLICIES = ("AllAtOnce", "Rolling", "RollingWithAdditionalBatch", "Immutable", "TrafficSplitting")
_TABLE = Path(__file__).with_name("caller_calls.yaml")


@dataclass(frozen=True)
class Call:
    """One call of AWS's: `context` holds its condition keys in lower case, `source` where it is known from.

    Without the permission UpdateEnvironment is refused (`at_request`), or the deployment fails.
    """

    action: str
    resource: str
    context: Mapping[str, str]
    at_request: bool
    source: str


@dataclass(frozen=True)
class Deployment:
    """One way to deploy: a deployment policy, to instances behind a load balancer or to one, with logs streamed."""

    policy: str
    balanced: bool
    streaming: bool


def calls(deployment: Deployment, names: Mapping[str, str]) -> Iterator[Call]:
    """List the calls of a deployment in their order; `names` fills the table's resources."""
    for row in _table()["calls"]:
        if _applies(row, deployment):
            resource = _table()["resources"][row["resource"]].format(**names)
            context = {key.lower(): value.format(**names) for key, value in row.get("context", {}).items()}
            source = _table()["sources"][row["source"]]
            for action in row["actions"]:
                yield Call(action, resource, context, row.get("at") == "request", source)


def _applies(row: Mapping[str, Any], deployment: Deployment) -> bool:
    return (
        deployment.policy in row.get("policies", POLICIES)
        and (deployment.balanced or not row.get("balanced"))
        and (deployment.streaming or not row.get("streaming"))
    )


@cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = yaml.safe_load(_TABLE.read_text())
    return table
