"""YAML that people write, read so that no document takes much time or memory."""

from __future__ import annotations

from typing import Any

from slipway.errors import Refused
from slipway.preflight.wording import reason, shown

LIMIT = 64 * 1024
_VALUES = 20_000
_TYPES = (dict, list, tuple, set)
# PyYAML's own errors are ValueErrors' cousins at best: impossible dates, numbers without digits, keys that are lists.
_FAILURES = (ValueError, TypeError, AttributeError, LookupError, RecursionError, ArithmeticError)


def load(name: str, text: bytes) -> Any:
    """Read a YAML document, or raise Refused with the sentence that says what is wrong with it."""
    import yaml

    if len(text) > LIMIT:
        raise Refused(f"{shown(name)} is larger than {LIMIT:,} bytes: shorten it and upload it again.")
    try:
        content = yaml.safe_load(text.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise Refused(f"{shown(name)} is not UTF-8 text: save it as UTF-8 and upload it again.") from error
    except (yaml.YAMLError, *_FAILURES) as error:
        raise Refused(f"{shown(name)} is no valid YAML ({reason(error)}): mend it and upload it again.") from error
    if _endless(content):
        raise Refused(f"{shown(name)} repeats itself by aliases too often: write it without them.")
    return content


def _endless(content: object) -> bool:
    """Tell whether a document is far larger than its text, as aliases make it, or contains itself."""
    left, count = [content], 0
    while left and count < _VALUES:
        value = left.pop()
        count += 1
        if isinstance(value, dict):
            left += [*value.keys(), *value.values()][:_VALUES]
        elif isinstance(value, _TYPES):
            left += list(value)[:_VALUES]
    return bool(left)
