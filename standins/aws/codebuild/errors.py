"""What ends a phase of a build."""


class PhaseError(Exception):
    """A phase failed; `code` is CodeBuild's, such as COMMAND_EXECUTION_ERROR."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message
