"""What one run of the stand-in is told: where it listens, what it writes to, who may talk to it."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """One workspace with one app in it.

    `answer_seconds` is how long the app may take to acknowledge an interaction; Slack's own limit is three.
    """

    directory: Path
    port: int = 4567
    token: str = "xoxb-local"
    signing_secret: str = "local-signing-secret"
    app_name: str = "App"
    channel_id: str = "C0RELEASES"
    channel_name: str = "releases"
    request_url: str = ""
    answer_seconds: float = 3.0

    @property
    def base_url(self) -> str:
        """The address of this stand-in, without a slash at its end."""
        return f"http://127.0.0.1:{self.port}"
