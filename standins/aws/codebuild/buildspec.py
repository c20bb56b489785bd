"""Reads a buildspec, version 0.2; what the local AWS cannot do is an error that names it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from standins.aws.codebuild.errors import PhaseError

PHASES = ("install", "pre_build", "build", "post_build")
_TOP = {"version", "env", "phases", "artifacts", "cache"}
_ENV = {"variables", "exported-variables", "shell"}
_PHASE = {"commands", "finally", "on-failure", "runtime-versions"}
_ARTIFACTS = {"files", "base-directory", "discard-paths", "name", "secondary-artifacts"}


@dataclass(frozen=True)
class Phase:
    """Commands up to the first that fails, then those of `finally`; `on_failure` may be empty."""

    commands: tuple[str, ...] = ()
    finally_commands: tuple[str, ...] = ()
    on_failure: str = ""
    runtimes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Artifact:
    """Which files below `base` go into the zip, under their names only if `flat`."""

    files: tuple[str, ...]
    base: str = "."
    flat: bool = False


@dataclass(frozen=True)
class Buildspec:
    """The whole file; `secondary` holds the artifacts by their identifier."""

    variables: dict[str, str]
    exported: tuple[str, ...]
    phases: dict[str, Phase]
    artifact: Artifact | None
    secondary: dict[str, Artifact]


def parse(text: str) -> Buildspec:
    """Read a buildspec; YAML_FILE_ERROR names what is wrong with it."""
    try:
        document = _mapping(yaml.safe_load(text), "the buildspec")
    except yaml.YAMLError as error:
        raise _wrong(f"it is not YAML: {error}") from error
    if str(document.get("version")) != "0.2":
        raise _wrong(f"version is {document.get('version')}; the local AWS knows 0.2")
    _only(document, _TOP, "the buildspec")
    env, artifacts = _section(document, "env", _ENV), _section(document, "artifacts", _ARTIFACTS)
    phases = _section(document, "phases", set(PHASES))
    if env.get("shell", "bash") != "bash":
        raise _wrong(f"env.shell is {env['shell']}; the local AWS knows bash")
    secondary = _mapping(artifacts.get("secondary-artifacts"), "artifacts.secondary-artifacts")
    variables = _mapping(env.get("variables"), "env.variables")
    return Buildspec(
        variables={name: str(value) for name, value in variables.items()},
        exported=tuple(env.get("exported-variables") or ()),
        phases={name: _phase(_section(phases, name, _PHASE)) for name in PHASES},
        artifact=_artifact(artifacts) if "files" in artifacts else None,
        secondary={name: _artifact(_section(secondary, name, _ARTIFACTS)) for name in secondary},
    )


def _phase(section: dict[str, Any]) -> Phase:
    on_failure = section.get("on-failure", "")
    if on_failure not in ("", "ABORT", "CONTINUE"):
        raise _wrong(f"on-failure is {on_failure}; the local AWS knows ABORT and CONTINUE")
    commands, last = _commands(section, "commands"), _commands(section, "finally")
    return Phase(commands, last, on_failure, _mapping(section.get("runtime-versions"), "runtime-versions"))


def _commands(section: dict[str, Any], name: str) -> tuple[str, ...]:
    commands = section.get(name) or []
    if not isinstance(commands, list) or not all(isinstance(command, str) for command in commands):
        raise _wrong(f"{name} must be a list of strings; quote a command that contains a colon and a space")
    return tuple(commands)


def _artifact(section: dict[str, Any]) -> Artifact:
    flat = str(section.get("discard-paths", "no")).lower() in ("yes", "true")
    return Artifact(_commands(section, "files"), str(section.get("base-directory", ".")), flat)


def _section(document: dict[str, Any], name: str, known: set[str]) -> dict[str, Any]:
    section = _mapping(document.get(name), name)
    _only(section, known, name)
    return section


def _mapping(value: Any, name: str) -> dict[str, Any]:
    if value is not None and not isinstance(value, dict):
        raise _wrong(f"{name} must be a mapping")
    return value or {}


def _only(section: dict[str, Any], known: set[str], name: str) -> None:
    if unknown := sorted(set(section) - known):
        raise _wrong(f"the local AWS does not know {unknown[0]} in {name}")


def _wrong(reason: str) -> PhaseError:
    return PhaseError("YAML_FILE_ERROR", f"The buildspec cannot be used: {reason}.")
