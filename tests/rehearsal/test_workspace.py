"""The folders of a run."""

from pathlib import Path

import pytest

from rehearsal.errors import RehearsalError
from rehearsal.workspace import Workspace


def test_the_folder_of_the_last_run_is_emptied(tmp_path: Path) -> None:
    """A rehearsal deletes what the one before it left."""
    workspace = Workspace(tmp_path)
    workspace.renew()
    (workspace.run / "summary.json").touch()
    workspace.renew()
    assert sorted(path.name for path in workspace.run.iterdir()) == [".gitignore", "logs"]


def test_a_folder_that_no_rehearsal_made_is_left_alone(tmp_path: Path) -> None:
    """Somebody else's .rehearsal is never deleted."""
    treasure = tmp_path / ".rehearsal" / "treasure"
    treasure.parent.mkdir()
    treasure.touch()
    with pytest.raises(RehearsalError, match="was not made by a rehearsal; move it away"):
        Workspace(tmp_path).renew()
    assert treasure.exists()


def test_a_link_is_never_followed(tmp_path: Path) -> None:
    """A .rehearsal that links elsewhere is left alone, even if a rehearsal made what it links to."""
    elsewhere = Workspace(tmp_path / "elsewhere")
    elsewhere.renew()
    (tmp_path / ".rehearsal").symlink_to(elsewhere.run)
    with pytest.raises(RehearsalError, match="was not made by a rehearsal"):
        Workspace(tmp_path).renew()
    assert elsewhere.run.exists()


def test_a_repository_holds_one_rehearsal_at_a_time(tmp_path: Path) -> None:
    """A second rehearsal would delete the logs of the first one under its feet."""
    Workspace(tmp_path).claim()
    with pytest.raises(RehearsalError, match="Another rehearsal is running"):
        Workspace(tmp_path).claim()
