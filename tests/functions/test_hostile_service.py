"""A compromised service answers what it likes: the smoke test ends all the same, soon, with a verdict and evidence."""

from __future__ import annotations

import asyncio
import gzip
import json
import time
import zlib

import pytest

from slipway.models import Verdict
from tests.functions.test_smoke_test import EVIDENCE, JOB, World, world  # noqa: F401
from tests.support.fault_server import Asked, Fault, answers, says
from tests.support.judged import prediction

METADATA = "http://169.254.169.254/latest/meta-data/iam/security-credentials/"
JSON = "application/json"


async def endless_headers(_: Asked, writer: asyncio.StreamWriter) -> bool:
    """Send three megabytes of headers."""
    writer.write(b"HTTP/1.1 200 Said\r\n")
    for number in range(3000):
        writer.write(f"x-{number}: {'a' * 1000}\r\n".encode())
    writer.write(b"content-length: 2\r\n\r\n{}")
    return False


ANSWERS: dict[str, Fault] = {
    "a redirect to the credentials": answers(302, b"", location=METADATA),
    "a redirect to a file": answers(301, b"", location="file:///etc/passwd"),
    "gzip of a gigabyte": answers(200, gzip.compress(b" " * 2**28), content_type=JSON, content_encoding="gzip"),
    "deflate of a gigabyte": answers(200, zlib.compress(b"[" * 2**28), content_type=JSON, content_encoding="deflate"),
    "JSON of a million brackets": answers(200, b"[" * 10**6, content_type=JSON),
    "JSON of a hundred thousand": answers(200, b'{"prediction":' * 10**5, content_type=JSON),
    "a number of a million digits": answers(200, b"1" * 10**6, content_type=JSON),
    "numbers that are none": answers(200, b'{"prediction": {"winning_class": NaN, "p": Infinity}}', content_type=JSON),
    "half a character": answers(200, b'{"prediction": {"winning_class": "\\ud800"}}', content_type=JSON),
    "bytes that are no text": answers(200, b'{"prediction": {"winning_class": "\xff\xfe"}}', content_type=JSON),
    "a class of a megabyte": says({"prediction": {"winning_class": "w" * 10**6}}),
    "a class that is markup": says(prediction("</td><script>alert(1)</script>]]>&amp;\x00\x1b[2J")),
    "a class that turns around": says(prediction("\u202ewren\u2066\U000e0041")),
    "a class that is an object": says({"prediction": {"winning_class": {"__class__": "wren"}}}),
    "a key a hundred thousand times": answers(200, b"{" + b'"a":1,' * 10**5 + b'"a":1}', content_type=JSON),
    "headers without end": endless_headers,
    "a status of no kind": answers(999, b"{}", content_type=JSON),
    "cookies for others": answers(200, b"{}", content_type=JSON, set_cookie="a=b; Domain=amazonaws.com"),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_whatever_a_service_answers_it_is_judged(world: World, name: str) -> None:  # noqa: F811
    """It never passes, nobody else is asked, and what is shown of it has no markup and no hidden characters."""
    world.service.faults["/predict"] = [ANSWERS[name]]
    world.files["suite.yaml"] = "contract: null\naccuracy: {at_least: 0.9}"
    began = time.process_time()
    world.deliver()
    assert time.process_time() - began < 20
    assert JOB in world.jobs.failed, world.jobs.done
    assert "see its log" not in world.jobs.failed[JOB]
    document = world.bucket.written[EVIDENCE]
    assert json.loads(document)["verdict"] != Verdict.PASSED
    assert len(document) < 2 * 10**6
    page = world.bucket.written["evidence/birds-r12/staging.html"].decode()
    assert "<script" not in page
    assert not set("\u202e\u2066\U000e0041\x00\x1b") & set(page)
    assert not set("\x00\x1b") & set(world.bucket.written["evidence/birds-r12/staging.xml"].decode())
