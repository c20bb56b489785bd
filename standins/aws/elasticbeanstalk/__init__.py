"""Elastic Beanstalk: environments whose instance is the service as a process on this machine."""


def register() -> None:
    """Answer for Elastic Beanstalk in the local AWS."""
    # Only the local AWS's own environment has MiniStack; the rest of this package is of use without it.
    from standins.aws.elasticbeanstalk import service

    service.register()
