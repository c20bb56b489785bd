"""References to variables: #{variables.NAME}, #{codepipeline.PipelineExecutionId} and #{Namespace.Key}."""

import re
from collections.abc import Iterator, Mapping

REFERENCE = re.compile(r"#\{([^}]*)\}")
PARTS = re.compile(r"([A-Za-z0-9@\-_]+)\.([A-Za-z0-9@\-_]+)")

type Namespaces = Mapping[str, Mapping[str, str]]


class UnresolvedVariable(Exception):
    """A reference names a variable that no action before has given a value."""


def references(text: str) -> Iterator[tuple[str, str]]:
    """Name each reference's namespace and key; ValueError for one that is malformed."""
    for reference in REFERENCE.findall(text):
        parts = PARTS.fullmatch(reference)
        if parts is None:
            raise ValueError(f"#{{{reference}}} is not a reference of the form #{{namespace.key}}")
        yield parts[1], parts[2]


def resolve(configuration: Mapping[str, str], namespaces: Namespaces) -> dict[str, str]:
    """Put values in place of the references in an action's configuration."""

    def value(match: re.Match[str]) -> str:
        namespace, _, key = match[1].partition(".")
        try:
            return namespaces[namespace][key]
        except KeyError as error:
            raise UnresolvedVariable(match[0]) from error

    return {key: REFERENCE.sub(value, text) for key, text in configuration.items()}
