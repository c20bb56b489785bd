"""No bytes, however they are made, take much reading or time, or bring a reader down."""

from __future__ import annotations

import io
import time
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from slipway.errors import Refused
from slipway.uploads import freeze as freezing
from slipway.uploads.limits import Deadline, Rules
from slipway.uploads.upload import list_upload
from slipway.uploads.validation import formats, labels, model_card, onnx_header, saved_models, suites, yaml_documents
from slipway.uploads.validation.accepted import Accepted
from slipway.uploads.validation.inspection import inspect
from slipway.uploads.validation.ranged import BYTES, REQUESTS, Ranged
from tests.support.fakes import FakeBucket, FakeClock
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
    varint,
    weights,
    zip64,
    zipped,
)  # fmt: skip
from tests.support.made_models import tensor as value

# What pickletools says of escapes in bytes that are no pickle.
pytestmark = pytest.mark.filterwarnings("ignore:invalid escape sequence:DeprecationWarning")

FILES = {
    "model.onnx": onnx(initializers=[weights("w", bytes(8)), weights("x", location="x.bin")]),
    "model.h5": hdf5(),
    "model.hdf5": hdf5(3, user_block=512),
    "model.safetensors": safetensors(),
    "model.tflite": tflite(),
    "saved_model.pb": saved_model(),
    "variables/variables.index": variables_index(),
    "model.keras": keras(),
    "x.npz": zipped({"a.npy": npy()}),
    "y.npz": zip64(len(npy()), "a.npy", npy()),
    "x.npy": npy(),
    "model.pkl": pickled(),
    "model.pt": torch(),
    "old.pkl": pickled(0),
    "fingerprint.pb": part(1, 7),
    "golden/a.json": b'{"a": [1, "b"]}',
    "golden/a.csv": b"file,expected\n7.png,7\n",
    "golden/a.yaml": b"a: [1, b]",
    "golden/7.png": b"\x89PNG\r\n\x1a\n",
    "golden/a.wav": b"RIFF\0\0\0\0WAVE",
}
EVERYTHING = Accepted(tuple(formats.FORMATS))
CARD = b"author: ada\nmetrics: {accuracy: 0.97}\ninput: {width: 8, mean: [0.5], layout: flat}\n"
SUITE = b"ready: {deadline: 3}\nrequests: [{name: a, image: golden/7.png, expect: {status: 200, json: {a: 1}}}]\n"


class Counted:
    """A file that counts what is read of it; what is not written down is zeros."""

    def __init__(self, content: bytes, size: int | None = None, tail: bytes = b"") -> None:
        self.content, self.tail, self.size = content, tail, len(content) if size is None else size
        self.bytes = self.requests = 0

    def read(self, start: int, length: int) -> bytes:
        self.bytes, self.requests = self.bytes + length, self.requests + 1
        end = min(start + length, self.size)
        gap = max(min(end, self.size - len(self.tail)) - max(start, len(self.content)), 0)
        tail = max(start - (self.size - len(self.tail)), 0)
        return (
            self.content[start:end] + bytes(gap) + self.tail[tail : tail + end - max(start, self.size - len(self.tail))]
        )

    def look(self, name: str) -> list[str]:
        """Look at it as a service does that takes everything."""
        source, known = Ranged(self.read, self.size), EVERYTHING.format_of(name)
        assert known is not None
        found = formats.problems(name, source, known)
        if not found and known.read is saved_models.problems:
            found = saved_models.folder_problems(name, source, ())
        return found


def sentences(found: list[str]) -> bool:
    """Tell whether each is one plain sentence."""
    return all(one.endswith(".") and "\n" not in one and len(one) < 500 for one in found)


mutations = st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.binary(max_size=6), st.integers(0, 9)), max_size=5)


def mutated(content: bytes, changes: list[tuple[float, bytes, int]]) -> bytes:
    """Replace some bytes by others, or drop them."""
    for place, new, dropped in changes:
        at = int(place * len(content))
        content = content[:at] + new + content[at + dropped :]
    return content


hostile = settings(max_examples=40, deadline=1000, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("name", FILES)
@hostile
@given(content=st.binary(max_size=2000))
def test_random_bytes_have_problems_or_none(name: str, content: bytes) -> None:
    """Every reader answers in sentences."""
    beginning = FILES[name][:8] if len(content) % 2 else b""
    file = Counted(beginning + content)
    assert sentences(file.look(name))
    assert (file.bytes <= BYTES, file.requests <= REQUESTS) == (True, True)


@pytest.mark.parametrize("name", FILES)
@hostile
@given(changes=mutations)
def test_a_valid_file_with_some_bytes_changed_has_problems_or_none(
    name: str, changes: list[tuple[float, bytes, int]]
) -> None:
    """Damage that is found is told, damage that is not does not matter here."""
    file = Counted(mutated(FILES[name], changes))
    assert sentences(file.look(name))
    assert (file.bytes <= BYTES, file.requests <= REQUESTS) == (True, True)


def card_problems(content: bytes) -> list[str]:
    """What is said of a card."""
    try:
        return model_card.problems(yaml_documents.load("card.yaml", content), (1, 64))
    except Refused as problem:
        return [str(problem)]


DOCUMENTS: dict[str, tuple[Callable[[bytes], list[str]], bytes]] = {
    "card": (card_problems, CARD),
    "labels": (lambda content: labels.problems(content, "model.onnx", 10), b"wren\nrobin\n"),
    "suite": (lambda content: suites.problems(content, ()), SUITE),
}
PIECES = (
    "a |: |- |[|{|]|}|,|\n|  |&a |*a|<<: |!!int |!!bool |!!timestamp |!!set |!!binary |!!float |!!python/name:os |? "
    "|> |'|\"|2024-13-45|1:61|.nan|null|input: |author: |metrics: |requests: |name: |image: |expect: |\0|\u2028|"
    "%YAML 9.9\n|---\n"
)
yaml_pieces = st.lists(st.sampled_from(PIECES.split("|")), max_size=30).map("".join).map(str.encode)


@pytest.mark.parametrize("kind", DOCUMENTS)
@hostile
@given(content=st.one_of(st.binary(max_size=200), yaml_pieces, st.text().map(str.encode)), changes=mutations)
def test_what_people_write_has_problems_or_none(
    kind: str, content: bytes, changes: list[tuple[float, bytes, int]]
) -> None:
    """A card, labels or a suite of any bytes."""
    problems, valid = DOCUMENTS[kind]
    assert sentences(problems(content))
    assert sentences(problems(mutated(valid, changes)))


MONSTROUS = [
    *(piece * 20_000 for piece in (b"[", b"{", b"a: ", b"- ", b"? ", b"1", b"&a ", b"!!int ")),
    b"&a [*a]",
    b"a: &a {<<: *a}",
    b"a: &a {b: 1}\n" + b"".join(b"a: &a {<<: [" + b"*a, " * 20 + b"]}\n" for _ in range(20)),
    b"requests: &r [{name: *r}]",
    b"requests: [{expect: {status: .inf}, name: a}]",
    b"requests: [{name: a, image: [1]}]",
    b"requests: [{name: a, image: 'http://['}]",
    b"ready: {deadline: 1e999}",
    b"!!python/object/apply:os.system [ls]",
    b"'" + b"\\n" * 30_000,
    b"key: |\n" + b" x\n" * 20_000,
]


@pytest.mark.parametrize("kind", ["card", "suite"])
@pytest.mark.parametrize("text", MONSTROUS, ids=lambda text: text[:20].decode())
def test_monstrous_yaml_is_answered_soon(kind: str, text: bytes) -> None:
    """Deep, long, endless and forbidden documents."""
    began = time.process_time()
    assert sentences(DOCUMENTS[kind][0](text))
    assert time.process_time() - began < 5


def test_a_model_of_gigabytes_is_looked_at_in_a_few_reads() -> None:
    """Its weights are stepped over: what it reads and answers is found behind them."""
    weighs = 2 << 30
    tensor = part(1, 1) + part(2, 1) + part(8, "w") + b"\x4a" + varint(weighs)
    graph = b"\x2a" + varint(len(tensor) + weighs) + tensor
    ends = part(11, value("pixels", (1, 64))) + part(12, value("scores", (1, 10)))
    head = part(1, 8) + b"\x3a" + varint(len(graph) + weighs + len(ends)) + graph
    tail = ends + part(8, part(2, 17))
    file = Counted(head, len(head) + weighs + len(tail), tail)
    assert file.look("model.onnx") == []
    header = onnx_header.read(Ranged(file.read, file.size))
    assert (header.picture, header.classes) == ((1, 64), 10)
    assert (file.bytes < 32 * 1024, file.requests < 20) == (True, True)


def test_a_model_of_a_thousand_tensors_is_read() -> None:
    """Large networks have as many, each stepped over."""
    content = onnx(initializers=[weights(f"w{number}", bytes(3000)) for number in range(1000)])
    assert Counted(content).look("model.onnx") == []


def test_a_model_of_too_many_tensors_is_refused_within_the_budget() -> None:
    """What cannot be read is not guessed, and there is a way to write it that can."""
    file = Counted(onnx(initializers=[weights("w", bytes(3000))] * (REQUESTS + 1)))
    assert file.look("model.onnx") == [
        "model.onnx has too many tensors inside to be checked: export it with its weights in one file beside it."
    ]
    assert (file.bytes <= BYTES, file.requests <= REQUESTS) == (True, True)


def test_a_large_archive_is_read_at_its_end() -> None:
    """The members' names and sizes lie there."""
    huge = Counted(b"PK\x03\x04", 3 << 30, b"no directory")
    assert huge.look("x.npz") == [
        f"x.npz is cut off after {3 << 30:,} bytes: export it again and upload the whole file."
    ]
    assert huge.bytes < 256 * 1024


def test_an_archive_with_too_many_members_is_refused() -> None:
    """None of them is looked into."""
    content = zipped({f"{number:050}": b"" for number in range(4000)}, 0)
    assert Counted(content).look("x.npz") == [
        "x.npz has 4,000 members and at most 1,000 are looked into: put fewer files into it."
    ]


def test_a_file_is_read_like_any_other() -> None:
    """Zipfile and others take it for a file."""
    source = Ranged(Counted(b"0123456789").read, 10)
    assert source.seek(-3, io.SEEK_END) == 7
    assert source.read(100) == b"789"
    assert source.seek(1) == 1
    assert source.read(2) + source.read(2) == b"1234"
    with pytest.raises(OSError, match="beginning"):
        source.seek(-11, io.SEEK_END)


@settings(max_examples=60, deadline=None)
@given(numbers=st.binary(min_size=4, max_size=64))
def test_plain_numbers_beside_a_model_are_fit_whatever_they_look_like(numbers: bytes) -> None:
    """0.6 % of random weights begin as a pickle could: nothing but the model reads them."""
    model = onnx(initializers=[weights("w", location="model.onnx.data")])
    files = {"models/birds/v1/model.onnx": model, "models/birds/v1/model.onnx.data": numbers}
    bucket = FakeBucket()
    for key, content in files.items():
        bucket.put(key, content)
    upload = list_upload(bucket, "models/birds/v1/")
    listing, clock = freezing.listed(upload, upload.objects), FakeClock()
    assert inspect(bucket, listing, Rules(1000), Deadline(clock)).problems == ()
