"""What a build may copy."""

from pathlib import Path

import pytest

from standins.docker.context import read_context
from standins.docker.errors import DockerError


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A small project with a .dockerignore."""
    folder = tmp_path / "source"
    for name in ("app/main.py", "app/cache/x.pyc", "app/cache/keep.txt", "README.md"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    (folder / ".dockerignore").write_text("# not these\n**/cache\n!app/cache/keep.txt\nREADME.md\n")
    return folder


def names(folder: Path) -> set[str]:
    """The files below a folder."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_copies_what_is_in_a_folder_without_ignored_files(source: Path, tmp_path: Path) -> None:
    """The folder's content is copied, not the folder; the last matching pattern decides about a file."""
    read_context(source).copy(["app"], tmp_path / "target", into=False)

    assert names(tmp_path / "target") == {"main.py", "cache/keep.txt"}


def test_copies_a_file_under_another_name_or_into_a_folder(source: Path, tmp_path: Path) -> None:
    """A target that is no folder is the file's new name."""
    read_context(source).copy(["app/main.py"], tmp_path / "renamed.py", into=False)
    read_context(source).copy(["app/*.py"], tmp_path / "folder", into=True)

    assert (tmp_path / "renamed.py").read_text() == "app/main.py"
    assert names(tmp_path / "folder") == {"main.py"}


@pytest.mark.parametrize("missing", ["nowhere", "README.md"])
def test_says_what_is_missing_or_ignored(source: Path, tmp_path: Path, missing: str) -> None:
    """A source that matches nothing is an error that names it."""
    with pytest.raises(DockerError, match=missing):
        read_context(source).copy([missing], tmp_path, into=True)


def test_does_not_leave_the_context(source: Path, tmp_path: Path) -> None:
    """Nothing outside of the build context can be copied."""
    with pytest.raises(DockerError, match="outside"):
        read_context(source).copy(["../secret"], tmp_path, into=True)
