"""The command that starts the stand-ins."""

import subprocess
import sys
from pathlib import Path

import pytest

from standins.__main__ import COMMANDS
from standins.aws.__main__ import settings
from tests.support.paths import ROOT


@pytest.mark.parametrize(("argument", "code"), [("--help", 0), ("moon", 2)])
def test_it_lists_what_can_be_started(argument: str, code: int) -> None:
    """Asked for help, and where a name is none of them."""
    command = [sys.executable, "-m", "standins", argument]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == code
    assert all(name in done.stdout + done.stderr for name in COMMANDS)


def test_without_options_it_is_a_local_aws_of_the_working_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """IAM is enforced, nothing listens beyond this machine, and what a run leaves lies in one folder."""
    monkeypatch.chdir(tmp_path)
    told = settings([])
    assert (told["GATEWAY_PORT"], told["AUTH"], told["BIND_HOST"]) == ("4566", "true", "127.0.0.1")
    assert told["STANDINS_RUN"] == f"{tmp_path}/.local-aws"
    assert told["STANDINS_SOURCE"] == str(tmp_path)


def test_iam_can_be_switched_off() -> None:
    """For a first try with a template whose roles are not written yet."""
    assert settings(["--no-iam"])["AUTH"] == "false"
