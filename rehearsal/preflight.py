"""What a rehearsal needs before it starts anything."""

from rehearsal.errors import RehearsalError
from rehearsal.workspace import Workspace


def require_tools(workspace: Workspace) -> None:
    """Fail unless the programs that a rehearsal starts are installed."""
    for program in (workspace.tools / "sam", workspace.tools / "aws", workspace.cloud_python):
        if not program.exists():
            raise RehearsalError(f"{workspace.shown(program)} is missing; make rehearse installs it.")
