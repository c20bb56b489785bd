"""The HTTP interface that every suite relies on."""

from __future__ import annotations

import base64
import io
import re
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from starlette.testclient import TestClient

from service.app.classifier import load_classifier
from service.app.pictures import open_picture
from service.app.web import MAX_BODY, create_app
from tests.support.paths import ROOT

GOLDEN = ROOT / "service" / "suite" / "golden"


def url_of(content: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(content).decode()}"


def png_claiming(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims to be of that size."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(100)))


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def test_health(client: TestClient) -> None:
    """A service that runs has loaded its model and says so."""
    answer = client.get("/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_version(client: TestClient) -> None:
    """The passport is served as it was given."""
    assert client.get("/version").json()["candidate"] == "digits-7f3c1e9a2b4d"


def test_model(client: TestClient) -> None:
    """The page learns from the card what the model expects."""
    told = client.get("/model").json()
    assert told["input"]["expects"].startswith("one handwritten digit")
    assert told["labels"] == list("0123456789")


@pytest.mark.parametrize("digit", range(10))
def test_predict_golden(client: TestClient, digit: int) -> None:
    """Each golden picture is read right, with a score for every label."""
    body = {"image": url_of((GOLDEN / f"{digit}.png").read_bytes())}
    prediction = client.post("/predict", json=body).json()["prediction"]
    assert prediction["winning_class"] == str(digit)
    assert prediction["confidence"] == max(prediction["scores"].values())
    assert sum(prediction["scores"].values()) == pytest.approx(1, abs=1e-4)


def test_predict_any_size(client: TestClient, data_url: Callable[..., str]) -> None:
    """A picture may come large, in colour and as a JPEG."""
    with Image.open(GOLDEN / "3.png") as small:
        large = small.resize((400, 400), Image.Resampling.NEAREST).convert("RGB")
    answer = client.post("/predict", json={"image": data_url(large, "JPEG")})
    assert answer.json()["prediction"]["winning_class"] == "3"


def test_predict_sixteen_bits(client: TestClient) -> None:
    """A PNG with 16 bits of grey is read as well as the same picture with 8."""
    with Image.open(GOLDEN / "3.png") as picture:
        deep = Image.fromarray(np.asarray(picture).astype(np.uint16) * 257)
    content = io.BytesIO()
    deep.save(content, "PNG")
    scores = [
        client.post("/predict", json={"image": url_of(each)}).json()["prediction"]["scores"]
        for each in (content.getvalue(), (GOLDEN / "3.png").read_bytes())
    ]
    assert scores[0] == scores[1]


@pytest.mark.parametrize(
    ("body", "status", "word"),
    [
        (b"", 400, "JSON"),
        (b"no json", 400, "JSON"),
        (b"\xff\xfe\xff", 400, "JSON"),
        (b"[" * 100_000, 400, "JSON"),
        (b"[]", 400, "object"),
        (b"{}", 400, "image"),
        (b'{"image": null}', 400, "data URL"),
        (b'{"image": 7}', 400, "data URL"),
        (b'{"image": "https://example.com/7.png"}', 400, "data URL"),
        (b'{"image": "data:image/png;base64,?!"}', 400, "base64"),
        (b'{"image": "data:image/png;base64,AAAA"}', 400, "no picture"),
        (b'{"image": "data:image/png;base64,"}', 400, "no picture"),
        (b" " * (MAX_BODY + 1), 413, "MiB"),
    ],
    ids=lambda value: value[:40].decode(errors="replace") if isinstance(value, bytes) else None,
)
def test_predict_refuses(client: TestClient, body: bytes, status: int, word: str) -> None:
    """A bad request is told in one sentence what is wrong with it."""
    answer = client.post("/predict", content=body)
    assert answer.status_code == status
    assert word in answer.json()["error"]


@pytest.mark.parametrize("side", [6_000, 30_000, 2_000_000])
def test_predict_refuses_bombs(client: TestClient, side: int) -> None:
    """A small file that would unpack to a huge picture is refused before it is unpacked."""
    answer = client.post("/predict", json={"image": url_of(png_claiming(side, side))})
    assert (answer.status_code, "million pixels" in answer.json()["error"]) == (413, True)


@pytest.mark.parametrize("kept", [20, 50, 90])
def test_predict_refuses_damage(client: TestClient, kept: int) -> None:
    """A picture that broke off is refused, wherever it did."""
    content = (GOLDEN / "5.png").read_bytes()[:kept]
    assert client.post("/predict", json={"image": url_of(content)}).status_code == 400


@pytest.mark.parametrize(
    ("method", "path", "status", "sentence"),
    [
        ("GET", "/nowhere", 404, "There is nothing at /nowhere."),
        ("GET", "/health/", 404, "There is nothing at /health/."),
        ("GET", "/predict", 405, "/predict takes POST, not GET."),
    ],
)
def test_misrouted(client: TestClient, method: str, path: str, status: int, sentence: str) -> None:
    """Unknown paths and wrong methods are answered in JSON, too."""
    answer = client.request(method, path)
    assert (answer.status_code, answer.json()) == (status, {"error": sentence})


def test_crash(sample: Path) -> None:
    """What nobody foresaw is answered without a trace."""
    classifier = load_classifier(sample)
    classifier.labels = []
    broken = TestClient(create_app(classifier, {}), raise_server_exceptions=False)
    answer = broken.post("/predict", json={"image": url_of((GOLDEN / "5.png").read_bytes())})
    assert (answer.status_code, list(answer.json())) == (500, ["error"])
    assert "Traceback" not in answer.text


def test_page_needs_no_network(client: TestClient) -> None:
    """The page names no other address, and its headers let it reach none."""
    answer = client.get("/")
    assert "connect-src 'self'" in answer.headers["content-security-policy"]
    page = answer.text.replace("http://www.w3.org/2000/svg", "the icon's namespace, which nobody fetches")
    assert "://" not in page
    assert not re.search(r"""(src|href)=(?!["']?data:)""", page)
    assert "innerHTML" not in answer.text


def read_as(client: TestClient, digit: int, content: bytes) -> bool:
    answer = client.post("/predict", json={"image": url_of(content)})
    return answer.status_code == 200 and bool(answer.json()["prediction"]["winning_class"] == str(digit))


@pytest.mark.parametrize("name", [b"tEXt", b"zTXt", b"iCCP"])
@pytest.mark.parametrize("size", [10, 3_000_000])
def test_what_lies_beside_the_pixels_is_no_fault_of_theirs(client: TestClient, name: bytes, size: int) -> None:
    """Long texts, large colour profiles, and profiles that are none."""
    content = (GOLDEN / "7.png").read_bytes()
    packed = bytes(size) if name == b"tEXt" else b"\0" + zlib.compress(bytes(size))
    beside = chunk(name, b"note\0" + packed)
    assert read_as(client, 7, content[:33] + beside + content[33:])  # behind the header


def test_base64_may_have_line_breaks(client: TestClient) -> None:
    """As MIME writes it, and many encoders."""
    lines = base64.encodebytes((GOLDEN / "7.png").read_bytes()).decode()
    answer = client.post("/predict", json={"image": f"data:image/png;base64,{lines}"})
    assert answer.json()["prediction"]["winning_class"] == "7"


def test_sixteen_bits_of_grey_may_have_a_value_that_is_transparent() -> None:
    """It shows the background."""
    pixels = np.array([[0, 0x8000], [0xFFFF, 0x1234]], np.uint16)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "png", transparency=0x8000)
    read = open_picture(out.getvalue(), 1, "white")
    assert np.asarray(read).tolist() == [[0, 255], [255, 0x12]]
