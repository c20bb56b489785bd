"""A build's log: a file on this machine, line by line, and CloudWatch Logs if the role may write there."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from botocore.exceptions import ClientError

_FLUSH_SECONDS = 1.0


class BuildLog:
    """`logs` is a CloudWatch Logs client with the role's credentials."""

    def __init__(self, path: Path, logs: Any, group: str, stream: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file: TextIO = path.open("a", encoding="utf-8", buffering=1)
        self._logs, self._group, self._stream = logs, group, stream
        self._pending: list[dict[str, Any]] = []
        self._flushed = time.monotonic()
        self._remote = True
        self._attempt(self._create)

    def write(self, line: str) -> None:
        """Add one line of output."""
        self._file.write(line + "\n")
        # CloudWatch Logs refuses empty messages.
        self._pending.append({"timestamp": int(time.time() * 1000), "message": line or " "})
        if time.monotonic() - self._flushed > _FLUSH_SECONDS:
            self.flush()

    def say(self, text: str) -> None:
        """Add a line of CodeBuild's own."""
        self.write(f"[Container] {datetime.now(UTC):%Y/%m/%d %H:%M:%S} {text}")

    def flush(self) -> None:
        """Send to CloudWatch Logs what is not there yet."""
        events, self._pending, self._flushed = self._pending, [], time.monotonic()
        if events:
            self._attempt(lambda: self._put(events))

    def close(self) -> None:
        """Send the rest and close the file."""
        self.flush()
        self._file.close()

    def _attempt(self, call: Callable[[], None]) -> None:
        if not self._remote:
            return
        try:
            call()
        except ClientError as error:
            self._remote = False
            self._file.write(f"[Container] This log is not in CloudWatch Logs: {error}\n")

    def _create(self) -> None:
        names = {"logGroupName": self._group, "logStreamName": self._stream}
        try:
            self._logs.create_log_stream(**names)
        except self._logs.exceptions.ResourceNotFoundException:
            self._logs.create_log_group(logGroupName=self._group)
            self._logs.create_log_stream(**names)

    def _put(self, events: list[dict[str, Any]]) -> None:
        self._logs.put_log_events(logGroupName=self._group, logStreamName=self._stream, logEvents=events)
