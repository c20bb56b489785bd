"""The values of a suite's YAML, as JSON has them, each with its line."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from slipway.smoke.suite.yaml_limits import VALUES, ValidationError

if TYPE_CHECKING:
    from yaml import MappingNode, Node, SafeLoader

    from slipway.smoke.suite.yaml_document import Document, Path

# Scalars that YAML 1.1 reads as booleans, as octal numbers, or as minutes and seconds.
_UNLIKE = re.compile(r"(?i:y|n|yes|no|on|off)|[-+]?0[0-9_]+|[-+]?[0-9_]+(:[0-9]+)+(\.[0-9]*)?")
_BITS = 1024  # of an integer: Python refuses to write longer ones
# Below these a null is a value, and everywhere else it is as good as nothing.
_CONTENTS = ("json", "schema", "equals", "one_of")
# What is sent or compared as text stays as it was written: 1.10, on, 01234.
_TEXTS, _BLOCKS_OF_TEXTS = ("raw", "text"), ("query", "headers", "form")
# PyYAML's own errors are ValueErrors' cousins at best: numbers without digits, tags that do not fit, endless nesting.
FAILURES = (ValueError, TypeError, AttributeError, LookupError, RecursionError, ArithmeticError)


class Reader:
    """The values of one document while they are read."""

    def __init__(self, loader: SafeLoader, document: Document) -> None:
        self._loader, self._document, self._left = loader, document, VALUES

    def value(self, node: Node, path: Path, depth: int, kind: str) -> Any:
        """Return the value of a node, which may nest `depth` more levels; `kind` is `content`, `text` or neither."""
        import yaml

        self._left -= 1
        if not depth or not self._left:
            raise _error_at(node, "The suite nests too deep, or repeats itself by aliases too often: write it plainer.")
        self._document.lines[path] = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            return dict(self._members(node, path, depth - 1, kind))
        if isinstance(node, yaml.SequenceNode):
            kind = kind if kind == "content" else ""
            return [self.value(each, (*path, index), depth - 1, kind) for index, each in enumerate(node.value)]
        return node.value if kind == "text" else self._scalar(node, path)

    def _members(self, node: MappingNode, path: Path, depth: int, kind: str) -> Iterator[tuple[str, Any]]:
        """Yield the names and values of a mapping, empty ones left out; notes names that are there twice."""
        seen = set[str]()
        for key, member in node.value:
            name = self._key(key)
            if name in seen:
                self._document.add((*path, name), f"`{name}` is there twice: remove one.")
            seen.add(name)
            below = "content" if kind == "content" else _kind_of(name, member, path)
            value = self.value(member, (*path, name), depth, below)
            if value is not None or below == "content" or not path:
                yield name, value

    def _key(self, node: Node) -> str:
        """Return the name that a key is; raises ValidationError for anything but a plain word."""
        # Merge keys can make a document of a few lines endless.
        if not isinstance(node.value, str) or node.tag == "tag:yaml.org,2002:merge":
            raise _error_at(node, "A key must be a plain word, and neither `<<` nor a list: write it out.")
        return node.value

    def _scalar(self, node: Node, path: Path) -> object:
        """Return the value of a scalar as JSON has it; one that JSON does not know is noted and stays text."""
        kind = node.tag.removeprefix("tag:yaml.org,2002:")
        if kind in ("str", "timestamp"):  # JSON knows no dates
            return node.value
        if kind not in ("null", "bool", "int", "float"):
            raise _error_at(node, "Tags cannot be used here: write a plain value.")
        try:
            value = self._loader.construct_object(node)
        except FAILURES:
            raise _error_at(node, "This is no number that can be used: put quotes around it.") from None
        if not getattr(node, "style", None) and _UNLIKE.fullmatch(node.value):
            self._document.unquoted[path] = node.value
        if _is_json(value):
            return value
        name = path[-1] if path else "suite"
        self._document.add(path, f"`{name}` has a number that JSON does not know: put quotes around it.")
        return node.value


def _is_json(value: object) -> bool:
    """Return whether a number is one that JSON can hold."""
    if isinstance(value, float):
        return math.isfinite(value)
    return not isinstance(value, int) or value.bit_length() <= _BITS


def _kind_of(name: str, node: Node, path: Path) -> str:
    """Return how a member is read: `content` keeps empty fields, `text` keeps what is written; empty for neither."""
    import yaml

    if name in _CONTENTS:
        return "content"
    is_scalar = isinstance(node, yaml.ScalarNode)
    inside = bool(path) and path[-1] in _BLOCKS_OF_TEXTS
    return "text" if is_scalar and (inside or name in _TEXTS) else ""


def _error_at(node: Node, sentence: str) -> ValidationError:
    """Return an error about a node, with its line."""
    return ValidationError(sentence, node.start_mark.line + 1)
