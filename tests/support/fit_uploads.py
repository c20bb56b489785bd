"""Uploads that look unusual and are fit: full keys, with what lies there."""

from __future__ import annotations

from tests.support.made_models import (
    hdf5,
    keras,
    npy,
    onnx,
    safetensors,
    saved_model,
    tflite,
    variables_index,
    weights,
    zip64,
    zipped,
)  # fmt: skip

FOLDER = "models/birds/v1/"
LABELS = "".join(f"bird {number}\n" for number in range(10)).encode()
MODEL = {FOLDER + "model.onnx": onnx()}


def named(name: str) -> dict[str, bytes]:
    """A model under a name of its own."""
    return {FOLDER + name: onnx()}


def alone(name: str, content: bytes) -> dict[str, bytes]:
    """A file without others."""
    return {FOLDER + name: content}


def beside(**files: bytes) -> dict[str, bytes]:
    """Files beside a model; an underscore stands for the dot."""
    return {**MODEL, **{FOLDER + name.replace("_", "."): content for name, content in files.items()}}


FIT: dict[str, dict[str, bytes]] = {
    "a space": named("my model.onnx"),
    "a plus": named("a+b.onnx"),
    "a percent sign": named("a%20b.onnx"),
    "ampersand and hash": named("a&b#c?d=e.onnx"),
    "umlauts": named("Vögel/größer.onnx"),
    "emoji": named("👩\u200d🔬 🐦.onnx"),
    "quotes": named('it\'s "the" one.onnx'),
    "capital suffix": named("MODEL.ONNX"),
    "two dots": named("v1..2.onnx"),
    "a very long key": named("/".join(["folder" * 20] * 7) + "/model.onnx"),
    "the longest name": named("n" * 250 + ".onnx"),
    "nested folders": named("a/b/c/d/model.onnx"),
    "a folder with a space and a plus": {"models/birds/v1 + more/model.onnx": onnx()},
    "folder markers": {**MODEL, FOLDER: b"", FOLDER + "golden/": b""},
    "extra files without content": beside(notes_md=b"", labels_md=b""),
    "an empty card": beside(card_yaml=b""),
    "a card with everything": beside(
        card_yaml=b"author: ada@example.com\nnotes: [\xf0\x9f\x90\xa6]\nmetrics: {accuracy: 0.97, epochs: 3}\n"
        b"input: {width: 8, height: 8, channels: 1, scale: 0.00392, mean: 0.5, std: [0.5], resample: box,\n"
        b"  background: black, expects: one bird}\n"
    ),
    "a card that begins with a byte order mark": beside(card_yaml=b"\xef\xbb\xbfauthor: Ada <ada@example.com>\r\n"),
    "labels with a byte order mark and Windows lines": beside(
        labels_txt=b"\xef\xbb\xbf" + LABELS.replace(b"\n", b"\r\n")
    ),
    "labels that end in empty lines": beside(labels_txt=LABELS + b"\n\n"),
    "labels of a model that does not tell its size": {
        FOLDER + "model.onnx": onnx(outputs=[(("batch", "classes"), 1)]),
        FOLDER + "labels.txt": b"wren\n",
    },
    "labels and an output of names before the one of numbers": {
        FOLDER + "model.onnx": onnx(outputs=[(("batch",), 7), (("batch", 10), 1)]),
        FOLDER + "labels.txt": LABELS,
    },
    "an input that is a weight": {
        FOLDER + "model.onnx": onnx(initializers=[weights("w", bytes(4))], extra_inputs=["w"]),
        FOLDER + "card.yaml": b"input: {width: 8, height: 8, channels: 1}",
    },
    "weights beside the model": {
        FOLDER + "model.onnx": onnx(initializers=[weights("w", location="model.onnx.data")]),
        FOLDER + "model.onnx.data": b"1234",
    },
    "a card for colour pictures, channels last": {
        FOLDER + "model.onnx": onnx((1, 224, 224, 3)),
        FOLDER + "card.yaml": b"input: {width: 224, height: 224, channels: 3}",
    },
    "a suite with its golden file": {
        **MODEL,
        FOLDER + "golden/7.png": b"\x89PNG\r\n\x1a\n",
        FOLDER + "suite.yaml": b"requests: [{name: seven, image: golden/7.png, expect: {json: {prediction: 7}}}]",
    },
    "a single file": {"models/birds/model.onnx": onnx()},
    "a single file of another format": {"models/birds/bird model (final).safetensors": safetensors()},
    "two models": {**MODEL, FOLDER + "decoder.onnx": onnx()},
    "HDF5": alone("model.h5", hdf5()),
    "HDF5 of the newest kind, behind a user block": alone("model.hdf5", hdf5(3, user_block=1024)),
    "TensorFlow Lite": alone("model.tflite", tflite()),
    "safetensors": alone("model.safetensors", safetensors()),
    "Keras": alone("model.keras", keras()),
    "a SavedModel folder": {
        FOLDER + "saved_model.pb": saved_model(),
        FOLDER + "assets/": b"",
        FOLDER + "fingerprint.pb": b"\x08\x01",
        FOLDER + "variables/variables.index": variables_index(),
        FOLDER + "variables/variables.data-00000-of-00001": b"0",
    },
    "a frozen SavedModel": alone("export/saved_model.pb", saved_model("Const")),
    "arrays beside the model": beside(mean_npy=npy(), more_npz=zipped({"a.npy": npy(), "b.npy": npy("<i8")})),
    "a zip64": beside(data_npz=zip64(len(npy()), "a.npy", npy())),
    "labels that could be an old pickle's beginning": beside(labels_txt=b"cos\nsin\n" + LABELS[14:]),
    "text that could be an old pickle's beginning": beside(more_txt=b"cat\ndog\n(I1\n"),
    "golden inputs of every kind": {
        **MODEL,
        FOLDER + "golden/expected.jsonl": b'{"input": {"x": 1}, "expected": 2}\n',
        FOLDER + "golden/request.json": b'{"x": [1, 2]}',
        FOLDER + "golden/deep/er/7.jpg": b"\xff\xd8\xff\xe0",
        FOLDER + "golden/7.gif": b"GIF89a",
    },
    "tables of another service": {**MODEL, FOLDER + "tokenizer.json": b'{"a": 1}', FOLDER + "vocab/words.txt": b"a"},
}

# What the service declares that takes them, where it is not the sample one.
DECLARED = {
    "extra files without content": ("onnx", "*.md"),
    "a single file of another format": ("safetensors",),
    "HDF5": ("hdf5",),
    "HDF5 of the newest kind, behind a user block": ("hdf5",),
    "TensorFlow Lite": ("tflite",),
    "safetensors": ("safetensors",),
    "Keras": ("keras",),
    "a SavedModel folder": ("saved_model",),
    "a frozen SavedModel": ("saved_model",),
    "arrays beside the model": ("onnx", "numpy"),
    "a zip64": ("onnx", "numpy"),
    "text that could be an old pickle's beginning": ("onnx", "more.txt"),
    "tables of another service": ("onnx", "tokenizer.json", "vocab/*.txt"),
}
