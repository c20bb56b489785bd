"""Rounds: each release has its turn, whatever is wrong with another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from slipway.errors import ItemUnreadable
from slipway.models import Release


def each[T: Release | str, R](releases: Iterable[T], step: Callable[[T], R | None]) -> Iterator[R]:
    """Take a step with each release, or its name, and give what comes of it; what went wrong is raised in the end."""
    failed: list[Exception] = []
    try:
        for release in releases:
            result = _taken(step, release, failed)
            if result is not None:
                yield result
    except ItemUnreadable as error:
        failed.append(error)
    if failed:
        raise ExceptionGroup("Some releases could not be looked after.", failed)


def _taken[T: Release | str, R](step: Callable[[T], R | None], release: T, failed: list[Exception]) -> R | None:
    try:
        return step(release)
    except Exception as error:  # noqa: BLE001 - raised in the end
        error.add_note(f"This happened to {release.id if isinstance(release, Release) else release}.")
        failed.append(error)
    return None
