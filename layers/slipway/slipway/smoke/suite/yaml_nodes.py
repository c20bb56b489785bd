"""YAML that strangers write, as values that know their lines; no document takes much time or memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from yaml import MappingNode, Node, SafeLoader

LIMIT = 256 * 1024  # bytes: a suite of the service and one of a candidate, merged
_VALUES = 50_000
_DEEPEST = 50
_ROOT = "suite"
# PyYAML's own errors are ValueErrors' cousins at best: numbers without digits, tags that do not fit, endless nesting.
_FAILURES = (ValueError, TypeError, AttributeError, LookupError, RecursionError, ArithmeticError)


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: the line that it is about, and a sentence."""

    line: int
    sentence: str


class Wrong(Exception):
    """A value that cannot be used; the text is the sentence that says why."""

    line = 1


@dataclass(frozen=True, slots=True)
class Item:
    """A value with its key and its line; `text` is a scalar as it was written.

    `members` are those of a mapping, `elements` those of a list; `notes` gathers the problems of the whole document.
    """

    name: str
    line: int
    value: Any = None
    text: str = ""
    members: dict[str, Item] | None = None
    elements: tuple[Item, ...] | None = None
    notes: list[Problem] = field(default_factory=list, repr=False, compare=False)

    def note(self, sentence: str) -> None:
        """Write down what is wrong with it."""
        self.notes.append(Problem(self.line, sentence))


def load(text: bytes) -> Item:
    """Read a document; of one that is unreadable, the item is empty and has the reason as its only note."""
    import yaml

    try:
        return _tree(_decoded(text))
    except Wrong as wrong:
        line, sentence = wrong.line, str(wrong)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        sentence = f"This is no valid YAML: {error.problem or error.context}."
    except (yaml.YAMLError, *_FAILURES):
        line, sentence = 1, "The suite is no valid YAML: write it plainer."
    return Item(_ROOT, line, {}, members={}, notes=[Problem(line, sentence)])


def _decoded(text: bytes) -> str:
    if len(text) > LIMIT:
        raise Wrong(f"The suite is larger than {LIMIT:,} bytes: shorten it.")
    # PyYAML takes seconds for deep ones before it gives up. Brackets in texts count, too: roughly will do.
    if max(accumulate((byte in b"[{") - (byte in b"]}") for byte in text), default=0) > _DEEPEST:
        raise Wrong(f"The suite nests more than {_DEEPEST} brackets: write it plainer.")
    try:
        return text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Wrong("The suite is not UTF-8 text: save it as UTF-8.") from error


def _tree(text: str) -> Item:
    import yaml

    loader = yaml.SafeLoader(text)
    try:
        node = loader.get_single_node()
        return _Tree(loader).item(node, _ROOT, _DEEPEST) if node else Item(_ROOT, 1, {}, members={})
    finally:
        loader.dispose()


class _Tree:
    """The items of one document while they are made."""

    def __init__(self, loader: SafeLoader) -> None:
        self._loader, self._notes, self._left = loader, list[Problem](), _VALUES

    def item(self, node: Node, name: str, depth: int) -> Item:
        """Make the item of a node, which may hold so many levels more."""
        import yaml

        self._left -= 1
        if not depth or not self._left:
            raise Wrong("The suite nests too deep, or repeats itself by aliases too often: write it plainer.")
        line = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            members = dict(self._members(node, depth - 1))
            value = {key: each.value for key, each in members.items()}
            return Item(name, line, value, members=members, notes=self._notes)
        if isinstance(node, yaml.SequenceNode):
            elements = tuple(self.item(each, name, depth - 1) for each in node.value)
            return Item(name, line, [each.value for each in elements], elements=elements, notes=self._notes)
        return Item(name, line, self._scalar(node), node.value, notes=self._notes)

    def _members(self, node: MappingNode, depth: int) -> Iterator[tuple[str, Item]]:
        seen = Counter[str]()
        for key, value in node.value:
            name = self._key(key)
            seen[name] += 1
            if seen[name] == 2:
                self._notes.append(Problem(key.start_mark.line + 1, f"`{name}` is there twice: remove one."))
            yield name, self.item(value, name, depth)

    def _key(self, node: Node) -> str:
        # Merge keys can make a document of a few lines endless.
        if not isinstance(node.value, str) or node.tag == "tag:yaml.org,2002:merge":
            raise _at(node, "A key must be a plain word, and neither `<<` nor a list: write it out.")
        return node.value

    def _scalar(self, node: Node) -> object:
        kind = node.tag.removeprefix("tag:yaml.org,2002:")
        if kind in ("str", "timestamp"):  # JSON knows no dates
            return node.value
        if kind not in ("null", "bool", "int", "float"):
            raise _at(node, "Tags cannot be used here: write a plain value.")
        try:
            return self._loader.construct_object(node)
        except _FAILURES:
            raise _at(node, "This is no number that can be used: put quotes around it.") from None


def _at(node: Node, sentence: str) -> Wrong:
    wrong = Wrong(sentence)
    wrong.line = node.start_mark.line + 1
    return wrong
