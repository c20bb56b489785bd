"""Dataclasses as plain data, as JSON and DynamoDB hold it, and back: a field is named in its dataclass only.

In: whatever is stored of releases, cards, evidence and runs. Called by those who store it: the ledger's adapter, the
smoke test's checkpoint, the evidence. Fields that have their default are left out; reading gives a missing field its
default and ignores an unknown one, so that two versions of Slipway can read what the other has written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache, partial
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, TypeAliasType, get_args, get_origin, get_type_hints

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def encode(value: Any) -> Any:
    """Return a dataclass's value as dictionaries, lists, texts, numbers and booleans; a time as ISO 8601."""
    if is_dataclass(value):
        present = ((field, getattr(value, field.name)) for field in fields(value))
        return {field.name: encode(content) for field, content in present if content != _default(field)}
    match value:
        case dict():
            return {encode(key): encode(content) for key, content in value.items()}
        case list() | tuple():
            return [encode(content) for content in value]
        case Enum():
            return value.value
        case datetime():
            return value.isoformat()
    return value


def decode[T: DataclassInstance](kind: type[T], data: Mapping[str, Any]) -> T:
    """Return the value that `encode` made `data` of; raises ValueError, TypeError or LookupError where it does not fit.

    Texts and Literals are not checked.
    """
    decoders = _decoders(kind)
    return kind(**{name: read(data[name]) for name, read in decoders.items() if name in data})


def _default(field: Field[Any]) -> Any:
    """Return the default of a field; MISSING if it has none."""
    return field.default if field.default_factory is MISSING else field.default_factory()


@cache
def _decoders(kind: type) -> dict[str, Callable[[Any], Any]]:
    """Return the decoder of each field of a dataclass, by its name."""
    hints = get_type_hints(kind)
    return {field.name: _decoder(hints[field.name]) for field in fields(kind)}


@cache
def _decoder(hint: Any) -> Callable[[Any], Any]:
    """Return the function that decodes a value of a type, which is one of those that our dataclasses use."""
    if isinstance(hint, TypeAliasType):
        return _decoder(hint.__value__)
    if isinstance(hint, type) and is_dataclass(hint):
        return partial(decode, hint)
    if get_origin(hint):
        return _generic_decoder(get_origin(hint), *get_args(hint))
    if hint is datetime:
        return datetime.fromisoformat
    if isinstance(hint, type) and issubclass(hint, int | float | Enum):
        return hint  # a number, too: those of DynamoDB are Decimals
    return _unchanged


def _generic_decoder(origin: Any, *arguments: Any) -> Callable[[Any], Any]:
    """Return the decoder of a generic type like `dict[str, State]`, `tuple[Vote, ...]` or `datetime | None`."""
    readers = [_decoder(argument) for argument in arguments if argument not in (NoneType, ...)]
    read = readers[0]
    if origin is UnionType:  # X | None
        return lambda value: None if value is None else read(value)
    if origin is dict:
        return lambda value: {read(key): readers[1](content) for key, content in value.items()}
    if origin is tuple and ... not in arguments:
        return lambda value: tuple(read(one) for read, one in zip(readers, value, strict=True))
    if origin in (list, tuple):
        return lambda value: origin(map(read, value))
    return _unchanged  # a Literal


def _unchanged(value: Any) -> Any:
    """Return the value itself: the decoder of plain values."""
    return value
