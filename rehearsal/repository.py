"""The repository of the existing pipeline: its API's code, where the connection of the local AWS finds it."""

import shutil
from pathlib import Path

from rehearsal.setup import Setup

COMMITTER = ("-c", "user.name=Linus", "-c", "user.email=linus@example.com", "-c", "commit.gpgsign=false")


def make_repository(setup: Setup, application: Path) -> Path:
    """Put the API's code where the pipeline's connection finds it, as a repository of its own."""
    repository = setup.workspace.run / "repository"
    shutil.copytree(application, repository)
    setup.run("git init", ["git", "init", "--quiet", "--initial-branch=master", repository], "repository")
    commit(setup, "Read digits")
    return repository


def commit(setup: Setup, message: str) -> None:
    """Commit whatever was changed in the repository."""
    git: list[str | Path] = ["git", "-C", setup.workspace.run / "repository", *COMMITTER]
    setup.run("git add", [*git, "add", "--all"], "repository")
    setup.run("git commit", [*git, "commit", "--quiet", "--allow-empty", "--message", message], "repository")
