"""The marker `_RELEASE`: its folder is complete, these files belong to it, and known content is released again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from slipway.errors import Refused
from slipway.models import Force
from slipway.models.paths import composed, escapes
from slipway.models.text import listed
from slipway.uploads.validation import yaml_documents

MARKER = "_RELEASE"
MAX_REASON = 1000
_SETTINGS = ("files", "force", "replaces", "reason")


@dataclass(frozen=True, slots=True)
class Marker:
    """The settings of `_RELEASE`: the paths that must be there, whether known content is released again, and why.

    `replaces` is the live model that another one takes the place of, for the same `reason`. `problems` has a sentence
    for each mistake in it.
    """

    version_id: str = ""
    files: tuple[str, ...] = ()
    force: bool = False
    replaces: str = ""
    reason: str = ""
    problems: tuple[str, ...] = ()

    def missing(self, paths: Collection[str]) -> list[str]:
        """Return the paths that the marker lists and that are not among `paths`."""
        there = {MARKER, *map(composed, paths)}
        return [path for path in self.files if composed(path.removeprefix("./")) not in there]

    @property
    def forces(self) -> Force | None:
        """The order to release the upload even if its content is known; None if none is given."""
        return Force(self.reason, self.version_id) if self.force and not self.problems else None


def read(content: bytes, version_id: str) -> Marker:
    """Return the marker with this content; an empty one says only that its folder is complete."""
    try:
        settings = yaml_documents.load(MARKER, content)
    except Refused as problem:
        return Marker(version_id, problems=(str(problem),))
    if settings is None:
        return Marker(version_id)
    if not isinstance(settings, dict):
        return Marker(version_id, problems=(f"{MARKER} must be empty or have settings like 'files: [model.onnx]'.",))
    if problems := tuple(_settings_problems(settings)):
        return Marker(version_id, problems=problems)
    reason = settings.get("reason") or ""
    files, force, replaces = (settings.get(name) for name in ("files", "force", "replaces"))
    return Marker(version_id, tuple(files or ()), force or False, replaces or "", reason.strip())


def _settings_problems(settings: dict[Any, Any]) -> list[str]:
    """Return a sentence for each mistake in a marker's settings."""
    found = [*_files_problems(settings.get("files")), *_force_problems(settings.get("force"), settings.get("reason"))]
    found += _replaces_problems(settings.get("replaces"), settings.get("reason"))
    if unknown := [str(name) if isinstance(name, str) else "?" for name in settings if name not in _SETTINGS]:
        found.append(f"{MARKER}: {listed(unknown)} is no setting: take one of {', '.join(_SETTINGS)}.")
    return found


def _files_problems(files: object) -> list[str]:
    """Return what is wrong with the setting `files`."""
    if files is None:
        return []
    if not isinstance(files, list) or not all(isinstance(path, str) and path for path in files):
        return [f"{MARKER}: files must be a list of paths: write it like 'files: [model.onnx, labels.txt]'."]
    outside = [path for path in files if escapes(path)]
    return [f"{MARKER}: {listed(outside)} is not in its folder: name files as they lie below it."] if outside else []


def _force_problems(force: object, reason: object) -> list[str]:
    """Return what is wrong with the settings `force` and `reason`."""
    found = []
    if not isinstance(force, bool | None):
        found.append(f"{MARKER}: force must be true or false: write it like 'force: true'.")
    if not isinstance(reason, str | None):
        found.append(f"{MARKER}: reason must be a text: put it in quotes.")
    elif reason and len(reason) > MAX_REASON:
        found.append(f"{MARKER}: reason has more than {MAX_REASON:,} letters: shorten it.")
    elif force is True and not (reason or "").strip():
        found.append(f"{MARKER}: force needs a reason for the approvers: write it like 'reason: labels are right now'.")
    return found


def _replaces_problems(replaces: object, reason: object) -> list[str]:
    """Return what is wrong with the setting `replaces`."""
    if not isinstance(replaces, str | None):
        return [f"{MARKER}: replaces must name the model that is live: write it like 'replaces: digits'."]
    if replaces and isinstance(reason, str | None) and not (reason or "").strip():
        return [f"{MARKER}: replaces needs a reason for the approvers: write it like 'reason: birds take over'."]
    return []
