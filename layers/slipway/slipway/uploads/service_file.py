"""service.yaml: what a service says of itself to the workflow around it; nothing of it is known to our code.

Read by the build (which port, which paths), by the command line (how it is started), and, as the parameter
AcceptedFormats, by the preflight.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from slipway.errors import Refused
from slipway.models import Json
from slipway.models.text import listed
from slipway.uploads.limits import PICTURES, Rules
from slipway.uploads.validation import yaml_documents

NAME = "service.yaml"
ABSENT = "none"
_LONGEST_START = 600  # seconds
_TOLD = ("release", "model", "candidate", "commit", "image")


@dataclass(frozen=True, slots=True)
class ServiceFile:
    """What a service declares.

    It takes the files that `accepts` names, listens on `port`, answers 200 at the path `health` once its model is
    loaded, at the latest after `starts_within` seconds, and its passport at the path `version`, or `none`. `predict` is
    how it is asked, as in a suite. `command` starts it on a developer's machine, in the folder of this file, with the
    candidate in `model/` and the variable PORT.
    """

    accepts: tuple[str, ...] = (*Rules(max_bytes=0).accepted, PICTURES)
    port: int = 8080
    health: str = "/health"
    version: str = "/version"
    starts_within: float = 60
    predict: Json | None = None
    command: tuple[str, ...] = ("python", "-m", "app")

    @property
    def tells_version(self) -> bool:
        """Whether the service can say which release it is."""
        return self.version != ABSENT

    @property
    def suite(self) -> Json:
        """The settings of every suite of this service that does not say otherwise."""
        identity = {"path": self.version} if self.tells_version else "deployment"
        asked = {"predict": self.predict} if self.predict else {}
        return {"ready": {"path": self.health}, "identity": identity, **asked}


def read(folder: Path) -> ServiceFile:
    """Return what a folder's service.yaml declares (the defaults without one), or raise Refused with all mistakes."""
    file = folder / NAME
    if not file.is_file():
        return ServiceFile()
    content = yaml_documents.load(NAME, file.read_bytes())
    if not isinstance(content, dict):
        raise Refused(f"{NAME} must be a block of settings, like `accepts: [onnx, labels.txt]`.")
    if wrong := _problems(content):
        raise Refused(" ".join(wrong))
    lists = {name: tuple(map(str, content[name])) for name in ("accepts", "command") if content.get(name) is not None}
    return ServiceFile(**{name: value for name, value in content.items() if value is not None} | lists)


def variables(passport: Json) -> dict[str, str]:
    """Return the environment variables that tell a service what it is; the files are too many for one."""
    told = {f"SLIPWAY_{name.upper()}": str(passport[name]) for name in _TOLD}
    return {"RELEASE": passport["release"], "IMAGE": passport["image"], **told}


def _problems(content: dict[Any, Any]) -> list[str]:
    """Return a sentence for each mistake in a service.yaml."""
    known = {field.name for field in fields(ServiceFile)}
    content = {"accepts": (), **content}
    given = [(name, value, *RULES[name]) for name, value in content.items() if name in known and value is not None]
    wrong = [f"{NAME}: {name} must {rule}." for name, value, fits, rule in given if not fits(value)]
    if unknown := [str(name) for name in content if name not in known]:
        wrong.append(f"{NAME}: {listed(unknown)} is no setting: take one of {', '.join(sorted(known))}.")
    return wrong


def _is_path(value: object) -> bool:
    """Return whether a value is the path of a URL, without blanks and fragment."""
    return isinstance(value, str) and value.startswith("/") and not set(value) & set(" #\\")


def _is_number(value: object, lowest: float, highest: float) -> bool:
    """Return whether a value is a number between two bounds."""
    return isinstance(value, int | float) and not isinstance(value, bool) and lowest <= value <= highest


def _is_texts(value: object) -> bool:
    """Return whether a value is a list of texts or numbers, not empty."""
    return isinstance(value, list) and bool(value) and all(isinstance(one, str | int) and one != "" for one in value)


RULES: dict[str, tuple[Callable[[Any], bool], str]] = {
    "accepts": (_is_texts, "list what the service takes, like [onnx, labels.txt]"),
    "port": (lambda value: type(value) is int and _is_number(value, 1, 65535), "be a port, like 8080"),
    "health": (_is_path, "be a path, like /health"),
    "version": (lambda value: value == ABSENT or _is_path(value), f"be a path, like /version, or {ABSENT}"),
    "starts_within": (lambda value: _is_number(value, 1, _LONGEST_START), f"be 1 to {_LONGEST_START} seconds"),
    "predict": (lambda value: isinstance(value, dict), "be a block as in a suite, like {path: /predict, send: raw}"),
    "command": (_is_texts, "be a list of words, like [python, -m, app]"),
}
