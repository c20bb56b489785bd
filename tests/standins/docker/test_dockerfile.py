"""The Dockerfile as the stand-in reads it."""

import pytest

from standins.docker.dockerfile import expand, parse
from standins.docker.errors import DockerError


def test_reads_instructions_over_several_lines_and_without_comments() -> None:
    """A backslash continues an instruction, and a comment between its lines does not end it."""
    _, run = parse("FROM python\n\nRUN pip install \\\n  # quietly\n  -r requirements.txt\n")

    assert (run.line, run.word, run.rest) == (3, "RUN", "pip install -r requirements.txt")


def test_separates_flags_from_arguments() -> None:
    """Flags such as --link are kept apart from what is copied."""
    _, copy = parse("FROM python\nCOPY --link --chown=1 a b\n")

    assert (copy.flags, copy.words()) == (("--link", "--chown=1"), ["a", "b"])


def test_names_an_instruction_it_does_not_know() -> None:
    """An unknown instruction is refused with its line and its word."""
    with pytest.raises(DockerError, match="line 2, VOLUME"):
        parse('FROM python\nVOLUME ["/x"]\n')


def test_refuses_a_second_stage() -> None:
    """Several stages are more than the stand-in can do."""
    with pytest.raises(DockerError, match="one stage"):
        parse("FROM a AS build\nFROM b\n")


def test_a_command_in_shell_form_is_a_line_for_the_shell() -> None:
    """As Docker runs it; without any word there is nothing to run."""
    _, command, nothing = parse("FROM python\nCMD python -m app\nCMD\n")

    assert command.command() == ["/bin/sh", "-c", "python -m app"]
    with pytest.raises(DockerError, match="name a command"):
        nothing.command()


@pytest.mark.parametrize(
    ("text", "pairs"),
    [("A=1 B='2 3'", {"A": "1", "B": "2 3"}), ("A 1 2", {"A": "1 2"})],
)
def test_reads_both_forms_of_pairs(text: str, pairs: dict[str, str]) -> None:
    """ENV accepts NAME=value pairs, and the old form with one name."""
    _, env = parse(f"FROM python\nENV {text}\n")

    assert env.pairs() == pairs


def test_expands_variables_with_defaults() -> None:
    """$NAME, ${NAME} and ${NAME:-default} are replaced; an unknown name is empty."""
    assert expand("$A/${B}/${C:-c}/$D.", {"A": "a", "B": "b"}) == "a/b/c/."
