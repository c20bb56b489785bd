"""YAML that strangers write, read as plain values that know their lines; no document takes much time or memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from slipway.smoke.suite.yaml_limits import DEEPEST, ValidationError, check_depth, decoded
from slipway.smoke.suite.yaml_values import FAILURES, Reader

type Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: the line that it is about, and a sentence."""

    line: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Document:
    """The value of a document, the line of each value by its path (`("requests", 0, "name")`), and what is wrong.

    The value is as in JSON: dates are texts, and empty fields are left out, but for those of the document itself.
    `unquoted` has what YAML reads otherwise than a person does, as it is written: `no`, 010, 12:30.
    """

    value: Any
    lines: dict[Path, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    unquoted: dict[Path, str] = field(default_factory=dict)

    def add(self, path: Path, sentence: str) -> None:
        """Note a problem with the value at a path."""
        self.problems.append(Problem(self.lines.get(path, 1), sentence))


def load(text: bytes) -> Document:
    """Return the document in a YAML text; one that cannot be read is empty, and the reason is its only problem."""
    import yaml

    try:
        return _read(decoded(text))
    except ValidationError as error:
        line, sentence = error.line, str(error)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        sentence = f"This is no valid YAML: {error.problem or error.context}."
    except (yaml.YAMLError, *FAILURES):
        line, sentence = 1, "The suite is no valid YAML: write it plainer."
    return Document({}, problems=[Problem(line, sentence)])


def _read(text: str) -> Document:
    """Return the document in a text, its mistakes noted in `problems`.

    Raises ValidationError where reading has to stop (too deep, a tag, a merge key), else yaml.YAMLError or one of
    FAILURES.
    """
    import yaml

    loader_class: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # in C, if there is a wheel of it
    check_depth(yaml.parse(text, loader_class))
    loader = loader_class(text)
    try:
        document = Document({})
        if node := loader.get_single_node():
            value = Reader(loader, document).value(node, (), DEEPEST, "")
            return Document(value, document.lines, document.problems, document.unquoted)
        return document
    finally:
        loader.dispose()
