"""Whether Slack takes what Slipway would send."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3

from slipway.cli.doctor.finding import Finding, Level, note, ok, problem
from slipway.cli.doctor.stack import Stack

NEEDED = {"chat:write"}
MENTIONS = {"users:read", "users:read.email"}
SECRET_CURE = "Put the app's two secrets into the secret of the output SlackSecret, as docs/slack.md says."  # noqa: S105


def slack(session: boto3.Session, stack: Stack) -> Iterator[Finding]:
    """Yield findings on the Slack app: its secret, token, scopes and workspace."""
    channel = stack.parameters.get("SlackChannel", "")
    if not channel:
        yield note("slack", "No Slack: people are told by e-mail and answer there or in the console.")
        return
    secret = session.client("secretsmanager").get_secret_value(SecretId=stack.outputs["SlackSecret"])["SecretString"]
    token, signing = _tokens_in(secret)
    if not token or not signing:
        yield problem("slack", "The secret lacks the bot token or the signing secret.", SECRET_CURE)
        return
    yield from _token_findings(_client(stack, token), channel, stack.parameters.get("SlackTeam", ""))


def _tokens_in(secret: str) -> tuple[str, str]:
    """Return the bot token and the signing secret in a secret; two empty texts if it holds no such thing."""
    try:
        content = json.loads(secret)
        return str(content["bot_token"]), str(content["signing_secret"])
    except (ValueError, LookupError, TypeError):
        return "", ""


def _client(stack: Stack, token: str) -> Any:
    """Return a client of the Web API that the stack calls (Slack's own by default)."""
    from slack_sdk import WebClient

    return WebClient(token, base_url=stack.parameters.get("SlackApiUrl") or "https://slack.com/api/", timeout=10)


def _token_findings(client: Any, channel: str, team: str) -> Iterator[Finding]:
    """Yield findings on the bot token by Slack's `auth.test`: whether it is taken, its scopes and its workspace."""
    from slack_sdk.errors import SlackApiError

    try:
        answer = client.auth_test()
    except SlackApiError as error:
        yield problem("slack token", f"Slack does not take the bot token: {error.response['error']}.", SECRET_CURE)
        return
    except OSError as error:
        yield Finding("slack", Level.UNKNOWN, f"Slack could not be asked: {error}")
        return
    scopes = {word.strip() for word in answer.headers.get("x-oauth-scopes", "").split(",") if word.strip()}
    if missing := sorted(NEEDED - scopes) if scopes else []:
        cure = "Add them under OAuth & Permissions, and install the app again."
        yield problem("slack token", f"The bot lacks {', '.join(missing)}.", cure)
    elif scopes and not scopes >= MENTIONS:
        lacking = ", ".join(sorted(MENTIONS - scopes))
        yield note(
            "slack token", f"The bot lacks {lacking}: authors are mentioned only if Authors has their Slack ids."
        )
    if team and answer["team_id"] != team and answer.get("enterprise_id") != team:
        cure = "Set SlackTeam to the workspace's id, or install the app in that one."
        yield problem("slack team", f"The app is in {answer['team_id']}, SlackTeam says {team}.", cure)
    yield ok("slack", f"bot {answer['user']} in {answer['team']}; cards go to {channel}")
