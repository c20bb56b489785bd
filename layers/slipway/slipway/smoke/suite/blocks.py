"""Blocks and lists of a suite: every mistake is noted where it is, and the rest is read on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from slipway.models.text import shown
from slipway.smoke.suite.yaml_nodes import Item, Wrong

type Reader[T] = Callable[[Item], T]


def wrong(item: Item, must: str) -> Wrong:
    """Say what a value must be, and what it is."""
    return Wrong(f"`{shown(item.name)}` must be {must}, not {shown(json.dumps(item.value, ensure_ascii=False))}.")


def attempt[T](reader: Reader[T], item: Item) -> Iterator[T]:
    """Read a value: one, or none and a note."""
    try:
        yield reader(item)
    except Wrong as mistake:
        item.note(str(mistake))


def fields(item: Item, readers: Mapping[str, Reader[Any]], short: str = "") -> dict[str, Any]:
    """Read a block by the readers of its fields; a single value in its place is that of the field `short`."""
    if item.members is not None:
        members = item.members
    elif short and item.elements is None:
        members = {short: item}
    else:
        raise wrong(item, f"a block, like `{{{next(iter(readers))}: …}}`")
    found: dict[str, Any] = {}
    for name, member in members.items():
        if name not in readers:
            member.note(f"`{shown(name)}` is not known here: {_meant(name, readers)}.")
        elif member.value is not None or name == "json":  # an empty field is as good as none, but null is JSON
            found.update((name, value) for value in attempt(readers[name], member))
    return found


def pairs[T](reader: Reader[T]) -> Reader[dict[str, T]]:
    """Read a block whose fields have names of their author's."""

    def read(item: Item) -> dict[str, T]:
        if item.members is None:
            raise wrong(item, "a block of names and values")
        return {name: value for name, member in item.members.items() for value in attempt(reader, member)}

    return read


def listed[T](reader: Reader[T], most: int) -> Reader[tuple[T, ...]]:
    """Read a list of at most so many."""

    def read(item: Item) -> tuple[T, ...]:
        if item.elements is None:
            raise wrong(item, "a list")
        if len(item.elements) > most:
            raise Wrong(f"`{item.name}` has {len(item.elements):,} entries and may have {most:,}: take fewer.")
        return tuple(value for element in item.elements for value in attempt(reader, element))

    return read


def _meant(name: str, known: Iterable[str]) -> str:
    close = get_close_matches(name, known, 1)
    return f"perhaps `{close[0]}` is meant" if close else f"write one of {', '.join(known)}"
