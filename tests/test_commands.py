"""The commands that the documentation shows exist, with the options and values that it gives them."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import click
import pytest
from cfnlint.decode import cfn_yaml

from bench.__main__ import SECTIONS
from deployment import leftovers
from slipway.cli.__main__ import slipway
from tests.support.documented import PAGES, commands, words
from tests.support.paths import ROOT

MAKEFILE = (ROOT / "Makefile").read_text()
TARGETS = set(re.findall(r"^([a-z_ ]+):", MAKEFILE, re.MULTILINE))
OF_REHEARSE = {"STORY", "EXISTING", "SHORT", "ANSWER", "KEEP", "PORT"}
# What no stack has as an output: the documentation says where it comes from.
VALUES = {
    "STACK": "slipway",
    "NAME": "slipway-alarm",
    "LABEL": "birds-r1",
    "URL_OF_FAILURES": "https://sqs.eu-central-1.amazonaws.com/123456789012/slipway-Failures-1",
    "UPLOADS_ARN": "arn:aws:sqs:eu-central-1:123456789012:slipway-Uploads-1",
    "UPLOADS_FAILED_ARN": "arn:aws:sqs:eu-central-1:123456789012:slipway-UploadsFailed-1",
}
ELSEWHERE = ("aws s3 cp", "aws --endpoint-url")  # high-level commands, which the rehearsals type


def _shown(program: str) -> list[tuple[str, str]]:
    return [(page.name, command) for page in PAGES for command in commands(page, program)]


AWS = [shown for shown in _shown("aws") if not shown[1].startswith(ELSEWHERE)]


def _outputs() -> dict[str, str]:
    """Name a value for each output of the stack, by the name that the documentation has for it."""
    names = cfn_yaml.load(str(ROOT / "template.yaml"))["Outputs"]
    topic = "arn:aws:sns:eu-central-1:123456789012:topic"
    return {
        re.sub(r"(?<!^)([A-Z])", r"_\1", name).upper(): topic if "Topic" in name else "made-by-the-stack"
        for name in names
    }


@pytest.fixture(scope="module")
def cli() -> Iterator[Any]:
    """The AWS CLI; every call is answered with nothing before it is sent."""
    with patch.dict(os.environ):  # it sets AWS_DATA_PATH, which boto3 would read in other tests
        from awscli.clidriver import create_clidriver

        driver: Any = create_clidriver()
        driver.session.register("before-call", lambda **_: (SimpleNamespace(status_code=200), {}))
        yield driver


@pytest.mark.parametrize(("page", "command"), AWS)
def test_aws_takes_the_command(
    page: str, command: str, cli: Any, aws_environment: None, capfd: pytest.CaptureFixture[str]
) -> None:
    """It checks the parameters by the service's model."""
    given = words(command, VALUES | _outputs())
    assert cli.main(given[1:]) == 0, capfd.readouterr().err
    assert not [word for word in given if re.search(r"\b[A-Z]{2,}_[A-Z]+\b", word)], (
        f"{page} says nowhere what a name in capitals is"
    )


def test_commands_are_found() -> None:
    """An extraction that finds nothing would pass everything."""
    assert len([page for page, _ in AWS if page == "operations.md"]) > 12


@pytest.mark.parametrize(("page", "command"), _shown("make"))
def test_make_has_the_target(page: str, command: str) -> None:
    """And reads the variables; `make bench` has the section."""
    target, *rest = words(command, {})[1:]
    assert any(target in names.split() for names in TARGETS)
    known = OF_REHEARSE if target == "rehearse" else {"ARGS"} if "$(ARGS)" in _recipe(target) else set()
    for word in rest:
        name, equals, _ = word.partition("=")
        assert name in known if equals else target == "bench" and name in SECTIONS


def _recipe(target: str) -> str:
    return MAKEFILE.partition(f"\n{target}:")[2].partition("\n\n")[0]


def test_make_help_tells_every_target() -> None:
    """But for the sections of the bench, which are told with it."""
    told = subprocess.run(
        ["make", "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    phony = re.search(r"^\.PHONY: (.+)$", MAKEFILE, re.MULTILINE)
    assert phony
    listed = [line.split()[1] for line in told.splitlines()]
    assert set(listed) == set(phony[1].split()) - SECTIONS.keys()
    assert len(listed) == len(set(listed))


def test_make_takes_every_section_of_the_bench() -> None:
    """As a word behind `make bench`, which make would take for a target of its own."""
    for section in SECTIONS:
        dry = subprocess.run(
            ["make", "--no-print-directory", "-n", section], cwd=ROOT, capture_output=True, text=True, check=True
        )
        assert "python" not in dry.stdout


@pytest.mark.parametrize(("page", "command"), _shown("slipway"))
def test_slipway_has_the_command_and_its_options(page: str, command: str) -> None:
    """By the names that `slipway --help` lists."""
    name, *rest = words(command, {})[1:]
    found = slipway.get_command(click.Context(slipway), name)
    assert found
    assert _options(rest) <= _known(found)


@pytest.mark.parametrize(("page", "command"), [shown for shown in _shown("make") if "ARGS=" in shown[1]])
def test_what_make_passes_on_has_the_options(page: str, command: str) -> None:
    """Of the command that the target runs; pytest's own are pytest's."""
    target, *rest = words(command, {})[1:]
    programs = {"doctor": slipway.commands["doctor"], "leftovers": leftovers.main}
    given = next(word.partition("=")[2] for word in rest if word.startswith("ARGS="))
    assert target == "test" or _options(given.split()) <= _known(programs[target])


def _options(given: list[str]) -> set[str]:
    return {word.partition("=")[0] for word in given if word.startswith("--")}


def _known(command: click.Command) -> set[str]:
    return {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}


@pytest.mark.parametrize(("page", "command"), _shown("sam"))
def test_sam_is_given_parameters_of_the_template(page: str, command: str) -> None:
    """None that was renamed."""
    parameters = cfn_yaml.load(str(ROOT / "template.yaml"))["Parameters"]
    given = [word.partition("=")[0] for word in words(command, {}) if re.match(r"[A-Z]\w+=", word)]
    assert set(given) <= set(parameters)


def test_every_page_is_looked_through() -> None:
    """Those below docs/, and the two beside them that show commands."""
    assert {Path("README.md"), Path("docs/operations.md")} <= {page.relative_to(ROOT) for page in PAGES}
