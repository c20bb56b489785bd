"""How `make deploy` asks."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from click.testing import CliRunner

from deployment import asking, parameters
from tests.support.paths import ROOT

ANSWERS = ["arm64", "ada/digits", "main", "", "U0ADA=ada@example.com", "", ""]


def asked(lines: list[str], current: dict[str, str] | None = None) -> tuple[Any, str]:
    """What is returned for these lines, and what is shown."""
    returned: list[dict[str, str]] = []

    def ask() -> None:
        returned.append(asking.ask_all(parameters.read(), current or {}))

    with CliRunner().isolation(input="".join(f"{line}\n" for line in lines)) as shown:
        ask()
        return returned[0], shown[0].getvalue().decode()


def test_seven_answers_are_enough() -> None:
    """Everything else has a default, and is only listed."""
    answers, shown = asked([*ANSWERS, ""])
    assert answers["Architecture"] == "arm64"
    assert answers["Repository"] == "ada/digits"
    assert len(answers) == len(ANSWERS)
    assert "  1  " in shown


def test_an_answer_that_is_not_valid_is_asked_for_again() -> None:
    """With the reason."""
    answers, shown = asked(["arm", *ANSWERS, ""])
    assert answers["Architecture"] == "arm64"
    assert "Architecture must be x86_64 or arm64." in shown


def test_a_group_is_asked_when_its_number_is_given() -> None:
    """Until Enter goes on."""
    questions = parameters.read()
    number = list(questions.groups).index("Uploads") + 1
    group = questions.groups["Uploads"]
    answers, _ = asked([*ANSWERS, str(number), "30", *[""] * (len(group) - 1), ""])
    assert answers["SettleSeconds"] == "30"


def test_what_stands_is_kept() -> None:
    """Enter means the deployed value, and what is not asked for keeps its own."""
    before = {"Architecture": "arm64", "Repository": "ada/digits", "Approvers": "U0ADA=ada@example.com", "Old": "1"}
    answers, _ = asked([""] * 8, before | {"MaxUploadsPerHour": "7"})
    assert (answers["Repository"], answers["Architecture"], answers["MaxUploadsPerHour"]) == (
        "ada/digits",
        "arm64",
        "7",
    )
    assert "Old" not in answers


@pytest.mark.parametrize(
    ("name", "taken"), [("slipway", True), ("Ada-2", True), ("2nd", False), ("a--b", False), ("a" * 30, False)]
)
def test_a_stack_s_name_leaves_room_for_those_of_its_environments(name: str, taken: bool) -> None:
    """Beanstalk takes 40 characters, and `-production` has eleven."""
    assert (asking.STACK.trouble(name) == "") == taken


def test_answers_that_do_not_fit_together_are_asked_for_again() -> None:
    """By the template's rules, and in their words: CloudFormation would say it after the build."""
    nowhere = [ANSWERS[0], "", *ANSWERS[2:]]
    answers, shown = asked([*nowhere, "", *ANSWERS, ""])
    assert answers["Repository"] == "ada/digits"
    assert "Repository is needed, unless ExistingPipeline names" in shown


def test_what_is_piped_in_is_left_to_the_programs_that_follow() -> None:
    """`sam deploy` asks as well: reading ahead would answer it with nothing."""
    program = "from deployment import asking; asking.prepare(); import click, subprocess\n"
    program += "print(click.prompt('Name')); subprocess.run(['cat'])"
    done = subprocess.run(
        [sys.executable, "-c", program], input="ours\ny\n", text=True, capture_output=True, cwd=ROOT, check=True
    )
    assert done.stdout.splitlines()[-1] == "y"
