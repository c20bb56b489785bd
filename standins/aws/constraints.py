"""The constraints of a botocore service model, checked the way AWS checks them.

botocore itself checks required members, types and minimum lengths only: enums, patterns and maximum lengths fail
nowhere before AWS.
"""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape

PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "character": (str,),
    "integer": (int,),
    "long": (int,),
    "float": (int, float),
    "double": (int, float),
    "boolean": (bool,),
    "timestamp": (datetime,),
    "blob": (bytes, bytearray),
    "list": (list,),
    "map": (dict,),
    "structure": (dict,),
}


def violations(shape: Shape, value: Any, path: str = "") -> Iterator[str]:
    """Say of each value that breaks the model where it is and which constraint it fails, in AWS's words."""
    if not _is_of_type(shape.type_name, value):
        yield _violation(value, path, f"Member must be of type {shape.type_name}")
        return
    yield from _scalar_violations(shape, value, path)
    if isinstance(shape, StructureShape):
        yield from _structure_violations(shape, value, path)
    elif isinstance(shape, ListShape):
        for number, item in enumerate(value, start=1):
            yield from violations(shape.member, item, f"{path}.{number}.member")
    elif isinstance(shape, MapShape):
        for key, item in value.items():
            yield from violations(shape.key, key, f"{path}.key")
            yield from violations(shape.value, item, f"{path}.{key}.member")


def unknown_members(shape: Shape, value: Any, path: str = "") -> Iterator[str]:
    """Name each member that the model does not have."""
    if isinstance(shape, StructureShape):
        for name, member in value.items():
            if name in shape.members:
                yield from unknown_members(shape.members[name], member, f"{path}.{name}")
            else:
                yield f"{path}.{name}"
    elif isinstance(shape, ListShape):
        for item in value:
            yield from unknown_members(shape.member, item, path)
    elif isinstance(shape, MapShape):
        for key, item in value.items():
            yield from unknown_members(shape.value, item, f"{path}.{key}")


def _is_of_type(type_name: str, value: Any) -> bool:
    if isinstance(value, bool):
        return type_name == "boolean"
    return isinstance(value, PYTHON_TYPES[type_name])


def _structure_violations(shape: StructureShape, value: dict[str, Any], path: str) -> Iterator[str]:
    for name in shape.required_members:
        if value.get(name) is None:
            yield _violation(None, _member_path(path, name), "Member must not be null")
    for name, member in shape.members.items():
        if value.get(name) is not None:
            yield from violations(member, value[name], _member_path(path, name))


def _scalar_violations(shape: Shape, value: Any, path: str) -> Iterator[str]:
    for measure, wording in _measures(shape.type_name):
        size = measure(value)
        if "min" in shape.metadata and size < shape.metadata["min"]:
            yield _violation(
                value, path, f"Member must have {wording} greater than or equal to {shape.metadata['min']}"
            )
        if "max" in shape.metadata and size > shape.metadata["max"]:
            yield _violation(value, path, f"Member must have {wording} less than or equal to {shape.metadata['max']}")
    if isinstance(shape, StringShape) and shape.enum and value not in shape.enum:
        yield _violation(value, path, f"Member must satisfy enum value set: [{', '.join(shape.enum)}]")
    pattern = shape.metadata.get("pattern")
    if pattern and not _python_pattern(pattern).fullmatch(value):
        yield _violation(value, path, f"Member must satisfy regular expression pattern: {pattern}")


def _measures(type_name: str) -> list[tuple[Callable[[Any], float], str]]:
    if type_name in ("integer", "long", "float", "double"):
        return [(float, "value")]
    return [(len, "length")] if type_name in ("string", "list", "map", "blob") else []


@cache
def _python_pattern(pattern: str) -> re.Pattern[str]:
    """Translate the Unicode classes of Java's expressions, which Python's lack."""
    for java, python in ((r"\p{L}", r"\w"), (r"\p{N}", r"\d"), (r"\p{Z}", r"\s")):
        pattern = pattern.replace(java, python)
    return re.compile(pattern)


def _member_path(path: str, name: str) -> str:
    # AWS spells the members of the query protocol's services in camel case here, too.
    name = name[:1].lower() + name[1:]
    return f"{path}.{name}" if path else name


def _violation(value: Any, path: str, constraint: str) -> str:
    shown = "null" if value is None else f"'{value}'"
    return f"Value {shown} at '{path}' failed to satisfy constraint: {constraint}"
