"""`make deploy`: asks, looks, builds, deploys, and looks again. `sam build && sam deploy` does the same without it."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import boto3
import click
from botocore.exceptions import BotoCoreError, ClientError

from deployment import asking, parameters

ROOT = Path(__file__).resolve().parent.parent
BUILT = ROOT / ".aws-sam"
ANSWERS = BUILT / "parameters.yaml"  # JSON is YAML, and `sam` goes by the name
NO_CREDENTIALS = 2  # of the doctor's exit codes


def main() -> None:
    """Deploy to the account of the credentials in the environment; nothing is changed before a last question."""
    asking.prepare()
    session = boto3.Session()
    region = session.region_name or asking.ask_for(asking.REGION)
    os.environ["AWS_REGION"] = os.environ["AWS_DEFAULT_REGION"] = region
    stack = asking.ask_for(asking.STACK)
    current = deployed(boto3.Session(region_name=region), stack)
    write(asking.ask_all(parameters.read(), current))
    look("--stack", stack, "--parameters", str(ANSWERS))
    build()
    run("sam", "deploy", "--stack-name", stack, "--region", region, "--parameter-overrides", f"file://{ANSWERS}")
    look("--stack", stack)


def deployed(session: boto3.Session, stack: str) -> dict[str, str]:
    """Return the parameters of a stack that exists; none if it does not, or if nobody can be asked."""
    try:
        (found,) = session.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    except (BotoCoreError, ClientError):
        return {}  # the doctor says what is wrong with the credentials
    click.echo(f"{stack} is deployed: Enter keeps what it has.")
    return {one["ParameterKey"]: one.get("ParameterValue", "") for one in found.get("Parameters", [])}


def look(*options: str) -> None:
    """Say what would fail, or fails; only credentials that AWS does not take end the deployment."""
    click.echo()
    env = {**os.environ, "PYTHONPATH": str(ROOT / "layers" / "slipway")}
    command = [sys.executable, "-m", "slipway.cli", "doctor", *options]
    if subprocess.run(command, cwd=ROOT, env=env, check=False).returncode == NO_CREDENTIALS:
        sys.exit(NO_CREDENTIALS)


def write(answers: dict[str, str]) -> None:
    """Write the answers where `sam` and the doctor read them."""
    BUILT.mkdir(exist_ok=True)
    ANSWERS.write_text(json.dumps(answers, indent=1))


def build() -> None:
    """Build for the chosen architecture, and compile."""
    run("sam", "build", "--parameter-overrides", f"file://{ANSWERS}")
    # Lambda cannot write down what it has compiled: it would compile everything again at each cold start.
    run(sys.executable, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", str(BUILT / "build"))


def run(*command: str) -> None:
    """Run a program, and end with its exit code if it fails."""
    words: Sequence[str] = command
    if code := subprocess.run(words, cwd=ROOT, check=False).returncode:
        sys.exit(code)


if __name__ == "__main__":
    main()
