"""Runs the stand-in: `python -m standins.slack --port 4567 --dir .rehearsal`."""

import argparse
from pathlib import Path

import uvicorn

from standins.slack.app import create_app
from standins.slack.settings import Settings


def arguments() -> Settings:
    """Return what the command line says."""
    parser = argparse.ArgumentParser(prog="standins.slack", description=__doc__)
    parser.add_argument("--port", type=int, default=DEFAULT.port)
    parser.add_argument("--dir", type=Path, default=DEFAULT.directory, help="where slack.json and mail.jsonl are")
    parser.add_argument("--token", default=DEFAULT.token, help="the app's bot token")
    parser.add_argument("--signing-secret", default=DEFAULT.signing_secret, help="what interactions are signed with")
    parser.add_argument("--channel", default=DEFAULT.channel_id, help="the channel's id")
    parser.add_argument("--request-url", default="", help="where interactions are sent; POST /settings changes it")
    parser.add_argument("--answer-seconds", type=float, default=DEFAULT.answer_seconds, help="how long an app may take")
    given = parser.parse_args()
    return Settings(
        directory=given.dir,
        port=given.port,
        token=given.token,
        signing_secret=given.signing_secret,
        channel_id=given.channel,
        request_url=given.request_url,
        answer_seconds=given.answer_seconds,
    )


def main() -> None:
    """Serve until stopped."""
    settings = arguments()
    uvicorn.run(create_app(settings), host="127.0.0.1", port=settings.port, log_level="warning")


DEFAULT = Settings(Path(".rehearsal"))

if __name__ == "__main__":
    main()
