"""The command line of the stand-in."""

from pathlib import Path

import pytest

from standins.slack.__main__ import arguments


def test_the_command_line_says_where_and_with_whom(monkeypatch: pytest.MonkeyPatch) -> None:
    """Port, folder, token, secret and request URL."""
    said = "prog --port 5000 --dir here --token xoxb-1 --signing-secret s --request-url http://a.localhost/slack"
    monkeypatch.setattr("sys.argv", said.split())
    settings = arguments()
    assert (settings.port, settings.directory) == (5000, Path("here"))
    assert (settings.token, settings.signing_secret) == ("xoxb-1", "s")
    assert settings.request_url == "http://a.localhost/slack"
    assert (settings.channel_id, settings.answer_seconds) == ("C0RELEASES", 3.0)
