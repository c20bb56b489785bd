"""Where the pages are that stand in for AWS's console."""

import os


def address() -> str:
    """Give the console's address, without a slash at its end."""
    return os.environ.get("STANDINS_CONSOLE_URL", "https://console.aws.amazon.com")
