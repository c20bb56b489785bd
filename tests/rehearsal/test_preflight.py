"""What a rehearsal needs before it starts anything."""

from pathlib import Path

import pytest

from rehearsal.errors import RehearsalError
from rehearsal.preflight import require_tools
from rehearsal.workspace import Workspace

PROGRAMS = [".venv/bin/sam", ".venv/bin/aws", ".cache/cloud/bin/python"]


@pytest.mark.parametrize("missing", PROGRAMS)
def test_a_missing_program_is_named_with_the_cure(tmp_path: Path, missing: str) -> None:
    """Whoever starts the module without make learns what make does."""
    for program in PROGRAMS:
        if program != missing:
            (tmp_path / program).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / program).touch()
    with pytest.raises(RehearsalError, match=f"{missing} is missing; make rehearse installs it"):
        require_tools(Workspace(tmp_path))
