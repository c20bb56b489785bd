"""What a person may choose."""

import pytest

from rehearsal.errors import RehearsalError
from rehearsal.options import Options
from rehearsal.ports import Ports


def test_without_any_variable_a_person_at_a_terminal_is_asked() -> None:
    """The first approval is left to whoever sits at the terminal."""
    assert Options.chosen({}, terminal=True) == Options(Ports(4566), ask=True, keep=False)


@pytest.mark.parametrize(("environ", "terminal"), [({}, False), ({"ANSWER": "approve"}, True)])
def test_nobody_is_asked_who_is_not_there_or_has_answered(environ: dict[str, str], terminal: bool) -> None:
    """Without a terminal, or with ANSWER=approve, every approval is pressed by the rehearsal."""
    assert not Options.chosen(environ, terminal=terminal).ask


def test_an_unknown_answer_is_an_error_that_names_the_known_one() -> None:
    """A typing error in ANSWER never decides anything."""
    with pytest.raises(RehearsalError, match="ANSWER=reject is unknown; set ANSWER=approve"):
        Options.chosen({"ANSWER": "reject"}, terminal=False)


@pytest.mark.parametrize("port", ["x", "80", "65533", "-1", "5000.0"])
def test_a_port_that_cannot_be_used_is_an_error_that_names_the_range(port: str) -> None:
    """PORT is the first of four ports that a person may listen on."""
    with pytest.raises(RehearsalError, match=f"PORT={port} is no port; choose a number from 1024 to 65532"):
        Options.chosen({"PORT": port}, terminal=False)


@pytest.mark.parametrize(("keep", "kept"), [("1", True), ("yes", True), ("0", False), ("", False)])
def test_keep_is_on_unless_it_is_empty_or_zero(keep: str, kept: bool) -> None:
    """KEEP=1 leaves everything up."""
    assert Options.chosen({"KEEP": keep}, terminal=False).keep is kept


@pytest.mark.parametrize("story", ["", "attach"])
def test_a_story_may_be_chosen(story: str) -> None:
    """The pipeline that we bring, or one that is there already."""
    assert Options.chosen({"STORY": story}, terminal=False).story == story


def test_an_unknown_story_is_an_error_that_names_the_known_one() -> None:
    """A typing error in STORY plays nothing."""
    with pytest.raises(RehearsalError, match="STORY=atach is unknown; set STORY=attach"):
        Options.chosen({"STORY": "atach"}, terminal=False)
