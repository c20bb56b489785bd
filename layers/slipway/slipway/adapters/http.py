"""HTTP to the service under test, by urllib3 (Lambda's runtime brings it with boto3)."""

from __future__ import annotations

import time
from typing import Any

import urllib3

from slipway.errors import Unreachable
from slipway.models import HttpAnswer

BODY_LIMIT = 1 << 20  # bytes read of an answer


class ServiceHttp:
    """A client that neither retries nor follows redirects: what it measures is one request."""

    def __init__(self) -> None:
        self._pool = urllib3.PoolManager(retries=False)

    def request(self, method: str, url: str, json: dict[str, Any] | None, timeout: float) -> HttpAnswer:
        """Send a request and read the answer to its last byte, or raise Unreachable."""
        started = time.perf_counter()
        try:
            answer = self._pool.request(method, url, json=json, timeout=timeout, preload_content=False)
            body = answer.read(BODY_LIMIT)
            answer.release_conn()
        except urllib3.exceptions.HTTPError as error:
            raise Unreachable(f"{method} {url} got no answer: {error}") from error
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return HttpAnswer(answer.status, headers, body, time.perf_counter() - started)
