"""A stranger with a pipeline follows docs/attach.md, from nothing to the first question."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from typing import Any

import boto3
import pytest

from deployment import parameters
from rehearsal.existing_stack import CONNECTION
from tests.stories.test_stranger import STACK, Stranger, until
from tests.stories.test_stranger import stranger as _stranger
from tests.support.other_names import EXISTING
from tests.support.paths import ROOT

pytestmark = [pytest.mark.cloud, pytest.mark.timeout(1800)]
PIPELINE = "birds-pipeline"
GIVEN = {
    # What the page says, and what only a local AWS needs: nobody waits twenty seconds for an upload there.
    "Architecture": "x86_64",
    "Approvers": "U0ADA=ada@example.com",
    "ExistingPipeline": PIPELINE,
    "SettleSeconds": "2",
    "RequireTls": "false",  # the local AWS speaks HTTP
}
stranger = _stranger


@pytest.fixture(scope="module")
def began(stranger: Stranger) -> float:
    """The team's own stack, whose bucket keeps no versions and tells nobody; gives when the stranger began to read."""
    # The local CodePipeline knows one repository, which is the clone here.
    for file in (EXISTING / "application").iterdir():
        assert not (stranger.clone / file.name).exists()
        shutil.copyfile(file, stranger.clone / file.name)
    template = (EXISTING / "template.yaml").read_text()
    versions = "      VersioningConfiguration: {Status: Enabled}\n"
    assert versions in template
    cloudformation = stranger.client("cloudformation")
    cloudformation.create_stack(
        StackName="birds",
        TemplateBody=template.replace(versions, ""),
        Capabilities=["CAPABILITY_NAMED_IAM"],
        Parameters=[{"ParameterKey": "ConnectionArn", "ParameterValue": CONNECTION}],
    )
    cloudformation.get_waiter("stack_create_complete").wait(StackName="birds", WaiterConfig={"Delay": 2})
    return time.monotonic()


def _doctor(stranger: Stranger) -> tuple[bool, str]:
    """Ask the doctor as the page says; gives whether it found a problem, and what it said."""
    command = ["make", "--old-file=.venv/ready", "doctor", f"ARGS=--existing-pipeline {PIPELINE}"]
    done = subprocess.run(
        command, cwd=stranger.clone, env=stranger.env, capture_output=True, text=True, check=False, timeout=120
    )
    return done.returncode != 0, done.stdout


@pytest.fixture(scope="module")
def mended(stranger: Stranger, began: float) -> list[str]:
    """The commands that the doctor named, run one after the other until it names none; what it said each time."""
    assert began
    said = []
    for _ in range(3):
        problem, told = _doctor(stranger)
        said.append(told)
        if not problem:
            break
        command = next(line.strip() for line in told.splitlines() if line.strip().startswith("aws "))
        stranger.types("sh", "-c", command)
    return said


def test_the_doctor_names_what_the_bucket_lacks_and_a_command_that_mends_it(mended: list[str]) -> None:
    """Versions, then events; then all is well, and it shows what would be discovered."""
    first, second, last = mended
    assert "keeps no versions" in first
    assert "keeps versions" in second
    assert "tells EventBridge nothing" in second
    assert "PROBLEM" not in last
    assert f"{PIPELINE} builds s3://" in last


@pytest.fixture(scope="module")
def deployed(stranger: Stranger, mended: list[str]) -> str:
    """What `make deploy` said, answered as the page says: Enter where it says nothing."""
    assert mended
    questions = parameters.read()
    lines = [STACK, *(GIVEN.get(one.name, "") for one in questions.first)]
    for number, group in enumerate(questions.groups.values(), start=1):
        if any(one.name in GIVEN for one in group):
            lines += [str(number), *(GIVEN.get(one.name, "") for one in group)]
    return stranger.makes("deploy", answers=[*lines, "", "y"])


def test_what_was_discovered_is_shown(deployed: str, stranger: Stranger) -> None:
    """As an output of the stack, and by the doctor at the end."""
    assert stranger.output("Discovered").startswith(f"{PIPELINE} builds s3://")
    assert f"{PIPELINE} builds s3://" in deployed.rpartition("Successfully created")[2]


@pytest.mark.usefixtures("deployed")
def test_an_upload_asks_for_an_answer(stranger: Stranger, began: float) -> None:
    """The suite is the page's own, without its picture of a sparrow; how long it took is printed."""
    page = (ROOT / "docs" / "attach.md").read_text()
    (suite,) = re.findall(r"```yaml\n(.+?)```", page, re.DOTALL)
    suite_file = stranger.run / "suite.yaml"
    suite_file.write_text("".join(f"{line.strip()}\n" for line in suite.splitlines()[:2]))
    suites = f"s3://{stranger.output('ModelBucket')}/suites/{stranger.output('ModelName')}/"
    stranger.types("aws", "s3", "cp", str(suite_file), f"{suites}suite.yaml")
    stranger.types(sys.executable, "-m", "samples", str(stranger.run / "samples"), "v1")
    target = f"s3://{stranger.output('UploadsBucket')}/{stranger.output('UploadsPrefix')}"
    stranger.types("aws", "s3", "cp", "--recursive", str(stranger.run / "samples" / "v1"), target)
    until(lambda: _state(stranger) in ("waiting", "failed", "refused"), "the release waits for an answer")
    assert _state(stranger) == "waiting", _releases(stranger)[0].get("reason")
    sys.stdout.write(f"From the first line of docs/attach.md to the question: {time.monotonic() - began:.0f} s\n")


def _releases(stranger: Stranger) -> list[dict[str, Any]]:
    session: Any = boto3.Session("test", "test", region_name="us-east-1")
    table = session.resource("dynamodb", endpoint_url=stranger.address).Table(stranger.output("LedgerTable"))
    return [item for item in table.scan()["Items"] if item["sk"].startswith("RELEASE#")]


def _state(stranger: Stranger) -> str:
    return next((str(one["state"]) for one in _releases(stranger)), "")
