"""A build and what BatchGetBuilds says about it."""

import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from standins.aws import console, events, registry
from standins.aws.codebuild.errors import PhaseError

type Settings = dict[str, Any]


@dataclass
class Build:
    """One build; `project` and `settings` are those of its start, the overrides of StartBuild included."""

    project: Settings
    settings: Settings
    number: int
    initiator: str
    uuid: str = field(default_factory=lambda: str(uuid.uuid4()))
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    ended: datetime | None = None
    status: str = "IN_PROGRESS"
    current: str = "SUBMITTED"
    phases: list[dict[str, Any]] = field(default_factory=list)
    exported: dict[str, str] = field(default_factory=dict)
    resolved_version: str = ""
    cut_short: str = ""
    ending: Callable[[], None] = lambda: None
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def id(self) -> str:
        """`project:uuid`."""
        return f"{self.project['name']}:{self.uuid}"

    @property
    def arn(self) -> str:
        """The build's ARN."""
        return registry.arn("codebuild", f"build/{self.id}")

    @property
    def log_group(self) -> str:
        """Where its log goes in CloudWatch Logs; the stream is the uuid."""
        return self.project.get("logGroup") or f"/aws/codebuild/{self.project['name']}"

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Note the beginning and the end of a phase, and why it failed."""
        self.current = name
        entry: dict[str, Any] = {"phaseType": name, "startTime": datetime.now(UTC)}
        self.phases.append(entry)
        outcome, contexts = "SUCCEEDED", list[dict[str, str]]()
        try:
            yield
        except PhaseError as error:
            outcome, contexts = "FAILED", [{"statusCode": error.code, "message": error.message}]
            raise
        finally:
            outcome = self.cut_short or outcome
            duration = int((datetime.now(UTC) - entry["startTime"]).total_seconds())
            entry |= {"phaseStatus": outcome, "endTime": datetime.now(UTC), "durationInSeconds": duration}
            entry["contexts"] = contexts

    def cut(self, reason: str) -> None:
        """End the build now, as STOPPED or TIMED_OUT, unless it ended already."""
        with self.lock:
            if self.ended or self.cut_short:
                return
            self.cut_short = reason
        self.ending()

    def complete(self, fault: bool = False) -> None:
        """Note the end of the build and tell EventBridge."""
        failed = any(entry.get("phaseStatus") not in (None, "SUCCEEDED") for entry in self.phases)
        with self.lock:
            self.status = self.cut_short or ("FAULT" if fault else "FAILED" if failed else "SUCCEEDED")
            self.ended = datetime.now(UTC)
        self.current = "COMPLETED"
        self.phases.append({"phaseType": "COMPLETED", "startTime": self.ended})
        self.announce()

    def announce(self) -> None:
        """Tell EventBridge the state."""
        detail = {
            "build-status": self.status,
            "project-name": self.project["name"],
            "build-id": self.arn,
            "current-phase": self.current,
            "current-phase-context": "[]",
            "version": "1",
            "additional-information": {"initiator": self.initiator, "build-complete": self.ended is not None},
        }
        events.publish("aws.codebuild", "CodeBuild Build State Change", [self.arn], detail)

    def describe(self) -> dict[str, Any]:
        """The build in the API's shape."""
        described = {
            "id": self.id,
            "arn": self.arn,
            "buildNumber": self.number,
            "startTime": self.started,
            "endTime": self.ended,
            "currentPhase": self.current,
            "buildStatus": self.status,
            "buildComplete": self.ended is not None,
            "projectName": self.project["name"],
            "phases": [dict(entry) for entry in self.phases],
            "sourceVersion": self.settings.get("sourceVersion"),
            "resolvedSourceVersion": self.resolved_version,
            "source": self.settings["source"],
            "environment": self.settings["environment"],
            "serviceRole": self.settings["serviceRole"],
            "timeoutInMinutes": self.settings["timeoutInMinutes"],
            "artifacts": _artifact(self.settings["artifacts"]),
            "secondaryArtifacts": [_artifact(item) for item in self.settings["secondaryArtifacts"]],
            "initiator": self.initiator,
            "logs": self._logs(),
            "exportedEnvironmentVariables": [{"name": n, "value": v} for n, v in self.exported.items()],
        }
        return {name: value for name, value in described.items() if value not in (None, "")}

    def _logs(self) -> dict[str, str]:
        builds = f"{console.address()}/codesuite/codebuild/projects/{self.project['name']}/build"
        link = f"{builds}/{quote(self.id)}/log?region={registry.region()}"
        arn = registry.arn("logs", f"log-group:{self.log_group}:log-stream:{self.uuid}")
        place = {"groupName": self.log_group, "streamName": self.uuid}
        return place | {"deepLink": link, "cloudWatchLogsArn": arn}


def _artifact(artifact: dict[str, Any]) -> dict[str, Any]:
    parts = [artifact.get(name, "").strip("/") for name in ("location", "path", "name")]
    location = f"arn:aws:s3:::{'/'.join(part for part in parts if part)}" if parts[0] else ""
    found = {"location": location, "artifactIdentifier": artifact.get("artifactIdentifier", "")}
    return {name: value for name, value in found.items() if value}
