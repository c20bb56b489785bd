"""safetensors files: a header in JSON, and the tensors exactly where it says.

https://github.com/huggingface/safetensors#format
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from itertools import pairwise
from math import prod
from posixpath import dirname, join
from typing import Any

from slipway.models.text import cited, cut_off, damaged, listed
from slipway.uploads.validation import text_files
from slipway.uploads.validation.ranged import Malformed, Ranged, Truncated

INDEX = ".safetensors.index.json"
_SHARD = re.compile(r"(.*)-(\d{5})-of-(\d{5})\.safetensors")
_MOST_SHARDS = 1000
# Bits of a number, by the format's name of its type.
_BITS = {
    **dict.fromkeys(("F4",), 4),
    **dict.fromkeys(("F6_E2M3", "F6_E3M2"), 6),
    **dict.fromkeys(("BOOL", "U8", "I8", "F8_E5M2", "F8_E4M3", "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ"), 8),
    **dict.fromkeys(("U16", "I16", "F16", "BF16"), 16),
    **dict.fromkeys(("U32", "I32", "F32"), 32),
    **dict.fromkeys(("U64", "I64", "F64", "C64"), 64),
}
LONGEST_HEADER = 8 * 1024**2  # bytes; the format knows longer ones, for millions of tensors


def problems(name: str, source: Ranged) -> list[str]:
    """Return what is wrong with a safetensors file, by its header and its size."""
    try:
        expected = _end(source)
    except Truncated:
        return [cut_off(name, source.size)]
    except Malformed:
        return [damaged(name, "has no safetensors header")]
    if expected == source.size:
        return []
    if expected > source.size:
        return [cut_off(name, source.size)]
    return [damaged(name, f"is {source.size - expected:,} bytes longer than its header says")]


def shard_problems(paths: Iterable[str]) -> list[str]:
    """Return a sentence for each shard that is missing among files called like `model-00001-of-00003.safetensors`."""
    shards = [found for path in paths if (found := _SHARD.fullmatch(path))]
    there = {found[0] for found in shards}
    wanted = {
        f"{name}-{number:05}-of-{count}.safetensors"
        for name, count in {(found[1], found[3]) for found in shards}
        for number in range(1, min(int(count), _MOST_SHARDS) + 1)
    }
    missing = sorted(wanted - there)
    return (
        [f"{listed(missing)} is missing among the parts of the model: upload it beside the others."] if missing else []
    )


def index_problems(name: str, source: Ranged, paths: Collection[str]) -> list[str]:
    """Return what is wrong with an index of shards, whose `weight_map` names the file of each tensor."""
    try:
        with text_files.parsed(source.at(0, source.size)) as content:
            named = {join(dirname(name), file) for file in content["weight_map"].values()}
    except (ValueError, TypeError, AttributeError, LookupError):
        return [damaged(name, "has no weight_map")]
    missing = sorted(named - set(paths))
    return [f"{cited(name)} names {listed(missing)}, which is missing: upload it beside it."] if missing else []


def _end(source: Ranged) -> int:
    """Return the position at which the file ends, by its header; raises Truncated or Malformed."""
    length = int.from_bytes(source.at(0, 8), "little")
    if not 2 <= length <= LONGEST_HEADER:
        raise Malformed
    if source.size > 8 and source.at(8, 1) != b"{":
        raise Malformed
    if 8 + length > source.size:
        raise Truncated
    return 8 + length + _tensors(source.at(8, length))


def _tensors(header: bytes) -> int:
    """Return how many bytes the tensors in a header take together; raises Malformed."""
    try:
        with text_files.parsed(header) as content:
            spans = sorted(_span(entry) for key, entry in content.items() if key != "__metadata__")
    except (ValueError, TypeError, AttributeError, LookupError) as error:
        raise Malformed from error
    if any(before[1] != after[0] for before, after in pairwise([(0, 0), *spans])):
        raise Malformed
    return spans[-1][1] if spans else 0


def _span(entry: dict[str, Any]) -> tuple[int, int]:
    """Return where a tensor begins and ends, counted from the header's end; raises ValueError or LookupError.

    It must be as long as its numbers are, by their type and count.
    """
    (begin, end), shape = entry["data_offsets"], entry["shape"]
    if not all(type(number) is int and number >= 0 for number in (begin, end, *shape)):
        raise ValueError(entry)
    if prod(shape) * _BITS[entry["dtype"]] != 8 * (end - begin):
        raise ValueError(entry)
    return begin, end
