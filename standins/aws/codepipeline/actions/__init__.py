"""What the actions do: one module for each provider."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from standins.aws.codepipeline.records import ActionRun, Location, Outcome, Status


class Role(Protocol):
    """The role that an action works with: the pipeline's, or its own."""

    def client(self, service: str) -> Any:
        """Create a boto3 client whose calls are checked against the role's policies."""

    def assume(self, role_arn: str, session_name: str) -> "Role":
        """Assume another role; ClientError unless this one may and the other trusts it."""


class ActionFailed(Exception):
    """An action could not do its work; `code` is one of CodePipeline's error codes."""

    def __init__(self, message: str, code: str = "JobFailed", external_id: str = "", external_url: str = "") -> None:
        super().__init__(message)
        self.message, self.code, self.external_id, self.external_url = (
            message,
            code,
            external_id,
            external_url,
        )


@dataclass(frozen=True)
class Work:
    """An action run, with what a runner needs to do it. `pause` waits some seconds."""

    run: ActionRun
    role: Role
    require: Callable[[str, str], None]
    pause: Callable[[float], None]

    @property
    def configuration(self) -> dict[str, str]:
        """The action's configuration with its variables resolved."""
        return dict(self.run.configuration)

    @property
    def abandoned(self) -> bool:
        """Whether nobody waits for this work any more."""
        return self.run.status is not Status.IN_PROGRESS

    @property
    def input(self) -> Location:
        """The first input artifact."""
        return next(iter(self.run.inputs.values()))

    def note(self, outcome: Outcome) -> None:
        """Show what is known of the outcome while the work goes on."""
        if not self.abandoned:
            self.run.outcome = outcome


type Runner = Callable[[Work], Outcome | None]
"""Does an action's work and returns its outcome, or None when the outcome arrives by another way."""
