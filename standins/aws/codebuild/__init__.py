"""CodeBuild: MiniStack's projects, and builds that run buildspecs on this machine."""


def register() -> None:
    """Answer for CodeBuild in the local AWS."""
    # Only the local AWS's own environment has MiniStack; the rest of this package is of use without it.
    from standins.aws.codebuild import service

    service.register()
