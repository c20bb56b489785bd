"""TensorFlow's SavedModel folders: the graph, and the variables that it uses."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from posixpath import basename, dirname, join

from slipway.models.text import cited, cut_off, damaged, enumerated, listed
from slipway.uploads.validation import saved_model_header
from slipway.uploads.validation.onnx_header import Header
from slipway.uploads.validation.protobuf import LEN, VARINT, Field, fields, fields_within, text
from slipway.uploads.validation.ranged import Exhausted, Ranged
from slipway.uploads.validation.tensorflow_ops import SAFE, SAVER

NAME = "saved_model.pb"
INDEX = "variables.index"
_INDEX_END = bytes.fromhex("57fb808b247547db")  # of a LevelDB table
_SHARD = re.compile(r"variables\.data-(\d{5})-of-(\d{5})", re.ASCII)
_VARIABLES = ("VarHandleOp", "VariableV2")
_SMALLEST_INDEX = 48
_LONGEST_FINGERPRINT = 4096
# The field numbers of SavedModel, MetaGraphDef, GraphDef, FunctionDef, NodeDef, AttrValue and SavedObjectGraph.
_META_GRAPH, _GRAPH_DEF, _OBJECTS = 2, 2, 7
_NODE, _LIBRARY, _FUNCTION_NODE, _USER_OBJECT, _METADATA = 1, 2, 3, 4, 3
_OPERATION, _ATTRIBUTE, _LIST, _LISTED_FUNCTION, _ONE_FUNCTION = 2, 5, 1, 9, 10
_FUNCTION = re.compile(r"__(?:inference|forward|backward)_\w+", re.ASCII)  # what tf.function calls its traces
_SAVER_FUNCTION = re.compile(r"__inference__traced_(?:save|restore)_\d+", re.ASCII)


def problems(name: str, source: Ranged, keep: Callable[[str, Header], object] = lambda *_: None) -> list[str]:
    """Return what is wrong with the graph of a SavedModel: operations not on the list of harmless ones are refused.

    Its header is passed to `keep`.
    """
    source = source.held()
    kinds = {(field.number, field.wire) for field in fields(source, 0, source.size)}
    if not {(_META_GRAPH, LEN)} <= kinds <= {(1, VARINT), (_META_GRAPH, LEN)}:
        return [damaged(name, "is no TensorFlow SavedModel")]
    graphs = (field for field in fields(source, 0, source.size) if field.number == _META_GRAPH)
    unknown = sorted({one for graph in graphs for one in _unsafe_operations(source, graph)})
    if not unknown:
        keep(name, saved_model_header.read(source))
        return []
    cure = "export the model without, or as .onnx"
    return [f"{cited(name)} uses {enumerated(unknown)}, which may run code or open files: {cure}."]


def fingerprint_problems(name: str, source: Ranged) -> list[str]:
    """Return what is wrong with fingerprint.pb: it must be a few numbers and short texts."""
    if source.size > _LONGEST_FINGERPRINT:
        return [damaged(name, "is no fingerprint")]
    list(fields(source, 0, source.size))
    return []


def index_problems(name: str, source: Ranged) -> list[str]:
    """Return the sentence that the list of variables is not whole, if so."""
    whole = source.size >= _SMALLEST_INDEX and source.at(source.size - 8, 8) == _INDEX_END
    return [] if whole else [cut_off(name, source.size)]


def folder_problems(name: str, source: Ranged, paths: Collection[str]) -> list[str]:
    """Return what is missing beside a SavedModel's graph; `paths` are all files of the upload."""
    if basename(name) != NAME:
        return [f"{cited(name)} is read under the name {NAME} alone: rename it."]
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
    return [f"{cited(name)} needs {listed(missing)}: upload the whole SavedModel folder."] if missing else []


def _missing_shards(folder: str, shards: list[re.Match[str]]) -> list[str]:
    """Return the paths of the files of variables that are missing among their shards."""
    if not shards:
        return []
    total = max(int(shard[2]) for shard in shards)
    there = {int(shard[1]) for shard in shards}
    gaps = [number for number in range(min(total, 1000)) if number not in there]
    return [join(folder, f"variables.data-{number:05}-of-{total:05}") for number in gaps]


def uses_variables(source: Ranged) -> bool:
    """Return whether a graph keeps weights in variables; False where that takes too much reading."""
    source = source.held()
    try:
        graphs = [field for field in fields(source, 0, source.size) if field.number == _META_GRAPH]
        return any(operation in _VARIABLES for graph in graphs for _, operation, _ in _operations(source, graph))
    except Exhausted:
        return False


def _unsafe_operations(source: Ranged, graph: Field) -> Iterator[str]:
    """Yield in words the operations of a graph that are not on the list, and what is dangerous in old Keras layers."""
    for function, operation, calls in _operations(source, graph):
        saver = _SAVER_FUNCTION.fullmatch(function) is not None
        if operation not in SAFE and not (saver and operation in SAVER) and not _FUNCTION.fullmatch(operation):
            yield cited(operation)
        if function and not saver and any(_SAVER_FUNCTION.fullmatch(called) for called in calls):
            yield f"{cited(operation)} of a checkpoint"
    objects = (one for field in fields_within(source, graph, _OBJECTS) for one in fields_within(source, field, _NODE))
    users = (one for thing in objects for one in fields_within(source, thing, _USER_OBJECT))
    if any(one.end > one.start for user in users for one in fields_within(source, user, _METADATA)):
        yield "layers that Keras would make"


def _operations(source: Ranged, graph: Field) -> Iterator[tuple[str, str, list[str]]]:
    """Yield for each node the function that it is in (or empty), its operation, and the functions it calls."""
    for definition in fields_within(source, graph, _GRAPH_DEF):
        for node in fields_within(source, definition, _NODE):
            yield "", *_node(source, node)
        for library in fields_within(source, definition, _LIBRARY):
            for function in fields_within(source, library, 1):
                names = [
                    text(source, name)
                    for sign in fields_within(source, function, 1)
                    for name in fields_within(source, sign, 1)
                ]
                for node in fields_within(source, function, _FUNCTION_NODE):
                    # Of a name that is given twice, the last one counts to protobuf.
                    yield "".join(names[-1:]), *_node(source, node)


def _node(source: Ranged, node: Field) -> tuple[str, list[str]]:
    """Return a node's operation, and the functions that it calls."""
    operation, calls = "", []
    for field in fields(source, node.start, node.end):
        if field.number == _OPERATION:
            operation = text(source, field)
        elif field.number == _ATTRIBUTE:
            calls += list(_called_functions(source, field))
    return operation, calls


def _called_functions(source: Ranged, attribute: Field) -> Iterator[str]:
    """Yield the functions that an attribute names, alone or in a list."""
    for value in fields_within(source, attribute, 2):
        several = [
            one for each in fields_within(source, value, _LIST) for one in fields_within(source, each, _LISTED_FUNCTION)
        ]
        for function in [*fields_within(source, value, _ONE_FUNCTION), *several]:
            yield from (text(source, name) for name in fields_within(source, function, 1))
