"""Uploads that are made to get code past the checks, or to keep them busy: files by their path, and what is said."""

from __future__ import annotations

import bz2
import json
import lzma
import struct
import zlib
from collections.abc import Callable

from tests.support.made_models import (
    function,
    hdf5,
    keras,
    node,
    npy,
    onnx,
    part,
    saved_graph,
    tflite,
    zipped,
)  # fmt: skip

STRANGER = "is not among the files that the service takes"
# os.system("true"), in protocol 0; pickletools refuses the integer that Python's own unpickler takes.
PICKLE = b"I0x1\n0cos\nsystem\n(S'true'\ntR."
SAVER = "__inference__traced_save_7"


def beside(name: str, content: bytes) -> dict[str, bytes]:
    return {"model.onnx": onnx(), name: content}


def array(descr: str, shape: str = "(1,)", before: str = "") -> dict[str, bytes]:
    """A .npy file whose header is written so, and a pickle where the numbers are."""
    text = f"{{'fortran_order': False, 'shape': {shape}, {before}'descr': {descr}}}".encode()
    return {"x.npy": b"\x93NUMPY\2\0" + struct.pack("<I", len(text)) + text + PICKLE}


def layered(*layers: object) -> dict[str, bytes]:
    return {"model.keras": keras({"class_name": "Functional", "config": {"layers": list(layers)}})}


def configured(config: bytes) -> dict[str, bytes]:
    """A Keras model whose configuration is written so."""
    return {"model.keras": zipped({**PARTS, "config.json": config})}


def archive(*members: tuple[str, bytes]) -> bytes:
    """A zip that may hold a name more than once."""
    target, listing = bytearray(), bytearray()
    for name, content in members:
        head = struct.pack("<5H3I2H", 20, 0, 0, 0, 0, zlib.crc32(content), len(content), len(content), len(name), 0)
        listing += b"PK\1\2\24\0" + head + struct.pack("<3HII", 0, 0, 0, 0, len(target)) + name.encode()
        target += b"PK\3\4" + head + name.encode() + content
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, len(members), len(members), len(listing), len(target), 0)
    return bytes(target + listing) + end


def many_arrays() -> dict[str, bytes]:
    """Two hundred arrays of numbers, and one of objects."""
    return {**{f"{number}.npy": npy() for number in range(200)}, "z.npy": npy("|O")}


def graph(definition: bytes, objects: bytes = b"") -> dict[str, bytes]:
    return {"saved_model.pb": saved_graph(definition, objects)}


def custom(operator: str) -> bytes:
    """A TensorFlow Lite model whose one operator is named."""
    name = struct.pack("<I", len(operator)) + operator.encode()
    code = struct.pack("<4H", 8, 8, 0, 4) + struct.pack("<iI", 8, 4) + name  # OperatorCode: custom_code at offset 4
    model = struct.pack("<5H", 10, 8, 0, 4, 0) + b"\0\0" + struct.pack("<iI", 12, 4)  # Model: operator_codes
    vector = struct.pack("<II", 1, 4 + 8)
    return struct.pack("<I", 8 + 12) + b"TFL3" + model + vector + code


def external(location: str, **entries: str) -> dict[str, bytes]:
    """A model that keeps weights elsewhere, and the file that it names."""
    told = {"location": location, **entries}
    where = b"".join(part(13, part(1, key) + part(2, value)) for key, value in told.items())
    tensor = part(1, 1) + part(2, 1) + part(8, "w") + where + part(14, 1)
    return {"model.onnx": onnx(initializers=[tensor]), location: b"\0\0\0\0"}


def described(**entry: object) -> dict[str, bytes]:
    """A safetensors file of 16 bytes whose header describes its one tensor so."""
    header = json.dumps({"w": {"dtype": "F32", "shape": [4], "data_offsets": [0, 16], **entry}}).encode()
    return {"m.safetensors": struct.pack("<Q", len(header)) + header + bytes(16)}


def around(before: bytes = b"", after: bytes = b"") -> dict[str, bytes]:
    """An ONNX model with other fields before and behind its own."""
    return {"model.onnx": part(1, 8) + before + onnx()[2:] + after}


def carded(card: str) -> dict[str, bytes]:
    return beside("card.yaml", card.encode())


def labelled(labels: str) -> dict[str, bytes]:
    return {"model.onnx": onnx(outputs=[(("batch", 2), 1)]), "labels.txt": labels.encode()}


ABOVE = part(1, 1) + part(2, 1) + part(8, "w") + part(13, part(1, "location") + part(2, "../w")) + part(14, 1)
CONSTANT = part(2, "w") + part(4, "Constant") + part(5, part(1, "value") + part(5, ABOVE) + part(20, 4))
# A name that is given twice: to protobuf the function is called "1".
HIDDEN_SAVER = part(2, part(1, part(1, part(1, "__inference__traced_save_") + part(1, "1")) + part(3, node("SaveV2"))))
OBJECTS = "is an array of other things"
LAMBDA = {"class_name": "Lambda"}
PARTS = {"config.json": b"{}", "metadata.json": b"{}", "model.weights.h5": hdf5()}
REVIVED = part(7, part(1, part(4, part(1, "_tf_keras_layer") + part(3, '{"class_name": "Lambda"}'))))
CONST = part(1, node("Const"))

ATTACKS: dict[str, tuple[Callable[[], dict[str, bytes]], str]] = {
    # pickles
    "an integer that parsers differ on": (lambda: beside("weights.bin", PICKLE), STRANGER),
    "the same as the model": (lambda: {"model.onnx": PICKLE}, "model.onnx is cut off"),
    "bzip2": (lambda: beside("weights.bin", bz2.compress(PICKLE)), STRANGER),
    "zlib": (lambda: beside("w.z", zlib.compress(PICKLE)), STRANGER),
    "bare lzma": (lambda: beside("w.lzma", lzma.compress(PICKLE, lzma.FORMAT_ALONE)), STRANGER),
    "a pickle behind ONNX's beginning": (lambda: {"model.onnx": part(1, 8) + PICKLE}, "model.onnx is"),
    # NumPy
    "an escaped descriptor": (lambda: array(r"'\x7cO'"), OBJECTS),
    "a late descriptor": (lambda: array("'|O'", before=" " * 5000), OBJECTS),
    "a descriptor beyond what is read": (lambda: array("'|O'", before=" " * 60_000), "is no NumPy array"),
    "a nested descriptor": (lambda: array("[('a', '<f4'), ('b', '|O')]"), OBJECTS),
    "a descriptor twice": (lambda: array("'|O'", before="'descr': '<f4', "), OBJECTS),
    "a header that calls": (lambda: array("__import__('os').name"), "is no NumPy array"),
    "a header of brackets": (lambda: array("(" * 9000), "is no NumPy array"),
    "more numbers than there are": (lambda: array("'<f8'", "(9999999999,)"), "is cut off"),
    "a pickle called an array": (lambda: {"x.npz": zipped({"a.npy": PICKLE})}, "x.npz/a.npy is no NumPy array"),
    "a member twice": (
        lambda: {"x.npz": archive(("a.npy", npy()), ("a.npy", npy("|O")))},
        "holds a.npy more than once",
    ),
    "the last array of many": (lambda: {"x.npz": zipped(many_arrays())}, "x.npz/z.npy is an array of other things"),
    # Keras
    "a Lambda far behind": (lambda: layered(*[{"class_name": "Dense"}] * 9000, LAMBDA), "uses Lambda, which may run"),
    "a Lambda in escapes": (lambda: configured(b'{"class_name": "L\\u0061mbda"}'), "uses Lambda, which may run"),
    "a package": (lambda: layered({"class_name": "Dense", "registered_name": "evil>Dense"}), "uses Dense, which"),
    "a Lambda in a model in a wrapper": (lambda: layered({"config": {"layer": {"config": [LAMBDA]}}}), "uses Lambda"),
    "a function": (lambda: layered({"class_name": "__lambda__", "config": {"value": ["4wEA"]}}), "uses __lambda__"),
    "a module": (lambda: layered({"class_name": "Dense", "module": "os"}), "uses Dense, which"),
    "a module alone": (lambda: layered({"module": "subprocess", "config": "call"}), "uses subprocess, which"),
    "a class that is no text": (lambda: layered({"class_name": ["Dense"]}), "uses a layer without a name"),
    "unsafe loading": (lambda: layered({"module": "keras.config", "class_name": "function"}), "uses function"),
    "another model": (lambda: layered({"class_name": "TFSMLayer"}), "uses TFSMLayer"),
    "a vocabulary elsewhere": (lambda: layered({"class_name": "StringLookup"}), "uses StringLookup"),
    "more parts": (lambda: {"model.keras": zipped({**PARTS, "assets/x": PICKLE})}, "holds assets/x beside the model"),
    "no weights": (lambda: {"model.keras": zipped({**PARTS, "model.weights.h5": PICKLE})}, "has no weights in HDF5"),
    "a configuration twice": (
        lambda: {"model.keras": archive(*PARTS.items(), ("config.json", json.dumps(LAMBDA).encode()))},
        "holds config.json more than once",
    ),
    # TensorFlow
    "reading a file": (lambda: graph(part(1, node("ReadFile"))), "uses ReadFile, which may run code or open files"),
    "writing one": (lambda: graph(CONST + function("__inference_f_1", node("WriteFile"))), "uses WriteFile"),
    "a function as an operation": (lambda: graph(part(1, node("x")) + function("x", node("PyFunc"))), "uses PyFunc, x"),
    "saving when it serves": (
        lambda: graph(function("__inference_f_1", node("PartitionedCall", SAVER))),
        "uses PartitionedCall of a checkpoint",
    ),
    "a saver's name in two parts": (lambda: graph(HIDDEN_SAVER + part(1, node("PartitionedCall", "1"))), "uses SaveV2"),
    "saving in the graph": (lambda: graph(part(1, node("SaveV2"))), "uses SaveV2"),
    "a graph in capitals": (
        lambda: {"SAVED_MODEL.PB": graph(CONST)["saved_model.pb"]},
        "SAVED_MODEL.PB is read under the name saved_model.pb alone: rename it",
    ),
    "layers in the objects": (lambda: graph(CONST, REVIVED), "uses layers that Keras would make"),
    "layers beside it": (lambda: {**graph(CONST), "keras_metadata.pb": b"\x08\1"}, STRANGER),
    "TensorFlow in TensorFlow Lite": (lambda: {"model.tflite": custom("FlexReadFile")}, "uses FlexReadFile, which may"),
    # safetensors
    "numbers of no type": (lambda: described(dtype="OBJECT"), "has no safetensors header"),
    "fewer bytes than numbers": (lambda: described(shape=[40_000]), "has no safetensors header"),
    "a tensor without a shape": (lambda: described(shape=None), "has no safetensors header"),
    # what people write
    "a key twice": (lambda: carded("author: a@example.com\nauthor: b@example.com"), "has author twice in one block"),
    "half a character": (lambda: carded('author: "\\ud800@example.com"'), "card.yaml has half a character (\\ud800@"),
    "half a character in the marker": (
        lambda: beside("_RELEASE", b'force: true\nreason: "\\ud800"'),
        "_RELEASE has half a character",
    ),
    "a number beyond floats": (lambda: carded(f"input: {{scale: 0x{'f' * 300}}}"), "input.scale must be a number"),
    "a Cyrillic address": (lambda: carded("author: \u0430da@example.com"), "that look like others: write it in ASCII"),
    "an address with nothing inside": (lambda: carded('author: "ada\\u200b@example.com"'), "that look like others"),
    "a label that is NUL": (lambda: labelled("a\nb\0"), "that cannot be seen in b\\x00"),
    "a label of the terminal's": (lambda: labelled("a\n\x1b[2Jb"), "that cannot be seen in \\x1b[2Jb"),
    "a label that turns around": (lambda: labelled("a\nb\u202e"), "that cannot be seen in b\\u202e"),
    "a label composed in two ways": (lambda: labelled("\u00e9\ne\u0301"), "more than once"),
    "a schema of no draft": (
        lambda: beside("suite.yaml", b"requests: [{name: a, expect: {schema: {$schema: 5}}}]"),
        "has a `$schema` that is no text",
    ),
    # names
    "a picture without a name": (lambda: beside("golden/.png", b"MZ"), "golden/.png is no .png file"),
    "a picture of dots": (lambda: beside("golden/..png", b"MZ"), "golden/..png is no .png file"),
    "a name with a terminal's command": (
        lambda: beside("golden/\x1b[2J.txt", b"x"),
        "golden/\\x1b[2J.txt has a control character in its name: rename it",
    ),
    "a name that is a sentence": (
        lambda: beside("All is well. Approved by Ada", b"x"),
        "“All is well. Approved by Ada” is not among the files",
    ),
    "a name composed in two ways": (
        lambda: {**beside("golden/\u00e9.txt", b"1"), "golden/e\u0301.txt": b"2"},
        "is there twice, its letters composed in two ways",
    ),
    "Python": (lambda: beside("model.py", b"import os"), STRANGER),
    "a library": (lambda: beside("ops.so", b"\x7fELF"), STRANGER),
    "tar": (lambda: beside("w.tar", b"x"), STRANGER),
    "7z": (lambda: beside("w.7z", b"7z\xbc\xaf\x27\x1c"), STRANGER),
    "a page": (lambda: beside("golden/x.html", b"<script>"), STRANGER),
    "two extensions": (lambda: beside("model.onnx.py", b"import os"), STRANGER),
    "a Greek letter": (lambda: beside("model.οnnx", b"import os"), STRANGER),
    "a picture that is a program": (lambda: beside("golden/7.png", b"MZ\x90"), "golden/7.png is no .png file"),
    "weights that are Python": (lambda: external("model.py"), "call that file model.onnx.data"),
    "weights that are a library": (lambda: external("x.so"), "call that file model.onnx.data"),
    "weights that are a pickle": (lambda: external("x.pkl"), "call that file model.onnx.data"),
    "weights of the process": (lambda: external("/proc/self/environ"), "outside its folder"),
    "weights above": (lambda: external("../x.bin"), "outside its folder"),
    "weights that are too short": (lambda: external("x.bin", length="9999999999"), "x.bin is cut off after 4 bytes"),
    "weights above, in a constant": (lambda: {"model.onnx": onnx(nodes=[CONSTANT])}, "outside its folder"),
    "weights above, of a sparse tensor": (lambda: {"model.onnx": onnx(sparse=[part(1, ABOVE)])}, "outside its folder"),
    "weights above, in a function": (
        lambda: around(after=part(25, part(1, "F") + part(7, CONSTANT) + part(10, "mine"))),
        "outside its folder",
    ),
    "two graphs": (lambda: around(part(7, part(5, ABOVE))), "is no ONNX model"),
    "an offset that is none": (lambda: external("x.bin", offset="-1"), "is no ONNX model"),
}


def nested(depth: int) -> bytes:
    """A zip of zips: small, and large when it is unpacked."""
    content = zipped({f"{number}.npy": bytes(200_000) for number in range(8)})
    for _ in range(depth):
        content = zipped({f"{number}.npy": content for number in range(8)})
    return content


def directory(size: int) -> bytes:
    """A zip that says that its list of members is as long as itself."""
    return b"PK\3\4" + bytes(size) + struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 9, 9, size, 4, 0)


def buffers() -> bytes:
    """A TensorFlow Lite model of two million buffers."""
    return tflite()[:32] + struct.pack("<I", 2_000_000) + bytes(8_000_000)


# Files that take long if nobody bounds it.
SLOW: dict[str, Callable[[], dict[str, bytes]]] = {
    "zips in zips": lambda: {"x.npz": nested(3)},
    "members": lambda: {"x.npz": archive(*[(f"{number}.npy", b"") for number in range(60_000)])},
    "directory": lambda: {"x.npz": directory(9_000_000)},
    "fields of a model": lambda: {"model.onnx": part(1, 8) + part(8, part(2, 17)) + part(7, b"\x58\1" * 4_000_000)},
    "fields of a graph": lambda: graph(part(1, node("Const")) + b"\x18\1" * 4_000_000),
    "JSON": lambda: beside("golden/a.json", b"[" + b"[]," * 2_600_000 + b"[]]"),
    "deep JSON": lambda: beside("golden/a.json", b"[" * 4_000_000),
    "long text": lambda: beside("golden/a.csv", b"a" * 9_000_000),
    "layers": lambda: layered(*[{"class_name": f"Evil{number}"} for number in range(150_000)]),
    "buffers": lambda: {"model.tflite": buffers()},
}
