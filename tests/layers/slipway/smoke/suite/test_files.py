"""The files of a suite, wherever they are."""

from __future__ import annotations

import io
from pathlib import Path
from zipfile import ZipFile

import pytest

from slipway.smoke.suite.files import Files, FolderFiles, ZipFiles


def both(tmp_path: Path) -> list[Files]:
    """The same two files in a folder and in an archive."""
    content = io.BytesIO()
    (tmp_path / "suite" / "golden").mkdir(parents=True)
    (tmp_path / "secret").write_text("secret")
    with ZipFile(content, "w") as archive:
        archive.mkdir("golden")
        for path in ("suite.yaml", "golden/7.png"):
            (tmp_path / "suite" / path).write_text(path)
            archive.writestr(path, path)
    (tmp_path / "suite" / "link").symlink_to(tmp_path / "secret")
    return [FolderFiles(tmp_path / "suite"), ZipFiles(ZipFile(content))]


def test_a_folder_and_an_archive_hold_the_same(tmp_path: Path) -> None:
    """Whoever reads a suite need not know where it lies."""
    for files in both(tmp_path):
        assert {"suite.yaml", "golden/7.png"} <= set(files.names())
        with files.open("golden/7.png") as file:
            assert file.read() == b"golden/7.png"


ESCAPES = ["", ".", "../secret", "golden/../suite.yaml", "golden//7.png", "./suite.yaml", "link", "/etc/hostname"]


@pytest.mark.parametrize("path", ["8.png", "golden", "golden/", *ESCAPES, "a\0b", "C:\\boot.ini"])
def test_nothing_else_can_be_opened(tmp_path: Path, path: str) -> None:
    """No path leads out, and each file has one path."""
    for files in both(tmp_path):
        with pytest.raises(KeyError):
            files.open(path)
