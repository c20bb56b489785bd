"""What a release costs on AWS by how it gets into production, from the price list alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

BUILD = "BuildImage"
SUITES = (2, 1)  # minutes


class Policy(NamedTuple):
    """A release on AWS: minutes of each run of its suite, of all its actions, dollars; `most`: see most_releases."""

    name: str
    instances: int
    suite: int
    minutes: int
    dollars: float
    most: int


def by_policy(prices: Mapping[str, Any]) -> list[Policy]:
    """Return what a release costs on AWS by DeploymentPolicy and MinInstances, and by how long a suite takes."""
    rows = []
    for policy, production in prices["deployment_minutes"].items():
        for instances, deploying in production.items():
            for suite in SUITES:
                minutes = _billed_minutes(prices, deploying, suite)
                dollars = prices["beside_actions"] + minutes * _minute(prices)
                rows.append(Policy(policy, instances, suite, minutes, dollars, most_releases(dollars, prices)))
    return rows


def _billed_minutes(prices: Mapping[str, Any], deploying: int, suite: int) -> int:
    """Return the minutes of all actions but the build, with those of a deployment and of each run of a suite."""
    varying = {"Production/Deploy": deploying} | dict.fromkeys(prices["suites"], suite)
    return sum(
        varying.get(action) or varying.get(action.rpartition("/")[2]) or minutes
        for action, minutes in prices["minutes_on_aws"].items()
        if not action.endswith(BUILD)
    )


def most_releases(dollars: float, prices: Mapping[str, Any]) -> int:
    """Return for how many releases a month the free minutes keep the limit on average; 0 if each keeps it."""
    above = round(dollars - prices["limits"]["release"], 6)
    return int(prices["free_pipeline_minutes"] * _minute(prices) / above) if above > 0 else 0


def print_table(prices: Mapping[str, Any]) -> None:
    """Print a line for each policy."""
    print("a release on AWS, beside its build: cents, and for how many a month the free minutes keep the limit")
    for row in by_policy(prices):
        what = f"{row.name}, {row.instances} instances, suites of {row.suite} min"
        print(f"  {what:<58}{row.minutes:>4} min{row.dollars * 100:>6.1f}{row.most:>6}")


def _minute(prices: Mapping[str, Any]) -> float:
    return float(prices["release"]["pipeline_minute"]["price"])
