"""Trouble on demand: rate limits and outages, switched on by tests."""

from standins.slack.wire import Shape


class Outage(Shape):
    """What the Web API answers instead of working.

    `times` requests get `status`, with Retry-After when `retry_after` is set; `down` refuses all until switched off.
    """

    status: int = 0
    retry_after: int | None = None
    times: int = 0
    down: bool = False

    def strike(self) -> tuple[int, dict[str, str]] | None:
        """Return the status and headers of the next request's failure, or None when it may pass."""
        if self.down:
            return 503, {}
        if self.times <= 0:
            return None
        self.times -= 1
        return self.status, {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
