"""The log of requests, as the health agent reads it."""

import time
from pathlib import Path

import pytest

from standins.aws.elasticbeanstalk import health

NOW = time.time()
HOUR = time.strftime("%Y-%m-%d-%H", time.gmtime(NOW))


def line(status: int, ago: float = 0) -> str:
    return f'{NOW - ago:.3f}"/predict"{status}"0.083"0.083"177.72.242.17\n'


@pytest.mark.parametrize(
    ("name", "content", "share"),
    [
        (f"application.log.{HOUR}", line(200) + line(500), 50),
        (f"application.log.{HOUR}", line(500) + line(404) + line(503) + line(200), 50),
        (f"application.log.{HOUR}", line(200) + line(500, ago=60), 0),
        (f"application.log.{HOUR}", line(500).replace('"', " "), 0),
        (f"application.log.{HOUR}", "", 0),
        ("application.log", line(500), 0),
        ("application.log.2020-01-01-00", line(500), 0),
    ],
    ids=["half", "4xx are no failures", "before", "another format", "empty", "no hour", "a past hour"],
)
def test_the_share_of_failures_is_read_from_the_documented_files(
    tmp_path: Path, name: str, content: str, share: float
) -> None:
    """What has another name or another format tells the agent nothing."""
    (tmp_path / name).write_text(content)
    assert health.failing(tmp_path, NOW - 10) == share


def test_an_application_without_a_log_fails_no_request(tmp_path: Path) -> None:
    """Compose switches the proxy off that would keep one."""
    assert health.failing(tmp_path, 0) == 0
