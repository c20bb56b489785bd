"""Finding images by their names."""

from collections.abc import Callable

import pytest

from standins.docker.errors import DockerError
from standins.docker.images import Image, Store
from standins.folders import Folders


def test_finds_an_image_by_tag_digest_and_short_digest(build: Callable[..., Image], folders: Folders) -> None:
    """Every name Docker accepts means the same image."""
    store, image = Store(folders), build()
    store.tag(image, "digits")
    digits = image.digest.removeprefix("sha256:")

    for name in ("digits", "digits:latest", image.digest, f"registry/digits@{image.digest}", digits[:12]):
        assert store.find(name) == image


def test_a_tag_moves_to_the_newest_image(build: Callable[..., Image], folders: Folders) -> None:
    """Locally, a tag means what was tagged last."""
    store, old, new = Store(folders), build(), build("FROM python\n")
    store.tag(old, "digits:1")
    store.tag(new, "digits:1")

    assert store.find("digits:1") == new


def test_says_how_to_get_a_missing_image(folders: Folders) -> None:
    """An unknown name is an error that names it."""
    with pytest.raises(DockerError, match="No such image: digits:9"):
        Store(folders).find("digits:9")
