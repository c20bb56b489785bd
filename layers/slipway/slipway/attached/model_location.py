"""Where a build reads the model: as far as its project, its commands and an S3 source show it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from slipway.attached.definition import Action
from slipway.models import Json

_BUCKET = r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"
_URI = re.compile(rf"s3://({_BUCKET})(?:/([^\s\"'`;,|&<>()]*))?")
_VARIABLE = re.compile(r"\$(?:\{(\w+)\}|(\w+))")
# What a command reads from comes first, what it writes to last.
_DOWNLOAD = re.compile(rf"\bs3\s+(cp|sync)\s+((?:--[\w-]+\s+)*)[\"']?{_URI.pattern}(?=[\"']?\s+\S)([^\n]*)")
_GET_OBJECT = re.compile(rf"get-object\b(?=[^\n]*--bucket[ =][\"']?({_BUCKET}))(?=[^\n]*--key[ =][\"']?([^\s\"']+))")
_PLACE_WORDS = ("PREFIX", "PATH", "KEY", "FOLDER", "DIR")


@dataclass(frozen=True, slots=True)
class Location:
    """A bucket, and the prefix of a folder (it ends in `/`) or a key in it; `note` says what else was seen."""

    bucket: str
    prefix: str
    note: str = ""


def locate(builds: list[Action], sources: list[Action], projects: Mapping[str, Json], artifacts: set[str]) -> Location:
    """Return where the builds read the model; its fields are empty if that cannot be seen, or is several places."""
    readings = [_Reading(build, projects) for build in builds]
    for rule in (_Reading.addresses, _Reading.named):
        found = {place for reading in readings for place in rule(reading) if place[0] not in artifacts}
        if found:
            return _only_place(found)
    objects = {(one.configuration.get("S3Bucket", ""), one.configuration.get("S3ObjectKey", "")) for one in sources}
    return _only_place(objects)


def _only_place(found: set[tuple[str, str]]) -> Location:
    """Return the only bucket and prefix among the places found, each empty if there are several, and a note of all."""
    buckets, prefixes = {bucket for bucket, _ in found}, {prefix for _, prefix in found if prefix}
    bucket = buckets.pop() if len(buckets) == 1 else ""
    prefix = prefixes.pop() if len(prefixes) == 1 and bucket else ""
    seen = ", ".join(sorted(f"s3://{bucket}/{prefix}" for bucket, prefix in found))
    return Location(bucket, prefix, f" Seen: {seen}." if seen else "")


def as_prefix(path: str) -> str:
    """Return a path as a prefix: one whose last part has no extension ends with `/`."""
    known = _known_part(path.strip().lstrip("/"))
    return known if not known or known.endswith("/") or "." in known.rpartition("/")[2] else f"{known}/"


class _Reading:
    """What one build action shows of what it reads."""

    def __init__(self, build: Action, projects: Mapping[str, Json]) -> None:
        project = projects.get(build.configuration.get("ProjectName", ""), {})
        environment = project.get("environment", {}).get("environmentVariables", [])
        own = json.loads(build.configuration.get("EnvironmentVariables") or "[]")
        merged = {one["name"]: one for one in (*environment, *own, *build.variables)}
        self._variables = {name: str(one["value"]) for name, one in merged.items() if _is_known(one)}
        # A build specification that lies in the source is only named here; one in the project is its text.
        commands = (project.get("source", {}).get("buildspec", "") or "", *build.commands)
        self._commands = self._with_variables("\n".join(commands))

    def addresses(self) -> Iterator[tuple[str, str]]:
        """Yield the (bucket, prefix) that commands download from or, if there is none, that variables hold."""
        if found := [*self._downloads()]:
            yield from found
            return
        for value in self._variables.values():
            for bucket, path in _URI.findall(self._with_variables(value)):
                yield bucket, as_prefix(path)

    def named(self) -> Iterator[tuple[str, str]]:
        """Yield the (bucket, prefix) that variables hold, one for the bucket and maybe one for the prefix."""
        buckets = {name: value for name, value in self._variables.items() if "BUCKET" in name.upper()}
        models = {name: value for name, value in buckets.items() if "MODEL" in name.upper()}
        prefixes = {as_prefix(value) for name, value in self._variables.items() if _names_place(name)}
        for bucket in set((models or buckets).values()):
            if re.fullmatch(_BUCKET, bucket):
                yield from ((bucket, prefix) for prefix in prefixes or {""})

    def _downloads(self) -> Iterator[tuple[str, str]]:
        """Yield the (bucket, prefix or key) of each download in the commands."""
        for verb, before, bucket, path, after in _DOWNLOAD.findall(self._commands):
            whole = verb == "sync" or "--recursive" in before + after
            yield bucket, _known_part(f"{path.rstrip('/')}/" if whole and path else path)
        for bucket, key in _GET_OBJECT.findall(self._commands):
            yield bucket, _known_part(key)

    def _with_variables(self, text: str) -> str:
        """Return a text with the values of known variables in place of their names."""
        return _VARIABLE.sub(lambda found: self._variables.get(found[1] or found[2], found[0]), text)


def _is_known(variable: Json) -> bool:
    """Return whether a variable's value is in the definition: no secret, and nothing that an execution fills in."""
    return variable.get("type", "PLAINTEXT") == "PLAINTEXT" and "#{" not in str(variable["value"])


def _names_place(name: str) -> bool:
    """Return whether a variable's name says that it holds where the model is."""
    word = name.upper()
    return "PREFIX" in word or ("MODEL" in word and any(part in word for part in _PLACE_WORDS))


def _known_part(path: str) -> str:
    """Return a path up to the first part that only the build itself knows."""
    known, dollar, _ = path.partition("$")
    return known.rpartition("/")[0] + "/" if dollar and "/" in known else "" if dollar else path
