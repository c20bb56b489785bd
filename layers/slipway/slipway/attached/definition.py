"""The definition of a pipeline, as GetPipeline returns it, as a list of actions in the order in which they run."""

from __future__ import annotations

from dataclasses import dataclass

from slipway.models import Json

DEFAULT_TIMEOUT = 7 * 24 * 60  # minutes: CodePipeline's own, of an approval


@dataclass(frozen=True, slots=True)
class Action:
    """An action; `position` is (stage, run order), equal for actions that run side by side.

    `region` and `role` (an ARN) are empty for those of the pipeline, `timeout` is in minutes. An action that runs
    commands without a project has its own `commands` and `variables`.
    """

    name: str
    stage: str
    category: str
    provider: str
    position: tuple[int, int]
    configuration: dict[str, str]
    timeout: int
    region: str = ""
    role: str = ""
    commands: tuple[str, ...] = ()
    variables: tuple[Json, ...] = ()

    @property
    def id(self) -> str:
        """The id of the action in its pipeline: `Stage/Action`."""
        return f"{self.stage}/{self.name}"

    def is_a(self, category: str, provider: str = "") -> bool:
        """Return whether the action has a category and, if named, a provider."""
        return self.category == category and provider in ("", self.provider)


def actions_of(pipeline: Json) -> list[Action]:
    """Return all actions of a pipeline's definition, in order."""
    found = [
        _action(stage["name"], index, action)
        for index, stage in enumerate(pipeline["stages"])
        for action in stage["actions"]
    ]
    return sorted(found, key=lambda action: action.position)


def artifact_buckets(pipeline: Json) -> set[str]:
    """Return the names of the buckets that a pipeline keeps its artifacts in."""
    stores = [pipeline.get("artifactStore", {}), *pipeline.get("artifactStores", {}).values()]
    return {store["location"] for store in stores if "location" in store}


def _action(stage: str, index: int, action: Json) -> Action:
    """Return an action of a stage; `index` is the stage's."""
    kind = action["actionTypeId"]
    return Action(
        name=action["name"],
        stage=stage,
        category=kind["category"],
        provider=kind["provider"],
        position=(index, action.get("runOrder", 1)),
        configuration=action.get("configuration", {}),
        timeout=action.get("timeoutInMinutes", DEFAULT_TIMEOUT),
        region=action.get("region", ""),
        role=action.get("roleArn", ""),
        commands=tuple(action.get("commands", ())),
        variables=tuple(action.get("environmentVariables", ())),
    )
