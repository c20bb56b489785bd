"""The commands that the documentation shows, in `code` and in blocks."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from pathlib import Path

from tests.support.paths import ROOT

PAGES = sorted([*(ROOT / "docs").glob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"])
_BLOCK = re.compile(r"^```(?:sh|bash)?\n(.*?)^```", re.DOTALL | re.MULTILINE)
_SPAN = re.compile(r"(?<!`)`([^`]+)`(?!`)")


def commands(page: Path, program: str) -> list[str]:
    """Return every command of a program on a page, each on one line and without its comment."""
    text = page.read_text()
    lines = [line for block in _BLOCK.findall(text) for line in block.replace("\\\n", " ").splitlines()]
    spans = [" ".join(span.split()) for span in _SPAN.findall(_BLOCK.sub("", text))]
    found = [line.partition(" #")[0].strip() for line in (*lines, *spans)]
    return [one for one in found if one.startswith(f"{program} ")]


def words(command: str, values: Mapping[str, str]) -> list[str]:
    """Split a command as a shell does, with values for the names in capitals."""
    for name in sorted(values, key=len, reverse=True):
        command = re.sub(rf"(?<![A-Z_]){name}(?![A-Z_])", values[name], command)
    return shlex.split(command)
