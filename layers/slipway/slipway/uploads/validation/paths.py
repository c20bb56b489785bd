"""Where the files of an upload would be written: inside its folder, each at its own place."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from posixpath import dirname

from slipway.models import CandidateFile
from slipway.models.paths import composed, escapes
from slipway.models.text import cited

LONGEST_NAME = 255  # bytes, of file systems
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def problems(files: Sequence[CandidateFile]) -> list[str]:
    """Return a sentence for each file that could not be written to the path that its key has."""
    paths = {file.path for file in files}
    folders = _folders_of(paths)
    found = [sentence for file in files if (sentence := _problem(file, folders))]
    twice = [path for path, count in Counter(map(composed, paths)).items() if count > 1]
    return found + [f"{cited(path)} is there twice, its letters composed in two ways: remove one." for path in twice]


def _problem(file: CandidateFile, folders: Collection[str]) -> str:
    """Return why a file could not be written to its path; empty if it could."""
    name, segments = cited(file.path), file.path.split("/")
    if escapes(file.path) or ".." in file.key.split("/"):
        return f"{name} would be written outside its folder: rename it without {_culprit(file)}."
    if "" in segments or "." in segments:
        return f"{name} has an empty part in its path: rename it without // and /./."
    if _CONTROL.search(file.key):
        where = name if _CONTROL.search(file.path) else cited(file.key)
        return f"{where} has a control character in its name: rename it."
    if max(len(segment.encode()) for segment in segments) > LONGEST_NAME:
        return f"{name} has a name of more than {LONGEST_NAME} bytes: give it a shorter one."
    return f"{name} is both a file and a folder: rename one of them." if file.path in folders else ""


def _culprit(file: CandidateFile) -> str:
    """Return, in words, what in a path leads out of its folder."""
    if ".." in file.key.split("/"):
        return "'..'"
    if "\\" in file.path:
        return "backslashes"
    return "a leading '/'" if file.path.startswith("/") else "a drive letter"


def _folders_of(paths: Collection[str]) -> set[str]:
    """Return all folders that the paths lie in."""
    found: set[str] = set()
    for path in paths:
        folder = dirname(path)
        while folder and folder not in found:
            found.add(folder)
            folder = dirname(folder.rstrip("/"))
    return found
