"""What a release costs, counted in the last rehearsal and priced by `prices.yaml`; and a month without any release.

A release runs every action once. What a rehearsal used is divided by as many releases as its actions amount to, so that
one that was refused by its build is a part of one.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from bench import policies, usage
from bench.local_aws import ROOT

PRICES = Path(__file__).parent / "prices.yaml"


def main() -> None:
    """Print both tables; exit with 1 if a release is dearer than it may be."""
    run = ROOT / ".rehearsal"
    try:
        found = usage.read(run)
    except FileNotFoundError:
        sys.exit("There is no record of a rehearsal: run `make rehearse` first.")
    prices = yaml.safe_load(PRICES.read_text())
    print(f"cost: one of the {found.releases:.1f} whole releases of the last rehearsal, {prices['region']}")
    print(f"  {'':<24}{'quantity':>12}{'dollars':>14}")
    release = per_release(found, prices)
    for name, quantity, cost in release:
        print(f"  {name:<24}{quantity:>12,.4g}{cost:>14.7f}")
    print("  " + ", ".join(invocations(found)))
    verdicts = judged(release, prices)
    for line, _ in verdicts:
        print(line)
    print("\n".join(on_aws(found, release, prices)))
    policies.print_table(prices)
    _print_idle(prices)
    if not all(passed for _, passed in verdicts):
        sys.exit(1)


type Row = tuple[str, float, float]


def per_release(found: usage.Usage, prices: Mapping[str, Any]) -> list[Row]:
    """Return what a release uses of each thing, and what it costs."""
    used: Counter[str] = Counter(found.used)
    used["log_gigabyte"] = used["lambda_request"] * prices["log_bytes_per_invocation"] / 1e9
    quantities = {name: total / found.releases for name, total in used.items()}
    build = sum(max(minutes) for action, minutes in found.actions.items() if action.endswith(policies.BUILD))
    everything = sum(max(minutes) for minutes in found.actions.values())
    quantities |= {"build_minute": build, "build_pipeline_minute": build, "pipeline_minute": everything - build}
    rows = [(name, quantity, quantity * _price(prices, name)) for name, quantity in quantities.items()]
    return sorted(rows, key=lambda row: -row[2])


def invocations(found: usage.Usage) -> list[str]:
    """Return how often a release invokes each function, and for how long on average, most often first."""
    most = sorted(found.functions.items(), key=lambda one: -len(one[1]))
    return [f"{name} {len(took) / found.releases:.1f} x {sum(took) / len(took):.0f} ms" for name, took in most]


def judged(rows: list[Row], prices: Mapping[str, Any]) -> list[tuple[str, bool]]:
    """Return a line, and whether it passes, for a release beside its build, and for what of it is ours."""
    release = sum(cost for name, _, cost in rows if name not in prices["build"])
    own = sum(cost for name, _, cost in rows if name in prices["own"])
    build = sum(cost for name, _, cost in rows if name in prices["build"])
    limits = prices["limits"]
    return [
        (_verdict("a release beside its build", release, limits["release"]), release <= limits["release"]),
        (_verdict("functions, table and queues in it", own, limits["own"]), own <= limits["own"]),
        (f"  its build: {build:.5f}", True),
    ]


def on_aws(found: usage.Usage, rows: list[Row], prices: Mapping[str, Any]) -> list[str]:
    """Return what a release costs with the minutes that instances take on AWS, and how many a month keep the limit."""
    expected = {name: _minutes(name, prices["minutes_on_aws"]) for name in found.actions}
    minutes = sum(value for name, value in expected.items() if not name.endswith(policies.BUILD))
    rest = sum(cost for name, _, cost in rows if name not in (*prices["build"], "pipeline_minute"))
    total = rest + minutes * _price(prices, "pipeline_minute")
    told = [f"  with the {minutes} minutes of actions that real instances take: {total:.4f}"]
    if most := policies.most_releases(total, prices):
        free, limit = prices["free_pipeline_minutes"], prices["limits"]["release"]
        told.append(
            f"  with the {free} minutes a month that are free: at most {limit:g} each for {most} releases a month"
        )
    return told


def idle(prices: Mapping[str, Any]) -> list[Row]:
    """Return what a month costs in which nothing is released."""
    template = (ROOT / "template.yaml").read_text()
    counted = {"alarms": template.count("AWS::CloudWatch::Alarm")}
    rows = []
    for row in prices["idle"]:
        quantity = counted.get(row["quantity"], row["quantity"])
        rows.append((row["what"], quantity, quantity * row["price"]))
    return rows


def _print_idle(prices: Mapping[str, Any]) -> None:
    rows = idle(prices)
    print(f"a month without a release: {sum(cost for _, _, cost in rows):.2f} dollars")
    for what, quantity, cost in rows:
        print(f"  {what:<84}{quantity:>10,}{cost:>8.2f}")


def _verdict(what: str, cost: float, limit: float) -> str:
    return f"  {what}: {cost:.5f}, at most {limit:g}: {'pass' if cost <= limit else 'FAIL'}"


def _price(prices: Mapping[str, Any], name: str) -> float:
    return float(prices["release"]["pipeline_minute" if name == "build_pipeline_minute" else name]["price"])


def _minutes(action: str, known: Mapping[str, int]) -> int:
    return known.get(action, 1)
