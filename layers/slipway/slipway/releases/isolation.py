"""A step for each of several releases, isolated: an error with one does not keep the others from their turn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from slipway.errors import ItemUnreadable
from slipway.models import Release


def for_each_isolated[T: Release | str, R](releases: Iterable[T], step: Callable[[T], R | None]) -> Iterator[R]:
    """Take a step with each release, or its id, and yield the results that are not None.

    Errors are raised when all have had their turn, in one ExceptionGroup; each says which release it is about.
    """
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
