"""What happened to environments: the lines of DescribeEvents, and EventBridge's events."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True)
class Event:
    """One line of DescribeEvents."""

    application: str
    environment: str
    version: str
    message: str
    severity: str
    date: datetime = field(default_factory=lambda: datetime.now(UTC))

    def describe(self) -> dict[str, Any]:
        """The event in the API's shape."""
        described = {
            "EventDate": self.date,
            "Message": self.message,
            "ApplicationName": self.application,
            "EnvironmentName": self.environment,
            "VersionLabel": self.version,
            "Severity": self.severity,
        }
        return {name: value for name, value in described.items() if value}


_events: list[Event] = []


def note(event: Event) -> None:
    """Keep an event for DescribeEvents."""
    _events.append(event)


def all_events() -> list[Event]:
    """Every event, the newest first."""
    return _events[::-1]
