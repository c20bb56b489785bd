"""Cold starts of the functions as they are built, in AWS's own runtime interface emulator.

Beside each is the floor that nobody can go below: the same interpreter importing boto3 and making the client that the
function needs first. Both are started in turn; the best start counts, for a busy machine only adds. The functions make
their clients with the first event, and the last column is what a start takes with all of them.

Then a press of a button in Slack that finds nothing warm, with the processor that Lambda gives to Web's memory, and to
512 MB. Lambda lends more while a function starts, and adds what no emulator knows: making the sandbox, and the network.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bench import artifacts, emulator, stand_in
from bench.local_aws import ROOT

RUNS = 7
WANTED = 1.15
PATIENCE = 1.5  # seconds; Slack's are three, and half of them are left to the sandbox and the network
PROCESSOR = 1769  # MB for which Lambda gives one; docs.aws.amazon.com/lambda, "Configure Lambda function memory"
FIRST = {  # the client that each function makes first
    "announce": "dynamodb",
    "attached_smoke_test": "dynamodb",
    "discover_pipeline": "codepipeline",
    "first_deployment": "elasticbeanstalk",
    "open_release": "dynamodb",
    "receive_upload": "s3",
    "record_progress": "dynamodb",
    "record_uploader": "dynamodb",
    "smoke_test": "s3",
    "sweep": "dynamodb",
    "subscribe": "sns",
    "take_answer": "codepipeline",
    "watch_production": "dynamodb",
    "web": "sqs",
}
HANDLERS = {
    "floor": "import boto3\nboto3.client({client!r})\n",
    "function": "import app\n",
    "ready": "import app\nfrom slipway import bootstrap\n{build}\n",
}
BUILDS = {  # where it is not `bootstrap.FUNCTION.build()`
    "attached_smoke_test": "",  # it has no settings without an existing pipeline
    "discover_pipeline": "",
    "first_deployment": "",
    "subscribe": "bootstrap.subscribe.build('arn')",
    "web": "bootstrap.web_slack.build()",
}
SECRET = "the signing secret"  # noqa: S105
ARN = "arn:aws:secretsmanager:us-east-1:000000000000:secret:slack"


def main() -> None:
    """Build, and print a line per function."""
    artifacts.build()
    print(f"cold start: milliseconds to initialise each function as built, best of {RUNS} starts in turn")
    print(f"{'':<18}{'function':>10}{'floor':>10}{'ratio':>8}{'with all its clients':>24}")
    for function in artifacts.FUNCTIONS:
        runs = [{kind: _init(function, kind) for kind in HANDLERS} for _ in range(RUNS)]
        best = {kind: min(run[kind] for run in runs) * 1000 for kind in HANDLERS}
        own, floor, ready = best["function"], best["floor"], best["ready"]
        print(f"{function:<18}{own:>10.0f}{floor:>10.0f}{own / floor:>8.2f}{ready:>24.0f}", flush=True)
    print(f"(wanted: at most {WANTED} of the floor)")
    for memory in (artifacts.memory_of("web"), 512):
        total, init = min(_press(memory / PROCESSOR) for _ in range(RUNS))
        print(f"a press in Slack, cold, at {memory} MB: {total:.2f} s to the answer, {init:.2f} s of it init")
    print(f"(wanted at both: within {PATIENCE:g} s)")


def _init(function: str, kind: str) -> float:
    """Give the seconds that one start takes."""
    with tempfile.TemporaryDirectory(prefix="slipway-bench-") as name:
        build = BUILDS.get(function, f"bootstrap.{function}.build()")
        folder, code = Path(name), HANDLERS[kind].format(client=FIRST[function], build=build)
        (folder / "started.py").write_text(f"{code}def lambda_handler(event, context): return 'started'\n")
        with emulator.started(folder, "started", _environment(function)) as cold:
            _, answer = cold.invoke({})
            if answer != "started":
                raise SystemExit(f"{function} does not start: {answer}")
            return cold.init()


def _press(share: float) -> tuple[float, float]:
    """Give the seconds until a press was answered, and how many of them went into starting."""
    with (
        tempfile.TemporaryDirectory(prefix="slipway-bench-") as name,
        stand_in.serving({"bot_token": "none", "signing_secret": SECRET}) as aws,
    ):
        told = _environment("web") | {"AWS_ENDPOINT_URL": aws.url, "SLACK_SECRET": ARN}
        with emulator.started(Path(name), "app", told, share) as cold:
            took, answer = cold.invoke(_pressed())
            if answer != {"statusCode": 200, "body": ""} or len(aws.sent) != 1:
                raise SystemExit(f"The press was not taken: {answer}")
            return took, cold.init()


def _pressed() -> dict[str, Any]:
    """Make the event of a function URL that a press in Slack becomes."""
    payload = json.dumps(json.loads((ROOT / "events" / "slack-press.json").read_text()))
    body, stamp = urlencode({"payload": payload}), str(int(time.time()))
    digest = hmac.new(SECRET.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    return {
        "rawPath": "/slack",
        "requestContext": {"http": {"method": "POST"}},
        "headers": {"x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={digest}"},
        "body": body,
    }


def _environment(function: str) -> dict[str, str]:
    """Say what Lambda says to a function; the runtime's own packages come after the function's."""
    return artifacts.settings_of(function) | {
        "PYTHONPATH": f"{artifacts.folder_of(function)}:{artifacts.LAYER}",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_LAMBDA_FUNCTION_NAME": function,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(artifacts.memory_of(function)),
    }
