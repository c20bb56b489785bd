"""The one way in which a build fails on purpose: with a sentence."""


class BuildError(Exception):
    """A build cannot go on; the text names the thing and the cure."""
