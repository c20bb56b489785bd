"""The zip files of a build."""

import zipfile
from pathlib import Path

import pytest

from standins.aws.codebuild.archives import pack, unpack
from standins.aws.codebuild.buildspec import Artifact
from standins.aws.codebuild.errors import PhaseError


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Two files, one below a folder."""
    folder = tmp_path / "source"
    (folder / "out" / "deep").mkdir(parents=True)
    (folder / "out" / "run.sh").write_text("#!/bin/sh\n")
    (folder / "out" / "run.sh").chmod(0o755)
    (folder / "out" / "deep" / "data").write_text("data")
    return folder


@pytest.mark.parametrize(
    ("artifact", "names"),
    [
        (Artifact(("**/*",), "out"), ["deep/data", "run.sh"]),
        (Artifact(("**/*",), "out", flat=True), ["data", "run.sh"]),
        (Artifact(("out/run.sh",)), ["out/run.sh"]),
    ],
)
def test_packs_the_files_named_below_the_base(
    source: Path, tmp_path: Path, artifact: Artifact, names: list[str]
) -> None:
    """Paths are relative to the base folder, or dropped."""
    pack(tmp_path / "a.zip", artifact, source)

    assert sorted(zipfile.ZipFile(tmp_path / "a.zip").namelist()) == names


def test_an_artifact_without_files_is_an_error(source: Path, tmp_path: Path) -> None:
    """A build that forgot its artifact must not succeed."""
    with pytest.raises(PhaseError, match="no matching artifact paths found"):
        pack(tmp_path / "a.zip", Artifact(("nothing*",)), source)


def test_programs_stay_programs(source: Path, tmp_path: Path) -> None:
    """Permissions survive the way through a zip."""
    pack(tmp_path / "a.zip", Artifact(("**/*",), "out"), source)
    unpack(tmp_path / "a.zip", tmp_path / "target")

    assert (tmp_path / "target" / "run.sh").stat().st_mode & 0o777 == 0o755
