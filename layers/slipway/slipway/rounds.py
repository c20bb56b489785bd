"""Rounds of the sweep: each release has its turn, whatever is wrong with another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from slipway.errors import ItemUnreadable
from slipway.models import Release

type Step = Callable[[Release], Release | None]


def each(releases: Iterable[Release], step: Step) -> Iterator[Release]:
    """Take a step with each release, and give those that it moves; what went wrong is raised in the end."""
    failed: list[Exception] = []
    try:
        for release in releases:
            moved = _taken(step, release, failed)
            if moved:
                yield moved
    except ItemUnreadable as error:
        failed.append(error)
    if failed:
        raise ExceptionGroup("Some releases could not be looked after.", failed)


def _taken(step: Step, release: Release, failed: list[Exception]) -> Release | None:
    try:
        return step(release)
    except Exception as error:  # noqa: BLE001 - raised in the end
        error.add_note(f"This happened to {release.id}.")
        failed.append(error)
    return None
