"""Deploys the built application to the local AWS and makes it and the Slack stand-in known to each other."""

from collections.abc import Mapping
from pathlib import Path

from rehearsal import aws
from rehearsal.chat import SlackStandIn
from rehearsal.errors import RehearsalError
from rehearsal.setup import Setup, Slack

STACK = "slipway"


def deploy(setup: Setup, overrides: Mapping[str, str] | None = None) -> aws.Outputs:
    """Run `sam deploy`; a failure names the resource that caused it. `overrides` are parameters of this deployment."""
    command: list[str | Path] = [
        setup.workspace.tools / "sam", "deploy", "--config-env", "local", "--stack-name", STACK,
        "--template-file", setup.workspace.build / "template.yaml", "--resolve-s3",
        "--capabilities", "CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND",
        "--no-confirm-changeset", "--no-progressbar", "--parameter-overrides", setup.parameters(overrides),
    ]  # fmt: skip
    try:
        setup.run("sam deploy", command, "sam-deploy")
    except RehearsalError as error:
        if not (cause := aws.first_failure(STACK)):
            raise
        raise RehearsalError(f"sam deploy failed at {cause.rstrip('.')}.", error.log) from error
    return aws.stack_outputs(STACK)


def connect_slack(outputs: aws.Outputs, slack: Slack, stand_in: SlackStandIn) -> None:
    """Give Slipway the Slack secret, and the stand-in the address of Slipway."""
    aws.put_slack_secret(outputs.secret, slack.bot_token, slack.signing_secret)
    stand_in.send_requests_to(f"{outputs.web_url}slack")
