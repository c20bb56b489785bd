"""A pipeline's declaration, as CreatePipeline or CloudFormation gives it, read into types."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

type Declaration = dict[str, Any]


@dataclass(frozen=True)
class Action:
    """One action of a stage; `timeout` in minutes, for approvals only; `role_arn` where it has a role of its own."""

    name: str
    category: str
    owner: str
    provider: str
    version: str
    run_order: int
    configuration: Mapping[str, str]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    namespace: str | None
    timeout: int | None
    role_arn: str | None = None

    @property
    def type_id(self) -> dict[str, str]:
        """The action's type as the API and the events spell it."""
        return {
            "owner": self.owner,
            "provider": self.provider,
            "category": self.category,
            "version": self.version,
        }


@dataclass(frozen=True)
class Stage:
    """One stage; `on_failure` is ROLLBACK or RETRY where the declaration asks for it."""

    name: str
    actions: tuple[Action, ...]
    on_failure: Literal["ROLLBACK", "RETRY"] | None
    retry_mode: str


@dataclass(frozen=True)
class Definition:
    """One version of a pipeline. `variables` maps each name to its default; None means a value is required."""

    name: str
    version: int
    region: str
    role_arn: str
    bucket: str
    encryption_key: Mapping[str, str] | None
    queued: bool
    variables: Mapping[str, str | None]
    stages: tuple[Stage, ...]
    declaration: Declaration

    def position(self, stage: str) -> int:
        """Where in the pipeline a stage is; LookupError when it is nowhere."""
        return [each.name for each in self.stages].index(stage)

    def actions(self) -> Iterator[tuple[Stage, Action]]:
        """Every action with its stage, in the order of the declaration."""
        return ((stage, action) for stage in self.stages for action in stage.actions)


def read(declaration: Declaration, version: int, region: str) -> Definition:
    """Read a declaration that the service model allows; `structure.check` says whether it makes sense."""
    return Definition(
        name=declaration["name"],
        version=version,
        region=region,
        role_arn=declaration["roleArn"],
        bucket=declaration.get("artifactStore", {}).get("location", ""),
        encryption_key=declaration.get("artifactStore", {}).get("encryptionKey"),
        queued=declaration.get("executionMode") == "QUEUED",
        variables={item["name"]: item.get("defaultValue") for item in declaration.get("variables", [])},
        stages=tuple(_stage(stage) for stage in declaration["stages"]),
        declaration={
            "executionMode": "SUPERSEDED",
            "pipelineType": "V1",
            **declaration,
            "version": version,
        },
    )


def _stage(declared: Declaration) -> Stage:
    on_failure = declared.get("onFailure", {})
    return Stage(
        name=declared["name"],
        actions=tuple(_action(action) for action in declared["actions"]),
        on_failure=on_failure.get("result"),
        retry_mode=on_failure.get("retryConfiguration", {}).get("retryMode", "FAILED_ACTIONS"),
    )


def _action(declared: Declaration) -> Action:
    return Action(
        name=declared["name"],
        **{key: declared["actionTypeId"][key] for key in ("category", "owner", "provider", "version")},
        run_order=declared.get("runOrder", 1),
        configuration=declared.get("configuration", {}),
        inputs=tuple(artifact["name"] for artifact in declared.get("inputArtifacts", [])),
        outputs=tuple(artifact["name"] for artifact in declared.get("outputArtifacts", [])),
        namespace=declared.get("namespace"),
        timeout=declared.get("timeoutInMinutes"),
        role_arn=declared.get("roleArn"),
    )
