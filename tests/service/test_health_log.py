"""The log that Elastic Beanstalk's health agent reads of each request."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from service.app.health_log import HealthLog

# What AWS documents: seconds, path, status, seconds of the request and of its upstream, X-Forwarded-For.
LINE = re.compile(r'(\d+\.\d{3})"([^"]*)"(\d{3})"(\d+\.\d{3})"(\d+\.\d{3})"([^"]*)')


async def fine(request: Request) -> Response:
    return PlainTextResponse("fine")


async def broken(request: Request) -> Response:
    raise RuntimeError("a bug")


def client(folder: Path) -> TestClient:
    app = Starlette(routes=[Route("/fine", fine), Route("/broken", broken)])
    return TestClient(HealthLog(app, folder), raise_server_exceptions=False)


def lines(folder: Path) -> list[tuple[str, ...]]:
    (log,) = folder.glob("application.log.*")
    found = [LINE.fullmatch(line) for line in log.read_text().splitlines()]
    return [match.groups() for match in found if match] if all(found) else []


def test_each_request_is_a_line_of_the_format(tmp_path: Path) -> None:
    """With its time, its path, how it ended and who it was forwarded for, in the file of the hour."""
    asked = client(tmp_path)
    asked.get("/fine", headers={"X-Forwarded-For": "203.0.113.7, 10.0.0.1"})
    asked.get("/nowhere")
    (first, second) = lines(tmp_path)
    assert (first[1], first[2], first[5]) == ("/fine", "200", "203.0.113.7, 10.0.0.1")
    assert abs(float(first[0]) - time.time()) < 60
    assert (second[1], second[2], second[5]) == ("/nowhere", "404", "")
    (log,) = tmp_path.iterdir()
    assert re.fullmatch(r"application\.log\.\d{4}-\d\d-\d\d-\d\d", log.name)


def test_a_crash_is_a_failed_request(tmp_path: Path) -> None:
    """It is what turns a deployment red."""
    assert client(tmp_path).get("/broken").status_code == 500
    assert [line[2] for line in lines(tmp_path)] == ["500"]


@pytest.mark.parametrize(
    ("path", "forwarded"), [('/a"500"9', ""), ("/a%0A1.0%22/%22500", ""), ("/" + "a" * 5000, '1"2\t<')]
)
def test_nobody_writes_a_line_by_what_they_ask(tmp_path: Path, path: str, forwarded: str) -> None:
    """Quotes and line ends in a path or a header stay one value of one line."""
    client(tmp_path).get(path, headers={"X-Forwarded-For": forwarded})
    (line,) = lines(tmp_path)
    assert line[2] == "404"


def test_old_logs_are_removed(tmp_path: Path) -> None:
    """The disk of an instance is small; the hour before stays for the agent."""
    old, other = tmp_path / "application.log.2020-01-01-00", tmp_path / "something"
    before = tmp_path / time.strftime("application.log.%Y-%m-%d-%H", time.gmtime(time.time() - 3600))
    for file in (old, other, before):
        file.touch()
    client(tmp_path).get("/fine")
    assert [file.exists() for file in (old, other, before)] == [False, True, True]


def test_a_log_that_cannot_be_written_stops_nobody(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is said once, not for each request."""
    asked = client(tmp_path / "missing")
    assert [asked.get("/fine").status_code for _ in range(2)] == [200, 200]
    assert capsys.readouterr().err.count("cannot be written") == 1


def test_what_is_no_request_passes(tmp_path: Path) -> None:
    """A server tells the application that it starts and ends."""
    with client(tmp_path):
        pass
    assert not list(tmp_path.iterdir())
