"""What the source action takes from a folder."""

from __future__ import annotations

import io
import json
import subprocess
import zipfile
from pathlib import Path

from standins.aws.codepipeline.actions.source import (
    describe_commit,
    documented_variables,
    source_files,
    summary_of,
    undocumented_variables,
    zipped,
)

CONFIGURATION = {"ConnectionArn": "arn", "FullRepositoryId": "example/digits", "BranchName": "main"}


def test_a_repository_gives_its_files(tmp_path: Path) -> None:
    """Tracked and new files are taken, ignored ones are not."""
    _commit(tmp_path, {"app.py": "", ".gitignore": "*.log\n", "gone.py": ""})
    (tmp_path / "new.py").touch()
    (tmp_path / "run.log").touch()
    (tmp_path / "gone.py").unlink()
    assert _names(tmp_path) == {"app.py", ".gitignore", "new.py"}


def test_a_plain_folder_gives_its_files(tmp_path: Path) -> None:
    """Without git everything is taken but caches and builds."""
    for name in ("app.py", "sub/deep.py", ".venv/lib.py", ".aws-sam/build.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert _names(tmp_path) == {"app.py", "sub/deep.py"}


def test_programs_stay_executable(tmp_path: Path) -> None:
    """The zip keeps the executable bit."""
    program = tmp_path / "build.sh"
    program.touch(mode=0o755)
    packed = zipfile.ZipFile(io.BytesIO(zipped(tmp_path, [program])))
    assert packed.getinfo("build.sh").external_attr >> 16 & 0o111


def test_the_commit_is_described(tmp_path: Path) -> None:
    """The output variables are those that the action's reference lists, and no others."""
    _commit(tmp_path, {"app.py": ""})
    commit = describe_commit(tmp_path)
    assert commit
    variables = documented_variables(commit, CONFIGURATION)
    assert sorted(variables) == [
        "AuthorDate", "BranchName", "CommitId", "CommitMessage", "ConnectionArn", "FullRepositoryName",
    ]  # fmt: skip
    assert (len(variables["CommitId"]), variables["CommitMessage"]) == (40, "First\n\nIn full")


def test_what_is_undocumented_is_there_sometimes(tmp_path: Path) -> None:
    """The author's address is a variable that nobody can rely on."""
    _commit(tmp_path, {"app.py": ""})
    assert undocumented_variables(tmp_path, lambda: True)["AuthorEmail"] == "ada@example.com"
    assert undocumented_variables(tmp_path, lambda: False) == {}


def test_a_commit_s_summary_is_wrapped_as_connections_wrap_it() -> None:
    """However long its message is, it can be read, and claims no provider whose pages could be linked to."""
    told = json.loads(summary_of({"CommitMessage": "ä" * 5000}))
    assert (told["ProviderType"], set(told["CommitMessage"])) == ("GitHubEnterpriseServer", {"ä"})
    assert len(summary_of({"CommitMessage": "ä" * 5000})) <= 2048


def test_a_folder_without_commits_has_none(tmp_path: Path) -> None:
    """Where there is no commit, none is made up."""
    assert describe_commit(tmp_path) is None


def _names(folder: Path) -> set[str]:
    return {file.relative_to(folder).as_posix() for file in source_files(folder)}


def _commit(folder: Path, files: dict[str, str]) -> None:
    for name, content in files.items():
        (folder / name).write_text(content)
    author = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com")
    for command in (("init", "-q"), ("add", "."), (*author, "commit", "-qm", "First\n\nIn full")):
        subprocess.run(["git", "-C", str(folder), *command], check=True, timeout=30)
