"""YAML that people write, read so that no document takes much time or memory."""

from __future__ import annotations

from collections import Counter
from itertools import accumulate
from typing import Any

from slipway.errors import Refused
from slipway.models.text import cited, listed, reason, shown

LIMIT = 64 * 1024
_VALUES = 20_000
_DEEPEST = 100
_TYPES = (dict, list, tuple, set)
# PyYAML's own errors are ValueErrors' cousins at best: impossible dates, numbers without digits, keys that are lists.
_FAILURES = (ValueError, TypeError, AttributeError, LookupError, RecursionError, ArithmeticError)


def load(name: str, text: bytes) -> Any:
    """Return the content of a YAML document, or raise Refused with the sentence that says what is wrong with it."""
    import yaml

    if len(text) > LIMIT:
        raise Refused(f"{cited(name)} is larger than {LIMIT:,} bytes: shorten it and upload it again.")
    if _depth(text) > _DEEPEST:
        raise Refused(f"{cited(name)} nests more than {_DEEPEST} brackets: write it plainer.")
    try:
        content = _plain_loader(name)(text.decode("utf-8-sig")).get_single_data()
    except UnicodeDecodeError as error:
        raise Refused(f"{cited(name)} is not UTF-8 text: save it as UTF-8 and upload it again.") from error
    except (yaml.YAMLError, *_FAILURES) as error:
        raise Refused(f"{cited(name)} is no valid YAML ({_error_text(error)}): mend it and upload it again.") from error
    if _is_endless(content):
        raise Refused(f"{cited(name)} repeats itself by aliases too often: write it without them.")
    return content


def _plain_loader(name: str) -> Any:
    """Return a loader that raises Refused for what is endless, is no text, or means something else to other readers."""
    import yaml

    class Plain(yaml.SafeLoader):
        """Without merge keys, keys that are there twice, and half characters."""

        def flatten_mapping(self, node: yaml.MappingNode) -> None:
            """Raise Refused for the merge key `<<`, by which a short document can become endless, and a key twice."""
            if any(key.tag == "tag:yaml.org,2002:merge" for key, _ in node.value):
                raise Refused(f"{cited(name)} uses the key `<<`: write out what it stands for and upload it again.")
            keys = Counter(key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode))
            if twice := [key for key, times in keys.items() if times > 1]:
                raise Refused(f"{cited(name)} has {listed(twice)} twice in one block: remove one and upload it again.")

        def construct_scalar(self, node: Any) -> Any:
            """Return a scalar; raises Refused for half a character, which nothing could store."""
            value = super().construct_scalar(node)
            if any("\ud800" <= letter <= "\udfff" for letter in value):
                where = f"{cited(name)} has half a character ({shown(value)})"
                raise Refused(f"{where}: write it out and upload it again.")
            return value

    return Plain


def _depth(text: bytes) -> int:
    """Return roughly how deep a document is nested, by its brackets: PyYAML takes seconds for deep ones."""
    return max(accumulate((byte in b"[{") - (byte in b"]}") for byte in text), default=0)


def _error_text(error: Exception) -> str:
    """Return PyYAML's description of an error and its line, without the excerpt."""
    problem, mark = getattr(error, "problem", None), getattr(error, "problem_mark", None)
    return f"line {mark.line + 1}: {reason(ValueError(problem))}" if problem and mark else reason(error)


def _is_endless(content: object) -> bool:
    """Return whether a document is far larger than its text, as aliases make it, or contains itself."""
    left, count = [content], 0
    while left and count < _VALUES:
        value = left.pop()
        count += 1
        if isinstance(value, dict):
            left += [*value.keys(), *value.values()][:_VALUES]
        elif isinstance(value, _TYPES):
            left += list(value)[:_VALUES]
    return bool(left)
