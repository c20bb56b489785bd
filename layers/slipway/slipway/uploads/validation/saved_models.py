"""TensorFlow's SavedModel folders: the graph, and the variables that it uses."""

from __future__ import annotations

import re
from collections.abc import Collection
from posixpath import dirname, join

from slipway.models.text import cut_off, damaged, listed, shown
from slipway.uploads.validation.protobuf import LEN, VARINT, fields
from slipway.uploads.validation.ranged import Exhausted, Malformed, Ranged, Truncated

NAME = "saved_model.pb"
INDEX = "variables.index"
_INDEX_END = bytes.fromhex("57fb808b247547db")  # of a LevelDB table
_SHARD = re.compile(r"variables\.data-(\d{5})-of-(\d{5})", re.ASCII)
_META_GRAPH = 2
_META_INFO = 1
_VARIABLES = (b"VarHandleOp", b"VariableV2")
_SMALLEST_INDEX = 48
_META_LIMIT = 128 * 1024


def problems(name: str, source: Ranged) -> list[str]:
    """Say why a file cannot be the graph of a SavedModel (or, under another name, any protobuf message)."""
    try:
        numbers = [(field.number, field.wire) for field in fields(source, 0, source.size)]
    except Truncated:
        return [cut_off(name, source.size)]
    except (Malformed, Exhausted):
        return [damaged(name, "is no TensorFlow graph")]
    if name.rsplit("/", 1)[-1] == NAME and not {(_META_GRAPH, LEN)} <= set(numbers) <= {(1, VARINT), (2, LEN)}:
        return [damaged(name, "is no TensorFlow SavedModel")]
    return []


def index_problems(name: str, source: Ranged) -> list[str]:
    """Say whether the list of variables is whole."""
    whole = source.size >= _SMALLEST_INDEX and source.at(source.size - 8, 8) == _INDEX_END
    return [] if whole else [cut_off(name, source.size)]


def folder_problems(name: str, source: Ranged, paths: Collection[str]) -> list[str]:
    """Say what is missing beside a SavedModel's graph; `paths` are all files of the upload."""
    folder = join(dirname(name), "variables")
    shards = [
        shard for path in paths if dirname(path) == folder and (shard := _SHARD.fullmatch(path[len(folder) + 1 :]))
    ]
    index = join(folder, INDEX)
    missing = _missing_shards(folder, shards)
    if index not in paths and (shards or uses_variables(source)):
        missing = [index, *missing]
    if not shards and (index in paths or missing):
        missing.append(join(folder, "variables.data-00000-of-00001"))
    return [f"{shown(name)} needs {listed(missing)}: upload the whole SavedModel folder."] if missing else []


def _missing_shards(folder: str, shards: list[re.Match[str]]) -> list[str]:
    if not shards:
        return []
    total = max(int(shard[2]) for shard in shards)
    there = {int(shard[1]) for shard in shards}
    gaps = [number for number in range(min(total, 1000)) if number not in there]
    return [join(folder, f"variables.data-{number:05}-of-{total:05}") for number in gaps]


def uses_variables(source: Ranged) -> bool:
    """Tell from the operations that a graph lists in its head whether it keeps weights in variables."""
    try:
        for graph in fields(source, 0, source.size):
            for part in fields(source, graph.start, graph.end) if graph.number == _META_GRAPH else ():
                if part.number == _META_INFO:
                    listing = source.at(part.start, min(part.end - part.start, _META_LIMIT))
                    return any(name in listing for name in _VARIABLES)
    except (Malformed, Truncated, Exhausted):
        return False
    return False
