"""What a function gets from Lambda."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from aws_lambda_powertools import Logger


class Context:
    """The part of Lambda's context that the functions look at."""

    function_name = memory_limit_in_mb = invoked_function_arn = aws_request_id = "test"

    def get_remaining_time_in_millis(self) -> int:
        return 60_000


@pytest.fixture
def context() -> Context:
    return Context()


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Callable[[Logger], io.StringIO]:
    """Catch what a function's logger writes."""

    def catch(logger: Logger) -> io.StringIO:
        caught = io.StringIO()
        monkeypatch.setattr(logger.registered_handler, "stream", caught)
        return caught

    return catch
