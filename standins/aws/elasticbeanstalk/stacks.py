"""The solution stacks that new environments may use."""

from typing import Any

from standins.aws.wire import AwsError

DOCKER = "64bit Amazon Linux 2023 v4.11.0 running Docker"
STACKS = (
    DOCKER,
    "64bit Amazon Linux 2023 v4.5.0 running ECS",
    "64bit Amazon Linux 2023 v4.10.0 running Python 3.13",
)


def check(name: str) -> None:
    """Refuse a stack AWS does not offer, or one whose instances the local AWS cannot play."""
    if name not in STACKS:
        raise AwsError("InvalidParameterValue", f"No Solution Stack named '{name}' found.")
    if name != DOCKER:
        raise AwsError("InvalidParameterValue", f"The local AWS plays instances of '{DOCKER}' only, not of '{name}'.")


def describe() -> dict[str, Any]:
    """The answer of ListAvailableSolutionStacks."""
    details = [{"SolutionStackName": name, "PermittedFileTypes": ["zip"]} for name in STACKS]
    return {"SolutionStacks": list(STACKS), "SolutionStackDetails": details}
