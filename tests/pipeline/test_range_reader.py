"""Large files arrive by ranges, over connections that break, and in memory that does not grow with them."""

from __future__ import annotations

import hashlib
import os
import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread

import pytest

from pipeline import fetch, range_reader
from pipeline.errors import BuildError
from pipeline.manifest import File

CONTENT = os.urandom(10_500)
RANGE = 1000


@dataclass
class Store:
    """An S3 of one object, over real connections: `cuts` says how many bytes an answer from there sends, in turn."""

    address: str = ""
    content: bytes = CONTENT
    parts: list[int] = field(default_factory=list)
    cuts: dict[int, list[int]] = field(default_factory=dict)
    missing: int = -1
    deaf: bool = False
    asked: list[tuple[int, int]] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)


class Handler(BaseHTTPRequestHandler):
    """Answers GetObject and GetObjectAttributes."""

    store: Store
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if "attributes" in self.path:
            return self.answer(200, self.attributes())
        store, whole = self.store, (0, len(self.store.content))
        found = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        first, end = (int(found[1]), int(found[2]) + 1) if found and not store.deaf else whole
        with store.lock:
            store.asked.append((first, end))
            cut = store.cuts.get(first, [])
            sent = cut.pop(0) if cut else end - first
        if first == store.missing:
            return self.answer(404, b"<Error><Code>NoSuchVersion</Code></Error>")
        body = store.content[first:end]
        place = {"Content-Range": f"bytes {first}-{first + len(body) - 1}/{len(store.content)}"}
        return self.answer(206 if found else 200, body, place if (first, end) != whole else {}, sent)

    def answer(self, status: int, body: bytes, headers: dict[str, str] | None = None, sent: int = 1 << 20) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[:sent])
        self.close_connection = sent < len(body)

    def attributes(self) -> bytes:
        """Give two parts a page."""
        after = int(self.headers.get("x-amz-part-number-marker", 0))
        page = range(after + 1, min(after + 2, len(self.store.parts)) + 1)
        parts = "".join(
            f"<Part><PartNumber>{n}</PartNumber><Size>{self.store.parts[n - 1]}</Size></Part>" for n in page
        )
        more = f"<IsTruncated>{'true' if page.stop <= len(self.store.parts) else 'false'}</IsTruncated>"
        marker = f"<NextPartNumberMarker>{page.stop - 1}</NextPartNumberMarker>"
        inner = f"<ObjectParts>{more}{marker}{parts}</ObjectParts>"
        return f"<GetObjectAttributesResponse>{inner}</GetObjectAttributesResponse>".encode()

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def store(aws_environment: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Serve an object, fetched by ranges of a thousand bytes."""
    monkeypatch.setattr(fetch, "RANGE", RANGE)
    monkeypatch.setattr(range_reader, "PAUSE", 0.001)
    store = Store()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("OfThisStore", (Handler,), {"store": store}))
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield store
    server.shutdown()
    server.server_close()


def frozen(algorithm: str = "SHA256", value: str = "") -> File:
    value = value or b64encode(hashlib.sha256(CONTENT).digest()).decode()
    return File(
        "model.onnx", "models/a/v1/model.onnx", "v", len(CONTENT), "0-2", {"algorithm": algorithm, "value": value}
    )


def fetched(folder: Path, file: File | None = None) -> bytes:
    digests = fetch.fetch(fetch.client(), "models", (file or frozen(),), folder)
    content = (folder / "model.onnx").read_bytes()
    assert digests == {"model.onnx": hashlib.sha256(content).hexdigest()}
    return content


def of_parts(*sizes: int) -> str:
    """Compute the checksum of the checksums of parts, as S3 does."""
    starts = [sum(sizes[:number]) for number in range(len(sizes))]
    digests = [hashlib.sha256(CONTENT[at : at + size]).digest() for at, size in zip(starts, sizes, strict=True)]
    return f"{b64encode(hashlib.sha256(b''.join(digests)).digest()).decode()}-{len(sizes)}"


def test_every_range_is_asked_for_once(store: Store, tmp_path: Path) -> None:
    """A file that is larger than a range comes in ranges, which cover it without a byte twice."""
    assert fetched(tmp_path) == CONTENT
    assert sorted(store.asked) == [(at, min(at + RANGE, 10_500)) for at in range(0, 10_500, RANGE)]


def test_a_broken_connection_goes_on_where_it_broke(store: Store, tmp_path: Path) -> None:
    """Only what is missing of a range is asked for again, however often its connection breaks."""
    store.cuts = {3000: [400], 3400: [0, 0, 1], 3401: [0, 0, 0]}
    assert fetched(tmp_path) == CONTENT
    again = [asked for asked in store.asked if asked[0] % RANGE]
    assert again == [(3400, 4000)] * 3 + [(3401, 4000)] * 4


def test_a_connection_that_only_breaks(store: Store, tmp_path: Path) -> None:
    """A range of which nothing more arrives ends the fetch, and the file is named."""
    store.cuts = {3000: [0] * 99}
    with pytest.raises(BuildError, match=r"model\.onnx stops arriving .*: start the release again"):
        fetched(tmp_path)
    assert store.asked.count((3000, 4000)) == range_reader.ATTEMPTS


def test_a_range_that_never_comes_lets_the_others_go(store: Store, tmp_path: Path) -> None:
    """Those who wait for their turn after a range that cannot be fetched do not wait for ever."""
    store.missing = 0
    with pytest.raises(BuildError, match=r"model\.onnx cannot be fetched .*NoSuchVersion"):
        fetched(tmp_path)
    assert len(store.asked) <= 2 * fetch.WORKERS


@pytest.mark.parametrize("size", [10_499, 10_501])
def test_another_size(store: Store, tmp_path: Path, size: int) -> None:
    """A file that was cut off or has grown is told by its first answer."""
    store.content = (CONTENT * 2)[:size]
    with pytest.raises(BuildError, match=rf"model\.onnx has {size:,} bytes and was frozen with 10,500"):
        fetched(tmp_path)


def test_a_store_without_ranges(store: Store, tmp_path: Path) -> None:
    """An answer from another place of the file is not taken for the one that was asked for."""
    store.deaf = True
    with pytest.raises(BuildError, match=r"answered model\.onnx from byte 0 and not from \d,000"):
        fetched(tmp_path)


def test_a_changed_byte(store: Store, tmp_path: Path) -> None:
    """One byte in the middle is enough to fail."""
    store.content = CONTENT[:5000] + bytes([CONTENT[5000] ^ 1]) + CONTENT[5001:]
    with pytest.raises(BuildError, match=r"model\.onnx is not what was frozen \(its SHA256 differs\)"):
        fetched(tmp_path)


@pytest.mark.parametrize("sizes", [(10_500,), (1, 2500, 7999), (5000, 5000, 500), (3000, 3000, 3000, 1500)])
def test_checksums_of_parts(
    store: Store, tmp_path: Path, sizes: tuple[int, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """A composite checksum is verified with the sizes that S3 keeps of the parts, whatever the ranges were."""
    store.parts = list(sizes)
    assert fetched(tmp_path, frozen(value=of_parts(*sizes))) == CONTENT
    assert f"verified by SHA256 of {len(sizes)} parts" in capsys.readouterr().out


def test_other_parts(store: Store, tmp_path: Path) -> None:
    """The same bytes in other parts are not what was frozen."""
    store.parts = [5000, 5500]
    with pytest.raises(BuildError, match="its SHA256 of 2 parts differs"):
        fetched(tmp_path, frozen(value=of_parts(5500, 5000)))


def test_parts_that_do_not_make_the_file(store: Store, tmp_path: Path) -> None:
    """Parts of another size in all are told before anything is fetched."""
    store.parts = [5000]
    with pytest.raises(BuildError, match=r"parts of model\.onnx have 5,000 bytes and it was frozen with 10,500"):
        fetched(tmp_path, frozen(value=of_parts(5000, 5500)))
    assert store.asked == []
