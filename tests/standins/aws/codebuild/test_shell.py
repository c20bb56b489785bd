"""The one shell of a build."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from standins.aws.codebuild.shell import Shell
from standins.aws.codebuild.workspace import Workspace
from standins.folders import Folders


@pytest.fixture
def lines() -> list[str]:
    """What the commands print."""
    return []


@pytest.fixture
def shell(tmp_path: Path, lines: list[str]) -> Iterator[Shell]:
    """A shell in an empty source folder."""
    space = Workspace.create(Folders(tmp_path, tmp_path / "cache"), "build")
    with Shell(space, {"PATH": os.environ["PATH"]}, lines.append) as started:
        yield started


def test_variables_and_the_folder_survive_from_command_to_command(shell: Shell, lines: list[str]) -> None:
    """All commands of a build share one shell, exported or not."""
    statuses = [shell.run(command) for command in ("A=1", "mkdir sub; cd sub", 'echo "$A in ${PWD##*/}"')]

    assert (statuses, lines) == ([0, 0, 0], ["1 in sub"])


def test_tells_the_exit_status(shell: Shell) -> None:
    """A command's status is that of the last thing it does, as in a pipeline of several lines."""
    assert [shell.run("false\ntrue"), shell.run("true\nfalse"), shell.run("no-such-command")] == [0, 1, 127]


def test_keeps_output_without_an_end_of_line_apart(shell: Shell, lines: list[str]) -> None:
    """What a command prints without an end of line is a line, and both streams are in order."""
    shell.run("printf first; echo second >&2")
    shell.run("printf third")

    assert lines == ["firstsecond", "third"]


def test_a_command_may_end_the_shell(shell: Shell) -> None:
    """After `exit` nothing more runs, and the status stays."""
    assert [shell.run("exit 3"), shell.run("echo on")] == [3, 3]


def test_commands_cannot_read_what_is_to_run_next(shell: Shell, lines: list[str]) -> None:
    """A command that reads its standard input finds it empty."""
    shell.run("cat")
    shell.run("echo next")

    assert lines == ["next"]


def test_reads_variables_with_several_lines(shell: Shell) -> None:
    """Exported values come back as they are; one that is not set is empty."""
    shell.run("A=$'one\\ntwo'")

    assert shell.values(("A", "B")) == {"A": "one\ntwo", "B": ""}
