"""The whole story, played with the real tools, and what must be true when it is over."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import boto3
import httpx
import pytest

ROOT = Path(__file__).parents[2]
RUN = ROOT / ".rehearsal"
GOLDEN = ROOT / "service" / "suite" / "golden"
LIMIT = 360.0  # seconds, with cold caches

pytestmark = [pytest.mark.rehearsal, pytest.mark.timeout(LIMIT + 60)]


@dataclass
class Played:
    """A rehearsal that is over and whose stage still stands; `base` is its first port."""

    process: subprocess.Popen[str]
    base: int
    summary: dict[str, Any]

    def client(self, service: str) -> Any:
        """Create a client of the local AWS with the root key."""
        session = boto3.Session("test", "test", region_name="us-east-1")
        return session.client(service, endpoint_url=f"http://127.0.0.1:{self.base}")

    def output(self, name: str) -> str:
        """Give an output of the stack."""
        outputs = self.client("cloudformation").describe_stacks(StackName="slipway")["Stacks"][0]["Outputs"]
        return str(next(output["OutputValue"] for output in outputs if output["OutputKey"] == name))

    def ledger(self) -> list[dict[str, Any]]:
        """Give everything that stands in the ledger."""
        items: list[dict[str, Any]] = self.client("dynamodb").scan(TableName=self.output("LedgerTable"))["Items"]
        return sorted(items, key=lambda item: (item["pk"]["S"], item["sk"]["S"]))

    def slack(self) -> list[dict[str, Any]]:
        """Give the messages of the channel."""
        state = httpx.get(f"http://127.0.0.1:{self.base + 1}/state", timeout=10).json()
        messages: list[dict[str, Any]] = state["messages"]
        return messages


@pytest.fixture(scope="module")
def played() -> Iterator[Played]:
    """Play the story as `make rehearse ANSWER=approve KEEP=1` does, on free ports; end it as Ctrl-C does."""
    base = _free_ports(4)
    environment = os.environ | {"ANSWER": "approve", "KEEP": "1", "PORT": str(base)}
    process = subprocess.Popen(
        [sys.executable, "-m", "rehearsal"], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )
    said = _until_it_stays_up(process)
    if "Everything stays up" not in said:
        pytest.fail(f"The rehearsal ended with {process.wait(timeout=60)}:\n{said}")
    yield Played(process, base, json.loads((RUN / "summary.json").read_text()))
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)


def _until_it_stays_up(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    said = []
    for line in process.stdout:
        said.append(line)
        if "Everything stays up" in line:
            break
    return "".join(said)


def _free_ports(count: int) -> int:
    """Find a first port that is free together with those behind it."""
    for base in range(20_000 + os.getpid() % 5000, 60_000, count):
        if all(_is_free(base + offset) for offset in range(count)):
            return base
    pytest.fail("No four ports in a row are free.")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def test_the_story_goes_as_told(played: Played) -> None:
    """Two models go live one after the other, two are stopped, and only two questions are asked."""
    told = [(one["sample"], one["state"], one["answered_by"]) for one in played.summary["releases"]]
    assert told[:2] == [("v1", "retired", "ada@example.com"), ("v2", "live", "ada@example.com")]
    assert [(sample, state) for sample, state, _ in told[2:]] == [("worse", "failed"), ("broken", "failed")]
    assert played.summary["approvals_asked"] == 2


def test_production_serves_what_was_approved(played: Played) -> None:
    """The passport at /version names the second release, its candidate, and its image by digest."""
    passport = httpx.get(played.output("ProductionUrl") + "/version", timeout=10).json()
    second = played.summary["releases"][1]
    assert (passport["release"], passport["candidate"]) == (second["release"], second["candidate"])
    assert "@sha256:" in passport["image"]
    assert all(len(file["sha256"]) == 64 and file["version_id"] for file in passport["files"])


@pytest.mark.parametrize("output", ["StagingUrl", "ProductionUrl"])
def test_both_environments_read_every_golden_picture(played: Played, output: str) -> None:
    """A real model behind real HTTP; staging was put back to what production runs."""
    for digit in range(10):
        picture = base64.b64encode((GOLDEN / f"{digit}.png").read_bytes()).decode()
        answer = httpx.post(
            played.output(output) + "/predict", json={"image": f"data:image/png;base64,{picture}"}, timeout=10
        )
        assert answer.json()["prediction"]["winning_class"] == str(digit)


@pytest.mark.parametrize("output", ["StagingUrl", "ProductionUrl"])
def test_a_picture_that_is_none_is_refused(played: Played, output: str) -> None:
    """4xx, and JSON that says why."""
    answer = httpx.post(played.output(output) + "/predict", json={"image": "data:image/png;base64,AAAA"}, timeout=10)
    assert 400 <= answer.status_code < 500
    assert answer.json()["error"]


def test_each_release_has_one_card(played: Played) -> None:
    """Posted once, changed in place, without buttons in the end."""
    cards = [message for message in played.slack() if not message.get("thread_ts")]
    assert sorted(card["text"].split(" ")[1] for card in cards) == [f"digits-r{number}:" for number in range(1, 5)]
    assert not [card for card in cards if any(block["type"] == "actions" for block in card["blocks"])]


def test_each_question_was_mailed_to_each_approver(played: Played) -> None:
    """Two questions, a mail to each person, a copy to the team; nobody gets what is addressed to somebody else."""
    mails = [json.loads(line) for line in (RUN / "mail.jsonl").read_text().splitlines()]
    asked = sorted((mail["subject"], mail["to"]) for mail in mails if " waits for " in mail["subject"])
    assert asked == [
        (f"digits-r{number} waits for {whose} answer", f"{to}@example.com")
        for number in (1, 2)
        for whose, to in (("an", "team"), ("your", "ada"), ("your", "grace"))
    ]


def _keys(node: Any) -> Any:
    """Reduce a document to its shape: names, and the types of what they hold."""
    if isinstance(node, dict):
        return {name: _keys(value) for name, value in node.items()}
    return type(node).__name__


def _log(kind: str) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in (RUN / "logs" / "events.jsonl").read_text().splitlines()]
    return [line["body"] for line in lines if line["kind"] == kind]


def _sample(name: str) -> Any:
    return json.loads((ROOT / "events" / f"{name}.json").read_text())


def test_approval_notices_have_the_documented_shape(played: Played) -> None:
    """The rules' tests read the same shape from events/."""
    documented = json.loads(_sample("approval-notice")["Records"][0]["Sns"]["Message"])
    assert [_keys(notice) for notice in _log("notice")] == [_keys(documented)] * 2


@pytest.mark.parametrize(
    ("sample", "detail"),
    [
        ("object-created", {}),
        ("pipeline-started", {"state": "STARTED"}),
        ("pipeline-succeeded", {"state": "SUCCEEDED"}),
        ("pipeline-failed", {"state": "FAILED"}),
        ("deploy-started", {"stage": "Staging", "action": "Deploy", "state": "STARTED"}),
        ("smoke-test-failed", {"stage": "Staging", "action": "SmokeTest", "state": "FAILED"}),
    ],
)
def test_events_have_the_documented_shape(played: Played, sample: str, detail: dict[str, str]) -> None:
    """Everything that a documented sample has, of the same type, is in the events that were seen."""
    documented = _sample(sample)
    alike = [
        event
        for event in _log("event")
        if event["detail-type"] == documented["detail-type"] and detail.items() <= event["detail"].items()
    ]
    assert alike
    for event in alike:
        missing = _missing(_keys(documented), _keys(event))
        assert not missing, f"{sample}: {missing}"


def _missing(documented: Any, seen: Any, path: str = "") -> list[str]:
    if not isinstance(documented, dict):
        return [] if documented == seen else [f"{path} is {seen}, not {documented}"]
    if not isinstance(seen, dict):
        return [f"{path} is {seen}"]
    absent = [f"{path}.{name} is absent" for name in documented if name not in seen]
    return absent + [
        miss for name in documented if name in seen for miss in _missing(documented[name], seen[name], name)
    ]


def test_jobs_have_the_documented_shape_and_their_credentials_stay_out_of_the_log(played: Played) -> None:
    """What the functions were called with is what AWS calls them with."""
    documented = _keys(_sample("job-smoke-test")["CodePipeline.job"])
    jobs = [job["CodePipeline.job"] for job in _log("job")]
    assert jobs
    assert not [missing for job in jobs for missing in _missing(documented, _keys(job))]
    assert {value for job in jobs for value in job["data"]["artifactCredentials"].values()} == {"***"}


def _signed(secret: str, body: bytes, stamp: int) -> dict[str, str]:
    digest = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    return {
        "content-type": "application/x-www-form-urlencoded",
        "x-slack-request-timestamp": str(stamp),
        "x-slack-signature": f"v0={digest}",
    }


def _press(played: Played, headers: dict[str, str], body: bytes) -> httpx.Response:
    host = played.output("WebUrl").split("/")[2].replace("on.aws", f"localhost:{played.base}")
    address = f"http://127.0.0.1:{played.base}/slack"
    return httpx.post(address, content=body, headers={**headers, "host": host}, timeout=20)


def _secret(played: Played) -> str:
    content = played.client("secretsmanager").get_secret_value(SecretId=played.output("SlackSecret"))["SecretString"]
    return str(json.loads(content)["signing_secret"])


PRESS = urlencode(
    {
        "payload": json.dumps(
            {
                "type": "block_actions",
                "user": {"id": "U0GRACE"},
                "actions": [{"action_id": "approve", "value": "digits-r3"}],
            }
        )
    }
).encode()


@pytest.mark.parametrize("forgery", ["wrong secret", "old", "from the future", "changed body", "no headers"])
def test_a_forged_press_gets_401_and_changes_nothing(played: Played, forgery: str) -> None:
    """Whoever cannot sign cannot decide."""
    secret = "another" if forgery == "wrong secret" else _secret(played)
    age = {"old": 301, "from the future": -330}.get(forgery, 0)
    headers = _signed(secret, PRESS, int(time.time()) - age)
    body = PRESS.replace(b"U0GRACE", b"U0ADA") if forgery == "changed body" else PRESS
    before = played.ledger()
    assert _press(played, {} if forgery == "no headers" else headers, body).status_code == 401
    assert played.ledger() == before


def test_a_press_that_comes_too_late_is_acknowledged_and_changes_nothing(played: Played) -> None:
    """A signed press on a card whose release has ended."""
    before = played.ledger()
    assert _press(played, _signed(_secret(played), PRESS, int(time.time())), PRESS).status_code == 200
    assert played.ledger() == before


def test_the_sweep_runs_with_its_own_role(played: Played) -> None:
    """Its permissions are enough, and nothing waits."""
    functions = played.client("lambda").list_functions()["Functions"]
    name = next(one["FunctionName"] for one in functions if "-Sweep-" in one["FunctionName"])
    answer = played.client("lambda").invoke(FunctionName=name, Payload=b"{}")
    assert json.loads(answer["Payload"].read()) == {"ended": [], "stranded": [], "reminded": []}


def test_ctrl_c_ends_everything(played: Played) -> None:
    """The last test: no process is left listening."""
    played.process.send_signal(signal.SIGINT)
    assert played.process.wait(timeout=60) == 130
    assert all(_is_free(played.base + offset) for offset in range(4))
