"""What a rehearsal used is counted from its record, and priced."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
from cfnlint.decode import cfn_yaml

from bench import cost, policies, usage
from tests.support.templates import PIPELINE, ROOT, text

PRICES: dict[str, Any] = yaml.safe_load(cost.PRICES.read_text())
PARAMETERS = cfn_yaml.load(str(ROOT / "template.yaml"))["Parameters"]


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """One release: three actions, one item in both indexes, one function of a second at 1 GB, and a mail."""
    (tmp_path / "logs").mkdir()
    used = [
        {"kind": "item", "table": "ledger", "bytes": 1500, "attributes": ["kind", "pk", "unfinished"]},
        {"kind": "invocation", "function": "web", "memory": 1024, "milliseconds": 1000},
        {"kind": "call", "role": "web", "action": "dynamodb:GetItem", "resource": "r"},
        {"kind": "call", "role": "web", "action": "dynamodb:PutItem", "resource": "r"},
        {"kind": "call", "role": "web", "action": "s3:PutObject", "resource": "r"},
        {"kind": "call", "role": "web", "action": "s3:GetObject", "resource": "r"},
        {"kind": "call", "role": "web", "action": "sqs:SendMessage", "resource": "r"},
        {"kind": "call", "role": "web", "action": "iam:PassRole", "resource": "r"},
    ]
    events = [
        *action("Source", "Source", "Source", "00:00", "00:01"),
        *action("Build", "BuildImage", "Build", "00:10", "01:30"),
        *action("Staging", "Approve", "Approval", "02:00", "59:00"),
        *action("Staging", "SmokeTest", "Invoke", "02:00", "02:10"),
    ]
    (tmp_path / "logs" / "usage.jsonl").write_text("".join(json.dumps(line) + "\n" for line in used))
    (tmp_path / "logs" / "events.jsonl").write_text("".join(json.dumps(line) + "\n" for line in events))
    (tmp_path / "mail.jsonl").write_text("{}\n")
    return tmp_path


def action(stage: str, name: str, category: str, begins: str, ends: str) -> list[dict[str, Any]]:
    detail = {"execution-id": "1", "stage": stage, "action": name, "type": {"category": category}}
    kind = "CodePipeline Action Execution State Change"
    return [
        {"body": {"detail-type": kind, "time": f"2026-11-28T07:{at}Z", "detail": detail | {"state": state}}}
        for at, state in ((begins, "STARTED"), (ends, "SUCCEEDED"))
    ]


def test_what_was_used_is_counted_as_aws_bills_it(run: Path) -> None:
    """A write for the table and each index, a message sent, received and deleted; IAM costs nothing."""
    used = usage.read(run).used
    assert used["dynamodb_write_unit"] == 6
    assert used["dynamodb_read_unit"] == 1
    assert (used["lambda_request"], used["lambda_gb_second"]) == (1, 1.0)
    assert (used["s3_write"], used["s3_read"], used["sqs_request"], used["sns_email"]) == (1, 1, 3, 1)


def test_a_function_s_invocations_are_told_for_a_release() -> None:
    """By its name in the template; what was retried belongs to the releases as well."""
    found = usage.Usage(Counter(), {"Build/BuildImage": [1, 1]}, {"Web": [100], "Announce": [10, 20, 30]})
    assert cost.invocations(found) == ["Announce 1.5 x 20 ms", "Web 0.5 x 100 ms"]


def test_a_function_is_named_as_in_the_template(run: Path) -> None:
    """Without the stack and what CloudFormation adds."""
    log = run / "logs" / "usage.jsonl"
    line = {"kind": "invocation", "function": "slipway-Web-Ab12", "memory": 128, "milliseconds": 7}
    log.write_text(log.read_text() + json.dumps(line))
    assert usage.read(run).functions == {"web": [1000], "Web": [7]}


def test_an_action_s_minutes_are_rounded_up_and_an_approval_s_are_free(run: Path) -> None:
    """As CodePipeline V2 bills them."""
    assert usage.read(run).actions == {"Source/Source": [1], "Build/BuildImage": [2], "Staging/SmokeTest": [1]}
    assert usage.read(run).releases == 1


def test_a_release_is_priced_and_its_build_is_told_apart(run: Path) -> None:
    """What is ours in it is functions, table and queues."""
    rows = cost.per_release(usage.read(run), PRICES)
    costs = {name: price for name, _, price in rows}
    assert costs["pipeline_minute"] == pytest.approx(2 * 0.002)
    assert costs["build_pipeline_minute"] + costs["build_minute"] == pytest.approx(2 * 0.002 + 2 * 0.005)
    (release, passed), (own, own_passed), _ = cost.judged(rows, PRICES)
    assert "0.00405" in release
    assert (passed, own_passed) == (True, True)
    assert "pass" in own


def test_a_release_that_is_too_dear_fails(run: Path) -> None:
    """And it is said which limit it breaks."""
    dear = PRICES | {"limits": {"release": 0.02, "own": 0.000001}}
    verdicts = cost.judged(cost.per_release(usage.read(run), PRICES), dear)
    assert [passed for _, passed in verdicts] == [True, False, True]
    assert "FAIL" in verdicts[1][0]


def test_what_was_used_is_divided_by_the_whole_releases_that_the_actions_amount_to() -> None:
    """Two sources and two builds, of which one was the end, and two deployments less: each action's longest minutes."""
    actions = {"Source/Source": [1, 2], "Build/BuildImage": [3, 1], "Staging/Deploy": [4], "Production/Deploy": [5]}
    found = usage.Usage(Counter(sqs_request=6), actions)
    quantities = {name: quantity for name, quantity, _ in cost.per_release(found, PRICES)}
    assert (quantities["sqs_request"], quantities["pipeline_minute"], quantities["build_minute"]) == (4, 11, 3)


def test_the_minutes_of_real_instances_are_told_beside(run: Path) -> None:
    """Source 1 and smoke test 2; the build's are told apart."""
    found = usage.read(run)
    assert " 3 minutes of actions" in cost.on_aws(found, cost.per_release(found, PRICES), PRICES)[0]


def test_it_is_told_how_many_releases_a_month_keep_the_limit() -> None:
    """With 20 minutes at 0.2 cents, 2 of 4 cents each are too many, and 100 free minutes are 20 cents: 10 releases."""
    found = usage.Usage(Counter(), {f"Deploy/{number}": [1] for number in range(20)})
    told = cost.on_aws(found, cost.per_release(found, PRICES), PRICES)
    assert told[1].endswith("at most 0.02 each for 10 releases a month")


def test_the_minutes_are_of_every_action_that_is_billed() -> None:
    """An action that is new in the pipeline costs something; an approval does not."""
    actions = {
        f"{stage['Name']}/{action['Name']}"
        for stage in PIPELINE["Pipeline"]["Properties"]["Stages"]
        for action in stage["Actions"]
        if action["ActionTypeId"]["Category"] != "Approval"
    }
    assert set(PRICES["minutes_on_aws"]) == actions


def test_every_deployment_policy_is_priced() -> None:
    """The default's minutes are those of a release on AWS, 17 at 0.2 cents and 0.2 for the rest."""
    assert list(PRICES["deployment_minutes"]) == PARAMETERS["DeploymentPolicy"]["AllowedValues"]
    default = PARAMETERS["DeploymentPolicy"]["Default"], PARAMETERS["MinInstances"]["Default"]
    (row,) = [row for row in policies.by_policy(PRICES) if row[:2] == default and row.suite == 2]
    assert row.minutes == sum(PRICES["minutes_on_aws"].values()) - PRICES["minutes_on_aws"]["Build/BuildImage"] == 17
    assert row.dollars == pytest.approx(0.036)
    assert row.most == 12


def test_the_documentation_has_the_table_of_the_policies() -> None:
    """Each row as the price list gives it."""
    costs = [f"{row.minutes} | {row.dollars * 100:.1f} | {row.most}" for row in policies.by_policy(PRICES)]
    names = [f"`{row.name}` | {row.instances}" for row in policies.by_policy(PRICES)[::2]]
    rows = [f"| {name} | {two} | {one} |" for name, two, one in zip(names, costs[::2], costs[1::2], strict=True)]
    begin = tuple(f"| `{name}`" for name in PRICES["deployment_minutes"])
    assert [line for line in text("docs/cost.md").splitlines() if line.startswith(begin)] == rows


def test_each_price_has_its_page_and_where_it_was_read() -> None:
    """And each row of a month without a release."""
    rows = (*PRICES["release"].values(), *PRICES["idle"])
    assert all(each["page"].startswith("aws.amazon.com/") and each["seen"] and each["price"] > 0 for each in rows)
    assert {name for name, _, _ in cost.idle(PRICES)}
