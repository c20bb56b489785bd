"""labels.txt: the names of the classes, one a line, read as the service reads them."""

from __future__ import annotations

import unicodedata
from collections import Counter

from slipway.errors import Refused
from slipway.models.text import listed, visible

NAME = "labels.txt"
LIMIT = 512 * 1024


def read(content: bytes) -> list[str]:
    """Return the labels, a line each; empty lines at the end are left out. Raises Refused if it is no text."""
    if len(content) > LIMIT:
        raise Refused(f"{NAME} is larger than {LIMIT:,} bytes: give one short label a line.")
    try:
        lines = content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise Refused(f"{NAME} is not UTF-8 text: save it as UTF-8 and upload it again.") from error
    return "\n".join(line.strip() for line in lines).rstrip("\n").split("\n")


def known(content: bytes) -> list[str]:
    """Return the labels that there are; none where they cannot be read."""
    try:
        return list(filter(None, read(content)))
    except Refused:
        return []


def problems(content: bytes, model: str, classes: int | None) -> list[str]:
    """Return what is wrong with labels.txt; `classes` is how many numbers the model answers, None if not known."""
    try:
        labels = read(content)
    except Refused as problem:
        return [str(problem)]
    if not any(labels):
        return [f"{NAME} names no label: write one a line, or leave the file out."]
    found = _label_problems(labels)
    count = sum(map(bool, labels))
    if classes is not None and count != classes:
        found.append(f"{NAME} names {count:,} labels, but {model} answers with {classes:,}: name every class once.")
    return found


def _label_problems(labels: list[str]) -> list[str]:
    """Return the sentences that a label hides something, is empty, or is given twice, however it is composed."""
    found = []
    if hidden := [label for label in labels if _hides(label)]:
        found.append(f"{NAME} has something that cannot be seen in {listed(hidden)}: write plain text.")
    if "" in labels:
        found.append(f"{NAME} has an empty line {labels.index('') + 1}: write one label a line without gaps.")
    times = Counter(unicodedata.normalize("NFC", label) for label in labels if label)
    if twice := [label for label, count in times.items() if count > 1]:
        found.append(f"{NAME} names {listed(twice)} more than once: name every class once.")
    return found


def _hides(label: str) -> bool:
    """Return whether a label has characters that cannot be seen, such as NUL or a second byte order mark."""
    return len(visible(label)) > len(label)
