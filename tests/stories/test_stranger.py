"""A stranger's day: `make deploy` as the README says, a first release, an update while it waits, and the end."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from boto3.dynamodb.conditions import Key

from deployment import parameters
from standins.aws.codepipeline.actions.source import source_files
from tests.support.certificates import self_signed
from tests.support.paths import ROOT
from tests.support.tls_front import tls_front

pytestmark = [pytest.mark.cloud, pytest.mark.timeout(1800)]
STACK = "ours"
# Answers in a group: what only a local AWS needs, which speaks HTTP, and nobody waits twenty seconds for an upload.
GROUPS = {
    "Uploads": {"SettleSeconds": "2", "RequireTls": "false"},
    "Deployments to production": {"BakeMinutes": "30"},
}
FIRST = {
    "Architecture": "x86_64",
    "Repository": "ada/digits",
    "Branch": "",
    "ConnectionArn": "",
    "Approvers": "U0ADA=ada@example.com",
    "MailTo": "",
    "SlackChannel": "",
}
PATIENCE = 300.0  # seconds; a busy machine builds for minutes


class Stranger:
    """A clone of the repository, an account that has nothing yet, and a terminal."""

    def __init__(self, clone: Path, run: Path, port: int, s3: dict[str, str]) -> None:
        self.clone, self.run, self.address = clone, run, f"http://127.0.0.1:{port}"
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "SAM_"))}
        self.env = (
            kept
            | s3
            | {
                "AWS_ENDPOINT_URL": self.address,
                "AWS_ACCESS_KEY_ID": "test",
                "AWS_SECRET_ACCESS_KEY": "test",
                "AWS_DEFAULT_REGION": "us-east-1",
                "AWS_EC2_METADATA_DISABLED": "true",
                "SAM_CLI_TELEMETRY": "0",
                "PATH": f"{ROOT / '.venv' / 'bin'}:{os.environ['PATH']}",
            }
        )

    def client(self, service: str) -> Any:
        """Create a client with the account's key."""
        session: Any = boto3.Session("test", "test", region_name="us-east-1")
        return session.client(service, endpoint_url=self.address)

    def types(self, *command: str, answers: list[str] | None = None) -> str:
        """Run a command, and give it these lines; what it says. It has to succeed."""
        typed = "".join(f"{answer}\n" for answer in answers or [])
        done = subprocess.run(
            command,
            cwd=self.clone,
            env=self.env,
            input=typed,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=1200,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-4000:]
        return done.stdout

    def makes(self, target: str, *options: str, answers: list[str]) -> str:
        """Run make; the tools are installed, whatever the files' times say."""
        return self.types("make", "--old-file=.venv/ready", target, *options, answers=answers)

    def output(self, name: str) -> str:
        """An output of the stack."""
        (stack,) = self.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"]
        return str(next(one["OutputValue"] for one in stack["Outputs"] if one["OutputKey"] == name))

    def release(self) -> dict[str, Any]:
        """The only release, as the ledger has it; nothing before there is one."""
        session: Any = boto3.Session("test", "test", region_name="us-east-1")
        table = session.resource("dynamodb", endpoint_url=self.address).Table(self.output("LedgerTable"))
        condition = Key("pk").eq("MODEL#digits") & Key("sk").begins_with("RELEASE#")
        return dict(next(iter(table.query(KeyConditionExpression=condition)["Items"]), {}))

    def state(self) -> str:
        """Where the release is."""
        return str(self.release().get("state", ""))


def until(wanted: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not wanted():
        if time.monotonic() > deadline:
            pytest.fail(f"not within {PATIENCE:.0f} s: {what}")
        time.sleep(0.3)


def answers(group: str = "Uploads", **changed: str) -> list[str]:
    """All lines for the prompts of `make deploy`: the stack, the first questions, one group, none more, and yes."""
    questions = parameters.read()
    number = str(list(questions.groups).index(group) + 1)
    chosen = [GROUPS[group].get(one.name, "") for one in questions.groups[group]]
    return [STACK, *(changed.get(one.name, FIRST[one.name]) for one in questions.first), number, *chosen, "", "y"]


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stranger]:
    """Clone the repository, and start a local AWS."""
    clone, run = tmp_path_factory.mktemp("clone"), tmp_path_factory.mktemp("run")
    for file in source_files(ROOT):
        target = clone / file.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(file, target)
    (clone / ".venv").symlink_to(ROOT / ".venv")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command: list[str | Path] = [
        ROOT / ".cache" / "cloud" / "bin" / "python", "-m", "standins", "aws", f"--port={port}", f"--run={run}",
        f"--cache={ROOT / '.cache'}", f"--source={clone}", f"--tools={ROOT / '.venv' / 'bin'}",
    ]  # fmt: skip
    with (run / "cloud.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
    try:
        with tls_front(self_signed(run), port) as front:
            # SAM deletes an artifact only if its address, which begins with S3's own, is like https://s3.REGION…
            s3 = {"AWS_ENDPOINT_URL_S3": f"https://s3@127.0.0.1:{front}", "AWS_CA_BUNDLE": str(run / "both.pem")}
            found = Stranger(clone, run, port, s3)
            until(lambda: _answers(f"{found.address}/_ministack/health"), "the local AWS answers")
            yield found
    finally:
        process.terminate()
        process.wait(timeout=30)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2):
            return True
    except OSError:
        return False


@pytest.fixture(scope="module")
def deployed(stranger: Stranger) -> str:
    """What the first `make deploy` said; a wrong answer is asked for again before anything is built."""
    lines = answers()
    wrong = [lines[0], lines[1], "https://github.com/ada/digits", *lines[2:]]
    return stranger.makes("deploy", answers=wrong)


def test_a_wrong_answer_is_asked_for_again(deployed: str) -> None:
    """With a sentence, before `sam` has done anything."""
    before = deployed.partition("Starting Build")[0]
    assert "Repository must be like owner/name, without https:// and the host." in before


def test_the_connection_waits_and_it_is_said_how_to_authorise_it(deployed: str, stranger: Stranger) -> None:
    """By the outputs, and by the doctor, who looks at the end."""
    assert "connection: ours is PENDING" in deployed
    assert stranger.output("ConnectionUrl").endswith("/codesuite/settings/connections?region=us-east-1")


@pytest.mark.usefixtures("deployed")
def test_environments_are_born_healthy(stranger: Stranger) -> None:
    """With a version of our own, which says that there is no model yet."""
    beanstalk = stranger.client("elasticbeanstalk")
    found = beanstalk.describe_environments(ApplicationName=STACK)["Environments"]
    assert [(one["Health"], bool(one["VersionLabel"])) for one in found] == [("Green", True)] * 2
    with urllib.request.urlopen(stranger.output("ProductionUrl") + "/version", timeout=5) as response:
        assert b"No model was released here yet" in response.read()


@pytest.fixture(scope="module")
def waiting(deployed: str, stranger: Stranger) -> str:
    """Somebody authorises the connection and uploads a model; the approvers are asked. Gives the question's token."""
    stranger.types(sys.executable, "-m", "standins", "connections", f"--run={stranger.run}")
    stranger.types(sys.executable, "-m", "samples", str(stranger.run / "samples"), "v1")
    bucket, sample = stranger.output("ModelBucket"), stranger.run / "samples" / "v1"
    stranger.types("aws", "s3", "cp", "--recursive", str(sample), f"s3://{bucket}/models/digits/v1/")
    until(lambda: stranger.state() in ("waiting", "failed", "refused"), "the release waits for an answer")
    assert stranger.state() == "waiting", stranger.release()
    return _token(stranger)


def _token(stranger: Stranger) -> str:
    stages = stranger.client("codepipeline").get_pipeline_state(name=STACK)["stageStates"]
    actions = next(one["actionStates"] for one in stages if one["stageName"] == "Staging")
    return str(next(one for one in actions if one["actionName"] == "Approve")["latestExecution"]["token"])


@pytest.fixture(scope="module")
def updated(waiting: str, stranger: Stranger) -> str:
    """Meanwhile another address gets the mails, releases bake, and a function changes."""
    with (stranger.clone / "functions" / "sweep" / "app.py").open("a") as function:
        function.write("\n# A change.\n")
    said = stranger.makes(
        "deploy", answers=answers("Deployments to production", Repository="", Approvers="", MailTo="team@example.com")
    )
    assert _token(stranger) == waiting
    return said


def test_an_update_loses_nothing(updated: str, waiting: str, stranger: Stranger) -> None:
    """The question stands, whoever answers it puts the release into production, and what stood is Enter's answer."""
    assert "ours is deployed: Enter keeps what it has." in updated
    stranger.client("codepipeline").put_approval_result(
        pipelineName=STACK,
        stageName="Staging",
        actionName="Approve",
        token=waiting,
        result={"status": "Approved", "summary": "It looks right"},
    )
    until(lambda: stranger.state() in ("live", "failed"), "the release is live")
    assert stranger.state() == "live", stranger.release()
    with urllib.request.urlopen(stranger.output("ProductionUrl") + "/version", timeout=5) as response:
        assert stranger.release()["release"].encode() in response.read()


@pytest.mark.usefixtures("updated")
def test_an_alarm_in_the_bake_of_the_first_release_says_that_there_is_nothing_to_go_back_to(stranger: Stranger) -> None:
    """Production stays as it is."""
    resources = stranger.client("cloudformation").describe_stack_resources(StackName=STACK)["StackResources"]
    (alarm,) = (one for one in resources if one["LogicalResourceId"] == "ProductionHealthAlarm")
    stranger.client("cloudwatch").set_alarm_state(
        AlarmName=alarm["PhysicalResourceId"], StateValue="ALARM", StateReason="try the bake"
    )
    until(lambda: "reason" in stranger.release(), "the alarm is recorded")
    assert stranger.release()["reason"].endswith("It is the first release: there is nothing to go back to.")
    assert stranger.state() == "live"


@pytest.mark.usefixtures("updated")
def test_the_end_leaves_what_was_live_until_it_is_removed(stranger: Stranger) -> None:
    """`sam delete` removes the environments, and keeps models and ledger; `make leftovers` removes them, too."""
    resources = stranger.client("cloudformation").describe_stack_resources(StackName=STACK)["StackResources"]
    kept = {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in resources}
    assert "Deleted successfully" in stranger.types("sam", "delete", "--stack-name", STACK, answers=["y", "y"])
    assert stranger.client("elasticbeanstalk").describe_environments(ApplicationName=STACK)["Environments"] == []
    stranger.client("s3").head_bucket(Bucket=kept["ModelBucket"])
    assert stranger.client("dynamodb").scan(TableName=kept["Ledger"], Limit=1)["Items"]
    listed = stranger.makes("leftovers", f"ARGS=--stack {STACK}", answers=[])
    assert {"bucket", "images", "table"} <= {line.split()[0] for line in listed.splitlines()}
    stranger.makes("leftovers", f"ARGS=--stack {STACK} --remove", answers=[STACK])
    assert "Nothing is left of ours." in stranger.makes("leftovers", f"ARGS=--stack {STACK}", answers=[])
