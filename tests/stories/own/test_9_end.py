"""The commands of the operations, and Ctrl-C."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from pathlib import Path

import pytest

from tests.support.documented import commands, words
from tests.support.iam_records import keep_of
from tests.support.paths import ROOT
from tests.support.rehearsals import STORY_TIMEOUT, Result, is_free
from tests.support.rehearsed_answers import Stack

pytestmark = [pytest.mark.timeout(STORY_TIMEOUT)]


@pytest.fixture(scope="module")
def places(played: Result, stack: Stack) -> dict[str, str]:
    """What the names in capitals of docs/operations.md are in the rehearsed stack."""
    names = ("LedgerTable", "ModelBucket", "MailTopic", "PipelineName")
    found = {re.sub(r"(?<!^)([A-Z])", r"_\1", name).upper(): played.output(name) for name in names}
    urls = {url.rpartition("/")[2].split("-")[1]: url for url in played.client("sqs").list_queues()["QueueUrls"]}
    alarms = played.client("cloudwatch").describe_alarms(AlarmNamePrefix="slipway-")
    environments = played.client("elasticbeanstalk").describe_environments()["Environments"]
    return found | {
        "STACK": "slipway",
        "NAME": alarms["MetricAlarms"][0]["AlarmName"],
        "LABEL": environments[0]["VersionLabel"],
        "URL_OF_FAILURES": urls["Failures"],
    }


# tests/test_commands.py checks their parameters: SQS is not emulated so far, and production has no certificate here.
NOT_HERE = ("aws sqs start-message-move-task", "aws elbv2 create-rule")
OPERATIONS = commands(ROOT / "docs" / "operations.md", "aws")


@pytest.mark.parametrize("command", [command for command in OPERATIONS if not command.startswith(NOT_HERE)])
def test_a_command_of_the_operations_runs(played: Result, places: dict[str, str], command: str) -> None:
    """As it is written there, typed in this order."""
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}
    # The CLI has an address of its own for SQS, and looks for no other in its environment.
    typed = ["aws", "--endpoint-url", f"http://127.0.0.1:{played.base}", *words(command, places)[1:]]
    done = subprocess.run(typed, env=os.environ | keys, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr


def test_ctrl_c_ends_everything(played: Result, records: Path) -> None:
    """The last test of this story: its record is kept, no process is left listening, and the story counts as played."""
    keep_of(played, records, "own")
    played.process.send_signal(signal.SIGINT)
    assert played.process.wait(timeout=60) == 0
    assert all(is_free(played.base + offset) for offset in range(4))
