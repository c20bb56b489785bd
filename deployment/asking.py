"""Asking for the parameters, one by one, until each answer is one that CloudFormation takes."""

import io
import sys
import textwrap
from collections.abc import Iterable, Mapping

import click

from deployment.parameters import Parameter, Questions
from deployment.rules import broken

STACK = Parameter(
    "Stack",
    "Name of the stack; pipeline, environments and alarms are named after it",
    "slipway",
    r"^[A-Za-z](-?[A-Za-z0-9])*$(?<!.{30})",
    "must begin with a letter, have letters, digits and single hyphens, and at most 29 characters",
    (),
    None,
    None,
)
REGION = Parameter(
    "Region", "AWS region, like eu-central-1", None, r"^[a-z]{2}(-[a-z]+)+-\d$", "must be a region", (), None, None
)


class UnbufferedLines:
    """Standard input without reading ahead: what is piped in has answers for the programs that follow, too."""

    encoding = "utf-8"

    def readline(self, _size: int = -1) -> str:
        """Return the next line; empty at the end."""
        return io.FileIO(0, closefd=False).readline().decode()

    def isatty(self) -> bool:
        """Say that nobody types here."""
        return False


def prepare() -> None:
    """Leave to others what is not ours of a standard input that is no terminal."""
    if not sys.stdin.isatty():
        sys.stdin = UnbufferedLines()


def ask_for(parameter: Parameter, current: str | None = None) -> str:
    """Ask until an answer is valid; `current` is what Enter means, the template's default where there is none."""
    default = parameter.default if current is None else current
    choice = f". One of: {', '.join(parameter.values)}" if parameter.values else ""
    click.echo()
    click.echo(textwrap.fill(parameter.description + choice, 100))
    while True:
        answer = str(click.prompt(parameter.name, default=default, show_default=bool(default))).strip()
        if not (trouble := parameter.trouble(answer)):
            return answer
        click.secho(f"{parameter.name} {trouble}.", fg="red")


def ask_all(questions: Questions, current: Mapping[str, str]) -> dict[str, str]:
    """Ask what everybody has to know, and offer the rest by its groups; returns the answers and what stood before."""
    answers = dict(current)
    _ask(questions.first, answers)
    while label := _next_group(questions, answers):
        _ask(questions.groups[label], answers)
    return {one.name: answers[one.name] for one in questions if one.name in answers}


def _ask(parameters: Iterable[Parameter], answers: dict[str, str]) -> None:
    for parameter in parameters:
        answers[parameter.name] = ask_for(parameter, answers.get(parameter.name))


def _next_group(questions: Questions, answers: dict[str, str]) -> str:
    """Ask for a group until the answers fit together; empty if there is nothing more to ask."""
    while True:
        if label := _group(list(questions.groups)):
            return label
        complete = {one.name: one.default or "" for one in questions} | dict(answers)
        if not (troubles := list(broken(questions.rules, complete))):
            return ""
        for trouble in troubles:
            click.secho(trouble, fg="red")
        _ask(questions.first, answers)


def _group(labels: list[str]) -> str:
    click.echo("\nEverything else has a default:")
    for number, label in enumerate(labels, start=1):
        click.echo(f"  {number}  {label}")
    answer = click.prompt("The number of what you want to see, or Enter to go on", default="", show_default=False)
    return labels[int(answer) - 1] if answer.isdigit() and 0 < int(answer) <= len(labels) else ""
