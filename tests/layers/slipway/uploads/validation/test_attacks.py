"""Attacks on what gets in, each with what becomes of it.

| attack | result |
|---|---|
| integers that one unpickler refuses and another takes (`I0x1`), under any name | refused by name, or as no ONNX |
| a pickle that is bzip2, zlib or bare lzma as well | refused by name |
| a pickle behind ONNX's first fields | damaged: what follows must be fields of a model |
| `.npy` with its object descriptor escaped, late, beyond what is read, nested, given twice | no plain array |
| `.npy` whose header calls, nests thousands of brackets, or promises more numbers than there are | no array |
| `.npz` with a pickle that is called `.npy`, a member twice, objects in the last of many | refused |
| Keras Lambda beyond the first 96 KB, in escapes, in a model in a wrapper; `__lambda__` | refused by its class |
| Keras entry that imports by `module` or `registered_name`, without a class, with one that is no text | refused |
| Keras layers that load other models or files (TFSMLayer, StringLookup); unsafe loading switched on | refused |
| Keras archive with a second `config.json`, other parts, or weights that are no HDF5 | refused |
| SavedModel that reads or writes files, in the graph or in a function, or runs Python under another name | refused |
| SavedModel that saves a checkpoint from its graph or its serving function | refused |
| SavedModel with Keras layers in its objects, or with `keras_metadata.pb` beside it | refused |
| TensorFlow Lite with an operator of TensorFlow or of somebody's own | refused |
| tar, 7z, `.so`, `.py`, HTML, a second extension, a Greek letter in the extension | refused by name |
| a picture that is a program | refused: it does not begin as its name says |
| weights called `.py`, `.so`, `.pkl` by the model itself | refused: weights are not called so |
| weights in `/proc`, above the folder, shorter than promised, at an offset that is no number | refused |
| the same in a constant, a sparse tensor, a function; a second graph | refused |
| SavedModel function whose name is given twice, so that it looks like a checkpoint's | refused |
| safetensors whose bytes are not its numbers | refused |
| keys twice, half characters, numbers beyond floats in card or marker; hidden or doubled labels and names | refused |
| 10 KB of zips in zips; 60,000 members; a list of members as long as the file | refused in seconds |
| millions of fields, buffers, layers; deep JSON; 9 MB of text | refused in seconds |
| millions of lists in JSON | taken in seconds: it is JSON |
| many files that each take their time | refused when the time of an upload is over |
| 1,750 bad files with long, hostile names | ten problems and a count |
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest

from slipway.models import Arrival, Release, State
from slipway.smoke.suite import schema_rules
from slipway.uploads.limits import Rules
from slipway.uploads.receive import UploadReceiver
from slipway.uploads.validation import pictures
from tests.support.fakes import NOW, FakeBucket, FakeClock, FakeLedger, FakePipeline
from tests.support.made_attacks import ATTACKS, SAVER, SLOW, custom, external, graph, nested
from tests.support.made_models import function, keras, node, onnx, part, varint

# What pickletools says of escapes in bytes that are no pickle.
pytestmark = pytest.mark.filterwarnings("ignore:invalid escape sequence")

FOLDER = "models/birds/v1/"
SETTLE = timedelta(seconds=20)
EVERYTHING = ("onnx", "labels.txt", "keras", "saved_model", "tflite", "safetensors", "numpy")


def receive(files: dict[str, bytes], accepted: tuple[str, ...] = EVERYTHING) -> Release:
    """Upload files beside each other, and handle the last one's event."""
    bucket = FakeBucket()
    for path, content in files.items():
        bucket.put(FOLDER + path, content)
    rules = Rules(1 << 31, accepted=accepted)
    uploads = UploadReceiver(bucket, FakeLedger(), FakePipeline(), FakeClock(NOW + SETTLE * 2), SETTLE, rules)
    release = uploads.receive(Arrival(FOLDER + max(files), NOW))
    assert release is not None
    return release


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_refused_with_a_sentence(name: str) -> None:
    """By a service that takes every format that is not code."""
    make, told = ATTACKS[name]
    release = receive(make())
    assert (release.state, told in release.reason) == (State.REFUSED, True), release.reason


@pytest.mark.parametrize("kind", SLOW)
def test_what_would_take_long_is_answered_soon(kind: str) -> None:
    """In seconds of processor time, whatever its size."""
    files = SLOW[kind]()
    began = time.process_time()
    release = receive(files)
    took = time.process_time() - began
    assert took < 30, f"{took:.1f} s"
    assert len(release.reason) < 1000
    assert release.state is (State.RECEIVED if kind == "JSON" else State.REFUSED), release.reason


def test_a_small_zip_of_zips_is_small() -> None:
    """What the test above takes for one."""
    assert len(nested(3)) < 20_000


def test_files_that_take_their_time_end_with_the_time_of_an_upload(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is within its own bounds, and together they are too many: a sentence says so, not a function that dies."""
    bucket, clock = FakeBucket(), FakeClock(NOW + SETTLE * 2)
    for number in range(300):
        bucket.put(f"{FOLDER}golden/{number:03}.json", b"[1]")
    bucket.put(FOLDER + "model.onnx")
    read = bucket.read

    def slowly(*given: Any) -> bytes:
        clock.sleep(1)
        return read(*given)

    monkeypatch.setattr(bucket, "read", slowly)
    uploads = UploadReceiver(bucket, FakeLedger(), FakePipeline(), clock, SETTLE, Rules(1 << 20))
    release = uploads.receive(Arrival(FOLDER + "model.onnx", NOW))
    assert release is not None
    assert release.reason == "The upload could not be read within 3 minutes: upload less, or try it again."


def test_what_a_reader_stumbles_over_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A function that dies of a file tells nobody anything."""

    def stumble(*_: object) -> list[str]:
        raise KeyError("what nobody thought of")

    monkeypatch.setattr(pictures, "_BEGINNINGS", {".png": None})
    release = receive({"model.onnx": onnx(), "golden/1.png": b"\x89PNG"})
    assert "golden/1.png is not a .png file that can be read" in release.reason
    monkeypatch.setattr(schema_rules, "_dangers", stumble)
    suite = b"requests: [{name: a, expect: {schema: {type: object}}}]"
    assert "`schema` is no JSON Schema: mend it" in receive({"model.onnx": onnx(), "suite.yaml": suite}).reason


@pytest.mark.parametrize("folder", ["\x1b[2J", "a\r", "\x07"])
def test_a_folder_s_name_is_plain_too(folder: str) -> None:
    """It is shown wherever the release is."""
    bucket, key = FakeBucket(), f"models/birds/{folder}/model.onnx"
    bucket.put(key, onnx())
    rules = Rules(1 << 31, accepted=EVERYTHING)
    uploads = UploadReceiver(bucket, FakeLedger(), FakePipeline(), FakeClock(NOW + SETTLE * 2), SETTLE, rules)
    release = uploads.receive(Arrival(key, NOW))
    assert release is not None
    assert "has a control character in its name: rename it." in release.reason


def test_1750_bad_files_are_told_in_a_few_sentences() -> None:
    """DynamoDB, SNS and Slack have limits, and people have eyes."""
    bad = {f"{'n' * 200}{number:04}\u202e\n.onnx": b"weights" for number in range(1750)}
    release = receive(bad)
    assert release.state is State.REFUSED
    assert release.reason.endswith("There are 3,490 more problems: solve these first.")
    assert len(release.reason.encode()) < 6000
    strangers = receive({"model.onnx": onnx(), **{f"{number:04}.py": b"x" for number in range(1749)}})
    assert strangers.reason.startswith("0000.py, 0001.py, 0002.py and 1,746 more is not among the files")


def test_a_protobuf_of_one_endless_field_is_cut_off() -> None:
    """Its length is a promise."""
    assert "is cut off" in receive({"model.onnx": part(1, 8) + b"\x3a" + varint(1 << 40)}).reason


def test_a_model_whose_weights_are_elsewhere_and_whole_is_fit() -> None:
    """What is refused above is refused for its fault alone."""
    assert receive(external("model.onnx.data", offset="0", length="4")).state is State.RECEIVED
    assert receive({"model.tflite": custom("TFLite_Detection_PostProcess")}).state is State.RECEIVED
    assert (
        receive(graph(part(1, node("StatefulPartitionedCall", SAVER)) + function(SAVER, node("SaveV2")))).reason == ""
    )
    assert receive({"model.keras": keras()}).state is State.RECEIVED
