"""An environment and its state."""

import secrets
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from standins.aws import events, registry
from standins.aws.elasticbeanstalk import arns, history
from standins.aws.elasticbeanstalk.balancer import Front
from standins.aws.elasticbeanstalk.history import Event
from standins.aws.elasticbeanstalk.process import Instance


@dataclass
class Environment:
    """An environment; `options` are keyed by namespace and name, `instance` is the process that plays it.

    Behind a load balancer with HTTPS, which `fronts` play, the instance has a port of its own.
    """

    application: str
    name: str
    stack: str
    port: int
    options: dict[tuple[str, str], str]
    description: str = ""
    version: str = ""
    status: str = "Launching"
    color: str = "Grey"
    health: str = "Pending"
    causes: list[str] = field(default_factory=list)
    instance: Instance | None = None
    fronts: list[Front] = field(default_factory=list)
    own_port: int = 0
    aborted: threading.Event = field(default_factory=threading.Event)
    id: str = field(default_factory=lambda: f"e-{secrets.token_hex(5)}")
    created: datetime = field(default_factory=lambda: datetime.now(UTC))
    updated: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def arn(self) -> str:
        """The environment's ARN."""
        return arns.environment_arn(self.application, self.name)

    @property
    def endpoint(self) -> str:
        """Where it is reached."""
        return f"127.0.0.1:{self.port}"

    @property
    def instance_port(self) -> int:
        """Where its instance listens."""
        return self.own_port or self.port

    def set_health(self, color: str, health: str, *causes: str) -> None:
        """Change the health, and tell EventBridge."""
        before, self.color, self.health, self.causes = self.health, color, health, list(causes)
        if before != health:
            text = f"Environment health has transitioned from {before} to {health}. {' '.join(causes)}".strip()
            severity = "INFO" if health in ("Ok", "Info", "Pending") else "WARN"
            self.tell("Health status change", "Environment health changed", text, severity)

    def tell(self, detail_type: str, status: str, message: str, severity: str = "INFO") -> None:
        """Note an event and send it to EventBridge."""
        event = Event(self.application, self.name, self.version, message, severity)
        history.note(event)
        detail = {
            "Status": status,
            "EventDate": int(event.date.timestamp() * 1000),
            "ApplicationName": self.application,
            "Message": message,
            "EnvironmentName": self.name,
            "Severity": severity,
        }
        events.publish("aws.elasticbeanstalk", detail_type, [self.arn], detail)

    def note(self, message: str, severity: str = "INFO") -> None:
        """Note an event that only DescribeEvents shows."""
        history.note(Event(self.application, self.name, self.version, message, severity))

    def describe(self) -> dict[str, Any]:
        """The environment in the API's shape."""
        described: dict[str, Any] = {
            "EnvironmentName": self.name,
            "EnvironmentId": self.id,
            "ApplicationName": self.application,
            "VersionLabel": self.version or None,
            "SolutionStackName": self.stack,
            "PlatformArn": f"arn:aws:elasticbeanstalk:{registry.region()}::platform/{self.stack}",
            "Description": self.description,
            "EndpointURL": self.endpoint,
            "CNAME": self.endpoint,
            "DateCreated": self.created,
            "DateUpdated": self.updated,
            "Status": self.status,
            "AbortableOperationInProgress": self.status == "Updating",
            "Health": self.color,
            "HealthStatus": self.health,
            "Tier": {"Name": "WebServer", "Type": "Standard", "Version": "1.0"},
            "EnvironmentLinks": [],
            "EnvironmentArn": self.arn,
        }
        return {name: value for name, value in described.items() if value is not None}
