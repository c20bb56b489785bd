"""Valid files of many formats, as small as they can be, made by hand: so that what spoils them is in one place."""

from __future__ import annotations

import io
import json
import pickle
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence

type Axes = Sequence[int | str]


def varint(number: int) -> bytes:
    """A number as protobuf writes it."""
    low, rest = number & 0x7F, number >> 7
    return bytes([low | 0x80]) + varint(rest) if rest else bytes([low])


def part(number: int, content: bytes | int | str) -> bytes:
    """A protobuf field."""
    if isinstance(content, int):
        return varint(number << 3) + varint(content)
    data = content.encode() if isinstance(content, str) else content
    return varint(number << 3 | 2) + varint(len(data)) + data


def tensor(name: str, axes: Axes, kind: int = 1) -> bytes:
    """An ONNX input or output."""
    dims = b"".join(part(1, part(2, axis) if isinstance(axis, str) else part(1, axis)) for axis in axes)
    return part(1, name) + part(2, part(1, part(1, kind) + part(2, dims)))


def weights(name: str, content: bytes = b"", location: str = "", count: int = 1) -> bytes:
    """An ONNX initializer, with its numbers inside or in a file beside the model."""
    where = part(13, part(1, "location") + part(2, location)) + part(14, 1) if location else b""
    return part(1, count) + part(2, 1) + part(8, name) + (part(9, content) if content else b"") + where


def onnx(
    shape: Axes = ("batch", 64),
    outputs: Sequence[tuple[Axes, int]] = ((("batch", 10), 1),),
    initializers: Sequence[bytes] = (),
    extra_inputs: Sequence[str] = (),
    nodes: Sequence[bytes] = (),
    sparse: Sequence[bytes] = (),
) -> bytes:
    """A model that reads one tensor, and answers with tensors of these axes and data types."""
    graph = part(1, part(1, "pixels") + part(2, "scores") + part(4, "Identity")) + part(2, "graph")
    graph += b"".join(part(1, each) for each in nodes)
    graph += b"".join(part(5, each) for each in initializers) + b"".join(part(15, each) for each in sparse)
    graph += part(11, tensor("pixels", shape)) + b"".join(part(11, tensor(name, (1,))) for name in extra_inputs)
    graph += b"".join(part(12, tensor(f"scores{place}", *each)) for place, each in enumerate(outputs))
    return part(1, 8) + part(2, "tests") + part(7, graph) + part(8, part(2, 17))


def hdf5(version: int = 0, size: int = 800, user_block: int = 0) -> bytes:
    """An HDF5 file with nothing but its superblock."""
    end = struct.pack("<Q", user_block + size)
    if version < 2:
        head = bytes([version, 0, 0, 0, 0, 8, 8, 0]) + bytes(8 + 4 * version) + bytes(16) + end
    else:
        head = bytes([version, 8, 8, 0]) + bytes(16) + end
    return bytes(user_block) + (b"\x89HDF\r\n\x1a\n" + head).ljust(size, b"\0")


def safetensors(tensors: int = 2, size: int = 16) -> bytes:
    """A safetensors file."""
    entries = {
        f"layer{number}": {"dtype": "F32", "shape": [size // 4], "data_offsets": [number * size, (number + 1) * size]}
        for number in range(tensors)
    }
    header = json.dumps({"__metadata__": {"format": "pt"}, **entries}).encode()
    return struct.pack("<Q", len(header)) + header + bytes(tensors * size)


def tflite(data: bytes = b"weights!") -> bytes:
    """A TensorFlow Lite model with one buffer, at its end."""
    vtable = struct.pack("<7H", 14, 8, 0, 0, 0, 0, 4)  # Model: the field `buffers` at offset 4
    model = 8 + len(vtable) + 2
    vector = model + 8
    buffer_vtable = vector + 8
    buffer = buffer_vtable + 8
    content = struct.pack("<I", model) + b"TFL3" + vtable + b"\0\0"
    content += struct.pack("<iI", model - 8, vector - (model + 4))
    content += struct.pack("<II", 1, buffer - (vector + 4))
    content += struct.pack("<4H", 6, 8, 4, 0) + struct.pack("<iI", buffer - buffer_vtable, 4)
    return content + struct.pack("<I", len(data)) + data


def saved_model(operation: str = "VarHandleOp") -> bytes:
    """The graph of a SavedModel that uses one operation."""
    return saved_graph(part(1, node(operation)))


def node(operation: str, *calls: str) -> bytes:
    """A node of a TensorFlow graph, and the functions that it calls."""
    attributes = (part(5, part(1, "f") + part(2, part(10, part(1, name)))) for name in calls)
    return part(1, "node") + part(2, operation) + b"".join(attributes)


def function(name: str, *nodes: bytes) -> bytes:
    """A library with one function in a TensorFlow graph."""
    return part(2, part(1, part(1, part(1, name)) + b"".join(part(3, each) for each in nodes)))


def signature(inputs: Mapping[str, bytes], outputs: Mapping[str, bytes], key: str = "serving_default") -> bytes:
    """A signature of a SavedModel."""
    parts = [
        part(number, part(1, name) + part(2, info))
        for number, infos in ((1, inputs), (2, outputs))
        for name, info in infos.items()
    ]
    return part(5, part(1, key) + part(2, b"".join(parts)))


def tensor_info(axes: Axes | None, kind: int = 1) -> bytes:
    """What a signature says of a tensor; a text is a free axis, None an unknown number of axes."""
    sizes = [part(2, part(1, (1 << 64) - 1 if isinstance(axis, str) else axis)) for axis in axes or ()]
    return part(1, "x:0") + part(2, kind) + part(3, part(3, 1) if axes is None else b"".join(sizes))


def saved_graph(definition: bytes, objects: bytes = b"") -> bytes:
    """A SavedModel with one graph."""
    return part(1, 1) + part(2, part(1, part(4, "serve")) + part(2, definition) + objects)


def variables_index() -> bytes:
    """The list of a SavedModel's variables."""
    return bytes(64) + bytes.fromhex("57fb808b247547db")


def zipped(members: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, compression)
    return target.getvalue()


def keras(config: object = None) -> bytes:
    """A .keras archive."""
    told = json.dumps(config or {"class_name": "Sequential"}).encode()
    return zipped({"metadata.json": b"{}", "config.json": told, "model.weights.h5": hdf5()})


def npy(descr: str = "<f4") -> bytes:
    """A NumPy array of one number (or object)."""
    header = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': (1,), }}\n".encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + bytes(8)


def torch() -> bytes:
    """A PyTorch checkpoint."""
    return zipped({"model/data.pkl": pickled(), "model/data/0": bytes(16), "model/version": b"3\n"}, zipfile.ZIP_STORED)


def pickled(protocol: int = 4) -> bytes:
    """A pickle that calls something."""
    return pickle.dumps(Exception("weights"), protocol)


def zip64(expands: int, member: str = "weights.bin", content: bytes = b"data") -> bytes:
    """A zip whose one member claims so many bytes in its zip64 fields."""
    name, extra, check = member.encode(), struct.pack("<HHQQ", 1, 16, expands, len(content)), zlib.crc32(content)
    sizes = (0xFFFFFFFF, 0xFFFFFFFF, len(name), len(extra))
    local = struct.pack("<4s5H3I2H", b"PK\x03\x04", 45, 0, 0, 0, 0, check, *sizes)
    body = local + name + extra + content
    entry = struct.pack(
        "<4s4B4H3I5H2I", b"PK\x01\x02", 45, 3, 45, 0, 0, 0, 0, 0, check, 0xFFFFFFFF, 0xFFFFFFFF, len(name), len(extra),
        0, 0, 0, 0, 0
    ) + name + extra  # fmt: skip
    end64 = struct.pack("<4sQ2H2I4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, len(entry), len(body))
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, len(body) + len(entry), 1)
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return body + entry + end64 + locator + end
