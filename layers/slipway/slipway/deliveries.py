"""Batches of messages that AWS delivers at least once."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType


class LoggedBatch(BatchProcessor):
    """Powertools' processor, which by itself says nothing of what failed and comes again."""

    def __init__(self, logger: Logger, event_type: EventType) -> None:
        super().__init__(event_type=event_type)
        self._logger = logger

    def failure_handler(self, record: Any, exception: Any) -> Any:
        """Log why a record will be delivered again."""
        self._logger.error("delivery failed", exc_info=exception)
        return super().failure_handler(record, exception)
