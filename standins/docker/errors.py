"""What the stand-in says when it cannot do as told."""


class DockerError(Exception):
    """One sentence for the person who typed the command."""
