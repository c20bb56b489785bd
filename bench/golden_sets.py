"""Golden sets to measure with: JSON lines, and pictures in a folder."""

from __future__ import annotations

import base64
import json
import random
from pathlib import Path

from bench.echo_server import prediction

SUITE = "accuracy: 1\nconcurrency: 32\ncontract: null\nidentity: absent\n"
PICTURE = 1000  # bytes, about those of a small picture


def lines(folder: Path, cases: int) -> Path:
    """Write a suite whose golden set is one file; gives the suite's path."""
    rows = [{"input": value, "expected": prediction(body_of(value))} for value in map(value_of, range(cases))]
    return _suite(folder, {"golden.jsonl": "".join(json.dumps(row) + "\n" for row in rows).encode()})


def pictures(folder: Path, cases: int) -> Path:
    """Write a suite whose golden set is a file a case; gives the suite's path."""
    numbers = random.Random(1)  # noqa: S311  # the same every time
    files = {f"{number:05}.png": b"\x89PNG\r\n\x1a\n" + numbers.randbytes(PICTURE) for number in range(cases)}
    rows = [f"{name},{prediction(_as_data_url(content))}\n" for name, content in files.items()]
    return _suite(folder, files | {"expected.csv": ("file,expected\n" + "".join(rows)).encode()})


def value_of(number: int) -> dict[str, str]:
    """Make an input of about the size of a very small picture."""
    return {"image": f"{number:08}" * 20}


def body_of(value: object) -> bytes:
    """Write an input as it is sent."""
    return json.dumps(value).encode()


def _as_data_url(content: bytes) -> bytes:
    return body_of({"image": f"data:image/png;base64,{base64.b64encode(content).decode()}"})


def _suite(folder: Path, files: dict[str, bytes]) -> Path:
    (folder / "golden").mkdir(parents=True)
    for name, content in files.items():
        (folder / "golden" / name).write_bytes(content)
    (folder / "suite.yaml").write_text(SUITE)
    return folder / "suite.yaml"
