"""Uploads that must be refused, each with the sentence that it is refused with; nothing of them is kept as a file."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import pickle
import struct
import zipfile
import zlib
from dataclasses import dataclass
from posixpath import splitext

from tests.support.made_models import (
    hdf5,
    keras,
    npy,
    onnx,
    part,
    pickled,
    safetensors,
    saved_model,
    tflite,
    torch,
    variables_index,
    weights,
    zip64,
    zipped,
)  # fmt: skip

FOLDER = "models/birds/v1/"
LIMIT = 4000
CURE = "export the model in another format, or let the operators set AllowPickle."
RUNS = "which runs code when it is loaded"
SAMPLE = ("onnx", "labels.txt")
# What a service declares that takes a file of this ending.
DECLARES = {
    ".h5": "hdf5", ".hdf5": "hdf5", ".keras": "keras", ".pb": "saved_model", ".tflite": "tflite", ".npy": "numpy",
    ".safetensors": "safetensors", ".npz": "numpy", ".pkl": "pickle", ".pickle": "pickle", ".joblib": "pickle",
    ".pt": "torch", ".PTH": "torch",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unfit:
    """Files by their path in the folder, and the sentence; `prefix` where it is another folder, or another model.

    `accepted` is what the service declares that refuses it, and where it `runs_code`, operators allow that.
    """

    sentence: str
    files: dict[str, bytes]
    prefix: str = FOLDER
    accepted: tuple[str, ...] = SAMPLE
    runs_code: bool = False


def alone(sentence: str, name: str, content: bytes, *, runs_code: bool = False) -> Unfit:
    """A file without others, of a service that takes such."""
    return Unfit(sentence, {name: content}, accepted=declaring(name), runs_code=runs_code)


def declaring(name: str) -> tuple[str, ...]:
    """What a service declares that takes a file."""
    return (DECLARES[splitext(name)[1]],) if splitext(name)[1] in DECLARES else SAMPLE


def stranger(name: str, content: bytes) -> Unfit:
    """A file that the sample service does not take, beside a model that it does."""
    taken = "the service takes (onnx, labels.txt, card.yaml, suite.yaml and golden/)"
    cure = "remove it, or have the operators add it to AcceptedFormats"
    return beside(f"{name} is not among the files that {taken}: {cure}.", name, content)


def beside(sentence: str, name: str, content: bytes | str, model: bytes | None = None) -> Unfit:
    """A file beside a model that is fit."""
    data = content.encode() if isinstance(content, str) else content
    return Unfit(sentence, {"model.onnx": model or onnx(), name: data})


def noted(sentence: str, *names: str, prefix: str = FOLDER) -> Unfit:
    """Notes beside a model that is fit, of a service that takes them by any name."""
    files = {"model.onnx": onnx(), **dict.fromkeys(names, b"x")}
    return Unfit(sentence, files, prefix, (*SAMPLE, "*.md"))


def cut(name: str, content: bytes, less: int = 1) -> Unfit:
    """A file that lacks its last bytes."""
    size = len(content) - less
    sentence = f"{name} is cut off after {size:,} bytes: export it again and upload the whole file."
    return alone(sentence, name, content[:size], runs_code=True)


def damaged(name: str, content: bytes, what: str) -> Unfit:
    """A file that is not what its name says."""
    return alone(f"{name} {what}: export it again and upload the new file.", name, content, runs_code=True)


def disguised(
    name: str, kind: str, content: bytes, expected: str, cure: str = "export the model or rename the file"
) -> Unfit:
    """A file that is something else than its name says."""
    return alone(f"{name} is {kind}, not {expected}: {cure}.", name, content, runs_code=True)


def coded(name: str, content: bytes, kind: str) -> Unfit:
    """A file that runs code."""
    return alone(f"{name} is {kind}, {RUNS}: {CURE}", name, content)


def keras_using(names: str, config: object) -> Unfit:
    """A Keras model of other things than its own layers."""
    cure = "build the model of Keras's own layers, or export it as .onnx"
    sentence = f"model.keras uses {names}, which may run code when it is loaded: {cure}."
    return alone(sentence, "model.keras", keras(config))


OBJECTS = "is an array of other things than numbers and texts: save plain arrays instead."
NO_ADDRESS = ": author must have an e-mail address, by which people are known: write one like ada@example.com."


def card(sentence: str, text: str, model: bytes | None = None) -> Unfit:
    """A card.yaml beside a model."""
    return beside(f"card.yaml{sentence}", "card.yaml", text, model)


def suite(sentence: str, text: str) -> Unfit:
    """A suite.yaml beside a model."""
    return beside(f"suite.yaml{sentence}", "suite.yaml", text)


PICTURES = onnx((1, 3, 224, 224))
WORDY = "".join(f"bird {number}\n" for number in range(9))
VARIABLES = {
    "saved_model.pb": saved_model(),
    "variables/variables.index": variables_index(),
    "variables/variables.data-00000-of-00002": b"0",
    "variables/variables.data-00001-of-00002": b"1",
}


def without(*names: str) -> dict[str, bytes]:
    """A SavedModel without some of its files."""
    return {name: content for name, content in VARIABLES.items() if name not in names}


def linked() -> bytes:
    """A zip with a symbolic link."""
    info, target = zipfile.ZipInfo("weights.bin"), io.BytesIO()
    info.external_attr = 0o120777 << 16
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(info, b"/etc/passwd")
    return target.getvalue()


def safetensors_with(header: bytes, data: bytes = b"") -> bytes:
    """A safetensors file with a header of one's own."""
    return struct.pack("<Q", len(header)) + header + data


GAP = json.dumps({"a": {"dtype": "U8", "shape": [4], "data_offsets": [4, 8]}}).encode()

UNFIT: dict[str, Unfit] = {
    # the upload as a whole
    "empty upload": Unfit(
        "The upload at models/birds/v1/ is empty: upload the files of the model again.",
        {"model.onnx": b"", "labels.txt": b""},
    ),
    "no model": alone(
        "There is no model file below models/birds/v1/: upload one that ends in .onnx.", "labels.txt", b"wren\n"
    ),
    "only arrays": Unfit(
        "There is no model file below models/birds/v1/: upload one that ends in .onnx.",
        {"x.npy": npy()},
        accepted=("onnx", "numpy"),
    ),
    "too large": beside(
        f"The upload has {len(onnx()) + 5000:,} bytes and at most 4,000 are allowed: "
        "upload a smaller model or raise MaxModelBytes.",
        "data.bin",
        bytes(5000),
    ),
    "model's name": Unfit(
        "The model's name 'My Birds' cannot be used: take lower-case letters, digits and dashes, 40 at most.",
        {"model.onnx": onnx()},
        "models/My Birds/v1/",
    ),
    # names
    "notes": stranger("notes.md", b"soon"),
    "a Mac's folder": stranger(".DS_Store", b"\0\0\0\1Bud1"),
    "a Mac's note about the model": stranger("._model.onnx", b"\0\5\x16\7\0\2\0\0Mac OS X"),
    "Python beside the model": stranger("model.py", b"import os"),
    "a library": stranger("custom_ops.so", b"\x7fELF"),
    "a tar": stranger("model.tar", b"ustar"),
    "packed notes": stranger("notes.gz", gzip.compress(b"many words")),
    "a zip": stranger("x.zip", zipped({"model.onnx": onnx()})),
    "a format that is not declared": stranger("model.safetensors", safetensors()),
    "a pickle that is not declared": stranger("model.pkl", pickled()),
    "a card elsewhere": stranger("sub/card.yaml", b"author: ada@example.com"),
    "labels in capitals": stranger("LABELS.TXT", b"wren\n"),
    # paths
    "path upwards": noted("../../x.md would be written outside its folder: rename it without '..'.", "../../x.md"),
    "folder upwards": Unfit(
        "model.onnx would be written outside its folder: rename it without '..'.",
        {"model.onnx": onnx()},
        "models/birds/../",
    ),
    "absolute path": noted(
        "/etc/x.md would be written outside its folder: rename it without a leading '/'.", "/etc/x.md"
    ),
    "backslashes": noted("a\\b.md would be written outside its folder: rename it without backslashes.", "a\\b.md"),
    "drive": noted("C:x.md would be written outside its folder: rename it without a drive letter.", "C:x.md"),
    "double slash": noted("a//b.md has an empty part in its path: rename it without // and /./.", "a//b.md"),
    "control character": noted("a\\nb.md has a control character in its name: rename it.", "a\nb.md"),
    "long name": noted(
        f"{'n' * 60}…{'n' * 57}.md has a name of more than 255 bytes: give it a shorter one.", "n" * 253 + ".md"
    ),
    "file and folder": noted("x.md is both a file and a folder: rename one of them.", "x.md", "x.md/1.md"),
    # ONNX
    "empty model": Unfit(
        "model.onnx is empty: export it again and upload the new file.", {"model.onnx": b"", "labels.txt": b"wren\n"}
    ),
    "cut ONNX": cut("model.onnx", onnx(), 60),
    "ONNX without its end": cut("model.onnx", onnx(), 4),
    "text as ONNX": damaged("model.onnx", b"weights", "is no ONNX model"),
    "protobuf without a version": damaged("model.onnx", part(7, b""), "is no ONNX model"),
    "picture as ONNX": disguised("model.onnx", "a PNG picture", b"\x89PNG\r\n\x1a\n", "an ONNX model"),
    "web page as ONNX": disguised("model.onnx", "a web page", b"\n<!DOCTYPE html><p>Sign in", "an ONNX model"),
    "HDF5 as ONNX": disguised("model.onnx", "an HDF5 file", hdf5(), "an ONNX model"),
    "zip as ONNX": disguised("model.onnx", "a zip archive", zipped({"model.onnx": b"x"}), "an ONNX model"),
    "Git LFS pointer": disguised(
        "model.onnx",
        "a Git LFS pointer",
        b"version https://git-lfs.github.com/spec/v1\n",
        "an ONNX model",
        "run `git lfs pull` and upload it again",
    ),
    "weights left behind": alone(
        "model.onnx keeps weights in weights.bin, which is missing: upload it beside the model.",
        "model.onnx",
        onnx(initializers=[weights("w", location="weights.bin")]),
    ),
    "weights by a Git LFS pointer": Unfit(
        "weights.bin is a Git LFS pointer: run `git lfs pull` and upload it again.",
        {
            "model.onnx": onnx(initializers=[weights("w", location="weights.bin", count=1024)]),
            "weights.bin": b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 4096\n",
        },
    ),
    "weights elsewhere": alone(
        "model.onnx looks for weights in ../../secret, outside its folder: export it again.",
        "model.onnx",
        onnx(initializers=[weights("w", location="../../secret")]),
    ),
    # other formats
    "cut HDF5": cut("model.h5", hdf5()),
    "cut HDF5 superblock": cut("model.hdf5", hdf5(2), 790),
    "text as HDF5": damaged("model.h5", b"weights", "is no HDF5 file"),
    "cut safetensors": cut("model.safetensors", safetensors()),
    "cut safetensors header": cut("model.safetensors", safetensors(), 100),
    "long safetensors": damaged("model.safetensors", safetensors() + b"+", "is 1 bytes longer than its header says"),
    "safetensors with a gap": damaged(
        "model.safetensors", safetensors_with(GAP, bytes(8)), "has no safetensors header"
    ),
    "safetensors without a shard": Unfit(
        "model-00002-of-00003.safetensors is missing among the parts of the model: upload it beside the others.",
        {f"model-0000{number}-of-00003.safetensors": safetensors() for number in (1, 3)},
        accepted=("safetensors",),
    ),
    "safetensors without a shard of its index": Unfit(
        "model.safetensors.index.json names b.safetensors, which is missing: upload it beside it.",
        {
            "a.safetensors": safetensors(),
            "model.safetensors.index.json": b'{"weight_map": {"w": "a.safetensors", "x": "b.safetensors"}}',
        },
        accepted=("safetensors", "*.index.json"),
    ),
    "safetensors with an index of nothing": Unfit(
        "model.safetensors.index.json has no weight_map: export it again and upload the new file.",
        {"a.safetensors": safetensors(), "model.safetensors.index.json": b"[]"},
        accepted=("safetensors", "*.index.json"),
    ),
    "safetensors without JSON": damaged(
        "model.safetensors", safetensors_with(b"{nothing}"), "has no safetensors header"
    ),
    "cut TensorFlow Lite": cut("model.tflite", tflite()),
    "text as TensorFlow Lite": damaged("model.tflite", b"weights and more", "is no TensorFlow Lite model"),
    "cut TensorFlow graph": cut("saved_model.pb", saved_model()),
    "something else as SavedModel": damaged("saved_model.pb", part(3, b"x"), "is no TensorFlow SavedModel"),
    "SavedModel alone": alone(
        "saved_model.pb needs variables/variables.index, variables/variables.data-00000-of-00001: "
        "upload the whole SavedModel folder.",
        "saved_model.pb",
        saved_model(),
    ),
    "SavedModel without its index": Unfit(
        "saved_model.pb needs variables/variables.index: upload the whole SavedModel folder.",
        without("variables/variables.index"),
        accepted=("saved_model",),
    ),
    "SavedModel without a shard": Unfit(
        "saved_model.pb needs variables/variables.data-00001-of-00002: upload the whole SavedModel folder.",
        without("variables/variables.data-00001-of-00002"),
        accepted=("saved_model",),
    ),
    "SavedModel with a cut index": Unfit(
        "variables/variables.index is cut off after 71 bytes: export it again and upload the whole file.",
        {**VARIABLES, "variables/variables.index": variables_index()[:-1]},
        accepted=("saved_model",),
    ),
    "cut Keras": cut("model.keras", keras(), 30),
    "Keras without weights": damaged(
        "model.keras",
        zipped({"config.json": b"{}", "metadata.json": b"{}"}),
        "lacks model.weights.h5, so Keras did not write it as a whole",
    ),
    "HDF5 as Keras": disguised("model.keras", "an HDF5 file", hdf5(), "a Keras model"),
    "Keras with a lambda": keras_using("Lambda", {"layers": [{"class_name": "Lambda"}]}),
    # code
    "pickle": coded("model.pkl", pickled(), "a pickle"),
    "long suffix": coded("model.pickle", pickled(2), "a pickle"),
    "joblib": coded("model.joblib", pickled(), "a pickle"),
    "packed pickle": coded("model.pkl", gzip.compress(pickled()), "a pickle"),
    "PyTorch": coded("model.pt", torch(), "a PyTorch file"),
    "old PyTorch": coded("model.PTH", pickled(2), "a PyTorch file"),
    "HDF5, in which Keras keeps code": coded("model.h5", hdf5(), "an HDF5 file"),
    "pickle as ONNX": disguised("model.onnx", "a pickle", pickled(), "an ONNX model"),
    "old pickle as ONNX": damaged("model.onnx", b"cos\nsystem\n(S'true'\ntR.", "is no ONNX model"),
    "cut pickle": disguised("model.h5", "a pickle", pickle.dumps(Exception("x" * 100))[:40], "an HDF5 file"),
    "zlib": stranger("weights.bin", zlib.compress(pickled())),
    "gzip": stranger("weights.bin", gzip.compress(pickled(2))),
    "bzip2": stranger("weights.bin", bz2.compress(pickled())),
    "xz": stranger("weights.bin", lzma.compress(pickled())),
    "lzma": stranger("weights.bin", lzma.compress(pickled(), lzma.FORMAT_ALONE)),
    "LZ4": stranger("weights.bin", b"\x04\x22\x4d\x18rest"),
    "array of objects": alone(f"x.npy {OBJECTS}", "x.npy", npy("|O")),
    "arrays of objects": alone(f"x.npz/a.npy {OBJECTS}", "x.npz", zipped({"a.npy": npy("|O")})),
    "pickle in a zip": alone(
        "x.npz holds a/data.pkl, which is no NumPy array: save it with arrays only.",
        "x.npz",
        zipped({"a/data.pkl": b"x"}),
    ),
    "disguised pickle in a zip": alone(
        "x.npz/a.npy is no NumPy array: export it again and upload the new file.",
        "x.npz",
        zipped({"a.npy": pickled()}),
    ),
    # zips
    "zip bomb": alone(
        "x.npz expands to 100,000 bytes and at most 4,000 are allowed: put less into it or raise MaxModelBytes.",
        "x.npz",
        zipped({"zeros.npy": bytes(100_000)}),
    ),
    "zip bomb in zip64": alone(
        "x.npz expands to 5,000,000,000 bytes and at most 4,000 are allowed: put less into it or raise MaxModelBytes.",
        "x.npz",
        zip64(5_000_000_000),
    ),
    "zip upwards": alone(
        "x.npz would unpack ../../.bashrc outside its folder: pack it without such names.",
        "x.npz",
        zipped({"../../.bashrc": b""}),
    ),
    "zip to the root": alone(
        "x.npz would unpack /etc/passwd outside its folder: pack it without such names.",
        "x.npz",
        zipped({"/etc/passwd": b""}),
    ),
    "zip with backslashes": alone(
        "x.npz would unpack ..\\x outside its folder: pack it without such names.", "x.npz", zipped({"..\\x": b""})
    ),
    "zip with a link": alone("x.npz holds the link weights.bin: pack the file itself.", "x.npz", linked()),
    "zip with lzma": alone(
        "x.npz packs a so that nobody can look into it: pack it with deflate.",
        "x.npz",
        zipped({"a": b"x"}, zipfile.ZIP_LZMA),
    ),
    "text as zip": damaged("x.npz", b"weights", "is no zip archive"),
    # card.yaml
    "card without YAML": card(
        " is no valid YAML (line 1: expected the node content, but found '<stream end>'): mend it and upload it again.",
        "author: [",
    ),
    "card in Latin-1": beside(
        "card.yaml is not UTF-8 text: save it as UTF-8 and upload it again.",
        "card.yaml",
        "author: jürgen".encode("latin-1"),
    ),
    "long card": Unfit(
        "card.yaml is larger than 65,536 bytes: shorten it and upload it again.",
        {"model.onnx": onnx(), "card.yaml": b"#" * 70_000},
    ),
    "list as card": card(" is no block of settings: write it like 'author: ada@example.com'.", "- a\n- b\n"),
    "nobody as author": card(NO_ADDRESS, "author:"),
    "number as author": card(NO_ADDRESS, "author: 7"),
    "name as author": card(NO_ADDRESS, "author: Ada"),
    "two as author": card(NO_ADDRESS, "author: ada@example.com, grace@example.com"),
    "metrics of words": card(
        ": metrics must be numbers, but accuracy is none: write it like 'accuracy: 0.97'.",
        "metrics: {accuracy: good, loss: 1}",
    ),
    "list of metrics": card(
        ": metrics must be a block of numbers: write it like 'metrics: {accuracy: 0.97}'.", "metrics: [1]"
    ),
    "text as input": card(
        ": input must be a block like 'input: {width: 224, height: 224}', or the word rows.", "input: big"
    ),
    "no width": card(": input.width must be 1 to 4096 pixels: correct it.", "input: {width: 0}"),
    "half a height": card(": input.height must be 1 to 4096 pixels: correct it.", "input: {height: 7.5}"),
    "two channels": card(": input.channels must be 1 (greyscale) or 3 (colour): correct it.", "input: {channels: 2}"),
    "scale of text": card(": input.scale must be a number such as 0.00392: correct it.", "input: {scale: 1/255}"),
    "other width": card(
        " says input.width 8, but the model reads [1, 3, 224, 224]: make it 224.", "input: {width: 8}", PICTURES
    ),
    "other channels": card(
        " says input.channels 1, but the model reads [1, 3, 224, 224]: make it 3.", "input: {channels: 1}", PICTURES
    ),
    "other layout": card(
        " says layout NHW, but the model reads [1, 3, 224, 224]: correct input.layout.",
        "input: {layout: NHW}",
        PICTURES,
    ),
    "other area": card(
        " describes pictures of 8 x 9 x 1, but the model reads 64 numbers: correct input.",
        "input: {width: 8, height: 9, channels: 1}",
    ),
    "bomb of aliases": card(
        " repeats itself by aliases too often: write it without them.",
        "a0: &a0 [1]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9)),
    ),
    # labels.txt
    "too few labels": beside(
        "labels.txt names 9 labels, but model.onnx answers with 10: name every class once.", "labels.txt", WORDY
    ),
    "same label twice": beside(
        "labels.txt names “bird 3” more than once: name every class once.", "labels.txt", WORDY + "bird 3\n"
    ),
    "empty label": beside(
        "labels.txt has an empty line 2: write one label a line without gaps.", "labels.txt", "wren\n\n" + WORDY
    ),
    "no labels": beside("labels.txt names no label: write one a line, or leave the file out.", "labels.txt", "\n \n"),
    "labels in Latin-1": beside(
        "labels.txt is not UTF-8 text: save it as UTF-8 and upload it again.", "labels.txt", "Möwe".encode("latin-1")
    ),
    # suite.yaml
    "golden file left behind": suite(
        ", line 1: golden/7.png is not there: put it beside the suite.",
        "requests: [{name: seven, image: golden/7.png}]",
    ),
    "golden set without a picture": beside(
        "golden/expected.csv, line 2 names golden/7.png, which is not there: put it there.",
        "golden/expected.csv",
        "file,expected\n7.png,7\n",
    ),
    "golden set without columns": beside(
        "golden/expected.csv, line 1, must name the columns `file,expected`, not file,label.",
        "golden/expected.csv",
        "file,label\n7.png,7\n",
    ),
    "golden set of broken lines": beside(
        "golden/expected.jsonl, line 1, is no JSON: Expecting value.", "golden/expected.jsonl", '{"input": seven}'
    ),
    "misspelt check": suite(
        ", line 2: `acuracy` is not known here: perhaps `accuracy` is meant.", "ready:\nacuracy: 0.9"
    ),
    "impossible accuracy": suite(
        ", line 1: `at_least` must be a share from 0 to 1 (0.9 is 90 %), not 90.", "accuracy: {at_least: 90}"
    ),
    "budgets that fall": suite(
        ", line 3: The budgets of `latency` must rise from p50 to p95 to p99: correct them.",
        "ready: /health\n\nlatency: {p50: 300, p95: 100}",
    ),
    "broken JMESPath": suite(
        ", line 4: `a[` is no JMESPath expression (Invalid jmespath expression: Incomplete expression): mend it.",
        "requests:\n- name: a\n  expect:\n    json: {'a[': 1}",
    ),
    "broken regular expression": suite(
        ", line 1: `matches` is no regular expression (missing ), unterminated subpattern at position 0).",
        "requests: [{name: a, expect: {text: {matches: '(a+'}}}]",
    ),
    "schema that would be fetched": suite(
        ', line 1: `schema` refers to another document: let every `$ref` begin with "#".',
        "contract: {schema: {properties: {a: {$ref: 'http://169.254.169.254/'}}}}",
    ),
    "path to another host": suite(
        """, line 1: `path` must be a path that begins with '/', without spaces, not "@127.0.0.1:9001/x".""",
        "requests: [{name: a, path: '@127.0.0.1:9001/x'}]",
    ),
    "file outside": suite(
        ', line 1: `image` must be a path that stays beside the suite, like golden/7.png, not "../7.png".',
        "requests: [{name: a, image: ../7.png}]",
    ),
    "two requests of one name": suite(
        ", line 3: Another request has the name a, too: give each its own.", "requests:\n- {name: a}\n- {name: a}"
    ),
}
