"""One step for each of several releases, where an error with one does not stop the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from slipway.errors import ItemUnreadable
from slipway.models import Release


def for_each_isolated[T: Release | str, R](releases: Iterable[T], step: Callable[[T], R | None]) -> Iterator[R]:
    """Call `step` with each release (or release id), and yield the results that are not None.

    Errors are raised at the end, in one ExceptionGroup; a note on each names its release.
    """
    failed: list[Exception] = []
    try:
        for release in releases:
            result = _attempt(step, release, failed)
            if result is not None:
                yield result
    except ItemUnreadable as error:
        failed.append(error)
    if failed:
        raise ExceptionGroup("Some releases could not be handled.", failed)


def _attempt[T: Release | str, R](step: Callable[[T], R | None], release: T, failed: list[Exception]) -> R | None:
    """Return the result of a step; None if it raised, and then the error is appended to `failed`."""
    try:
        return step(release)
    except Exception as error:  # noqa: BLE001 - raised in the end
        error.add_note(f"This happened to {release.id if isinstance(release, Release) else release}.")
        failed.append(error)
    return None
