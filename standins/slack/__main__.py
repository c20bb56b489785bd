"""Serve a Slack workspace with one channel and one app in it, and the mailbox of the local AWS."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import uvicorn

from standins.slack.app import create_app
from standins.slack.settings import Settings


def settings(arguments: Sequence[str]) -> Settings:
    """Return what the command line says."""
    parser = argparse.ArgumentParser(prog="python -m standins slack", description=__doc__)
    parser.add_argument("--port", type=int, default=DEFAULT.port)
    parser.add_argument("--run", type=Path, default=DEFAULT.directory, help="where slack.json and mail.jsonl are")
    parser.add_argument("--token", default=DEFAULT.token, help="the app's bot token")
    parser.add_argument("--signing-secret", default=DEFAULT.signing_secret, help="what interactions are signed with")
    parser.add_argument("--app", default=DEFAULT.app_name, help="the app's name")
    parser.add_argument("--channel", default=DEFAULT.channel_id, help="the channel's id")
    parser.add_argument("--request-url", default="", help="where interactions are sent; POST /settings changes it")
    parser.add_argument("--answer-seconds", type=float, default=DEFAULT.answer_seconds, help="how long an app may take")
    given = parser.parse_args(arguments)
    return Settings(
        directory=given.run,
        port=given.port,
        token=given.token,
        signing_secret=given.signing_secret,
        app_name=given.app,
        channel_id=given.channel,
        request_url=given.request_url,
        answer_seconds=given.answer_seconds,
    )


def main(arguments: Sequence[str]) -> None:
    """Serve until stopped."""
    given = settings(arguments)
    uvicorn.run(create_app(given), host="127.0.0.1", port=given.port, log_level="warning")


DEFAULT = Settings(Path(".local-aws"))

if __name__ == "__main__":
    main(sys.argv[1:])
