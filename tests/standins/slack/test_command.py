"""The command line of the stand-in."""

from pathlib import Path

from standins.slack.__main__ import settings


def test_the_command_line_says_where_and_with_whom() -> None:
    """Port, folder, token, secret and request URL."""
    said = "--port 5000 --run here --token xoxb-1 --signing-secret s --request-url http://a.localhost/slack"
    given = settings(said.split())
    assert (given.port, given.directory) == (5000, Path("here"))
    assert (given.token, given.signing_secret) == ("xoxb-1", "s")
    assert given.request_url == "http://a.localhost/slack"
    assert (given.channel_id, given.answer_seconds) == ("C0RELEASES", 3.0)
