"""HTTP to the service under test, against a real server."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from slipway.adapters.http import ServiceHttp, transfer
from slipway.adapters.http.transfer import BODY_LIMIT
from slipway.errors import TooSlow, Unreachable
from slipway.models import HttpAnswer, HttpRequest
from tests.support.certificates import self_signed
from tests.support.fault_server import Asked, FaultServer, answers, breaks_off, closes, drips, mumbles, resets, says


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer() as server:
        yield server


@pytest.fixture
def trusting(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Path], None]]:
    """Give what makes a certificate one that the system trusts."""

    def trust(certificate: Path) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        transfer._certificate_options.cache_clear()

    yield trust
    transfer._certificate_options.cache_clear()


def send(*requests: HttpRequest) -> list[HttpAnswer]:
    """Send one after the other with one client."""

    async def all_of_them() -> list[HttpAnswer]:
        http = ServiceHttp()
        try:
            return [await http.send(request) for request in requests]
        finally:
            await http.close()

    return asyncio.run(all_of_them())


def test_an_answer_is_read_to_its_end(server: FaultServer) -> None:
    """Status, headers in lower case, body and time."""
    server.faults["/predict"] = [answers(200, b"wren", X_Model="birds")]
    [answer] = send(HttpRequest("POST", server.url + "/predict", {"content-type": "text/plain"}, b"x", 5))
    assert (answer.status, answer.headers["x-model"], answer.body, answer.truncated) == (200, "birds", b"wren", False)
    assert answer.seconds > 0
    assert (server.asked[0].headers["content-type"], server.asked[0].body) == ("text/plain", b"x")


def test_one_connection_serves_many_requests(server: FaultServer) -> None:
    """Shaking hands anew would be most of the time that is measured."""
    server.faults["/"] = [says({})]
    send(*[HttpRequest("GET", server.url + "/") for _ in range(5)])
    assert (len(server.asked), server.connections) == (5, 1)


def test_a_request_may_want_a_connection_of_its_own(server: FaultServer) -> None:
    """So that a load balancer may give it to another instance."""
    server.faults["/"] = [says({})]
    send(*[HttpRequest("GET", server.url + "/", fresh_connection=True) for _ in range(5)])
    assert server.connections == 5


def test_the_client_can_be_used_again_after_it_was_closed(server: FaultServer) -> None:
    """A warm function runs its next suite in another event loop."""
    server.faults["/"] = [says({})]
    http = ServiceHttp()

    async def once() -> int:
        try:
            return (await http.send(HttpRequest("GET", server.url + "/"))).status
        finally:
            await http.close()

    assert [asyncio.run(once()), asyncio.run(once())] == [200, 200]


def test_a_redirect_is_an_answer(server: FaultServer) -> None:
    """What is asked is the service's own host, and nothing else."""
    server.faults["/health"] = [answers(302, location="http://127.0.0.1:9/")]
    assert send(HttpRequest("GET", server.url + "/health"))[0].status == 302


def test_cookies_are_not_kept(server: FaultServer) -> None:
    """Each question stands alone."""
    server.faults["/"] = [answers(200, set_cookie="a=b")]
    send(*[HttpRequest("GET", server.url + "/")] * 2)
    assert "cookie" not in server.asked[1].headers


def test_a_huge_body_is_read_up_to_a_limit(server: FaultServer) -> None:
    """A service cannot fill the function's memory, and the answer says that there was more."""
    server.faults["/"] = [answers(200, b"x" * (BODY_LIMIT + 1))]
    [answer] = send(HttpRequest("GET", server.url + "/"))
    assert (len(answer.body), answer.truncated) == (BODY_LIMIT, True)


def test_a_body_that_drips_is_too_slow(server: FaultServer) -> None:
    """The time-out is for the whole answer, not for each byte."""
    server.faults["/"] = [drips]
    with pytest.raises(TooSlow, match=r"was not answered to the end within 0.2 s"):
        send(HttpRequest("GET", server.url + "/", timeout=0.2))


def test_the_clock_starts_when_there_is_a_connection(tmp_path: Path, trusting: Callable[[Path], None]) -> None:
    """Shaking hands takes its time, which is not the service's."""
    tls = self_signed(tmp_path)
    tls.sni_callback = lambda *_: time.sleep(0.2)
    trusting(tmp_path / "both.pem")
    with FaultServer(tls) as server:
        server.faults["/"] = [says({})]
        [answer] = send(HttpRequest("GET", server.url + "/"))
    assert answer.seconds < 0.15


def test_many_at_once_each_get_their_own_answer_or_reason(server: FaultServer) -> None:
    """Whatever breaks on one connection, no answer is mixed up, and nothing is sent twice."""

    async def echoes(asked: Asked, writer: asyncio.StreamWriter) -> bool:
        return await answers(200, asked.body)(asked, writer)

    server.turns["/"] = [echoes, resets, echoes, closes, echoes, breaks_off, echoes, mumbles]
    told: Counter[str] = Counter()

    async def ask(http: ServiceHttp, numbers: Iterator[int]) -> None:
        for number in numbers:
            body = f"{number} ".encode() * 50
            try:
                answer = await http.send(HttpRequest("POST", server.url + "/", body=body))
                told["its own" if answer.body == body else "another's"] += 1
            except Unreachable as error:
                told[str(error).rpartition(": ")[2]] += 1

    async def ask_all() -> None:
        http, numbers = ServiceHttp(), iter(range(400))
        await asyncio.gather(*[ask(http, numbers) for _ in range(32)])
        await http.close()

    asyncio.run(ask_all())
    assert told == {
        "its own": 200,
        "the connection was reset.": 50,
        "the connection was closed.": 50,
        "the answer broke off.": 50,
        "what came back is no HTTP.": 50,
    }
    assert len(server.asked) == 400


def test_the_clock_runs_until_the_last_byte(server: FaultServer) -> None:
    """Whatever the service takes is counted, on a kept connection as on a new one, and to two services by turns."""

    async def slowly(_: Asked, writer: asyncio.StreamWriter) -> bool:
        await asyncio.sleep(0.02)
        writer.write(b"HTTP/1.1 200 Said\r\ncontent-length: 4\r\n\r\nwr")
        await writer.drain()
        await asyncio.sleep(0.02)
        writer.write(b"en")
        return True

    with FaultServer() as other:
        server.faults["/"] = other.faults["/"] = [slowly]
        answers = send(*[HttpRequest("POST", each.url + "/", body=b"x") for each in (server, other)] * 5)
    assert min(answer.seconds for answer in answers) >= 0.04


def test_a_connection_that_nobody_accepts_is_not_the_service_s_time() -> None:
    """Nothing can be said of a service that could not even be asked."""
    with contextlib.ExitStack() as opened, socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        for _ in range(3):
            waiting = opened.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())
        with pytest.raises(Unreachable, match=r"got no connection within 0.3 s") as raised:
            send(HttpRequest("GET", f"http://127.0.0.1:{full.getsockname()[1]}/", timeout=0.3))
    assert not isinstance(raised.value, TooSlow)


def test_a_service_that_is_not_there_is_unreachable() -> None:
    """One sentence, whatever the network says."""
    with pytest.raises(
        Unreachable, match=r"GET http://127\.0\.0\.1:9/health got no answer: the connection was refused\."
    ):
        send(HttpRequest("GET", "http://127.0.0.1:9/health", timeout=1))


def test_nothing_is_sent_twice(server: FaultServer) -> None:
    """Not even what could be: a request that the suite counts once is one request."""
    server.faults["/"] = [says({}), resets]
    with pytest.raises(Unreachable):
        send(*[HttpRequest("GET", server.url + "/")] * 2)
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    ("request_", "length", "body"),
    [
        (HttpRequest("GET", "/"), None, b""),
        (HttpRequest("HEAD", "/"), None, b""),
        (HttpRequest("DELETE", "/"), None, b""),
        (HttpRequest("POST", "/"), "0", b""),
        (HttpRequest("PUT", "/", body=b"x"), "1", b"x"),
        (HttpRequest("GET", "/", body=b"xy"), "2", b"xy"),
    ],
)
def test_nothing_of_a_request_is_left_for_the_next(
    server: FaultServer, request_: HttpRequest, length: str | None, body: bytes
) -> None:
    """Method, body and headers are a request's own, whatever was asked before it."""
    server.faults["/"] = [says({})]
    before = HttpRequest(
        "POST", server.url + "/", {"x-a": "b", "content-type": "text/plain"}, b"before", fresh_connection=True
    )
    head = HttpRequest("HEAD", server.url + "/")
    send(before, head, replace(request_, url=server.url + "/"), before)
    asked = server.asked[2]
    assert (asked.method, asked.headers.get("content-length"), asked.body) == (request_.method, length, body)
    assert not {"x-a", "content-type", "expect"} & asked.headers.keys()
    assert (server.asked[3].body, server.asked[3].headers["x-a"]) == (b"before", "b")


def test_an_empty_header_is_sent(server: FaultServer) -> None:
    """What the suite says is what the service gets."""
    server.faults["/"] = [says({})]
    send(HttpRequest("GET", server.url + "/", {"x-empty": ""}))
    assert server.asked[0].headers["x-empty"] == ""


def test_an_address_in_any_script_is_sent_as_urls_are(server: FaultServer) -> None:
    """What is written for people is encoded; what is encoded already stays."""
    server.faults["/v%C3%B6gel/%2F"] = [says({})]
    assert send(HttpRequest("GET", server.url + "/vögel/%2F?a=b&c=ä"))[0].status == 200
    assert server.asked[0].target == "/v%C3%B6gel/%2F?a=b&c=%C3%A4"


def test_a_packed_answer_is_unpacked(server: FaultServer) -> None:
    """The service may save bytes."""
    server.faults["/"] = [answers(200, gzip.compress(b"wren"), content_encoding="gzip")]
    assert send(HttpRequest("GET", server.url + "/"))[0].body == b"wren"


def test_an_answer_that_was_cut_leaves_nothing_behind(server: FaultServer) -> None:
    """The next answer is its own."""
    server.faults["/"] = [answers(200, b"x" * (BODY_LIMIT + 1)), says("wren")]
    [_, answer] = send(*[HttpRequest("GET", server.url + "/")] * 2)
    assert (answer.body, answer.truncated) == (b'"wren"', False)


def test_a_proxy_of_the_environment_is_not_asked(server: FaultServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is measured is the service, not what is between."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    server.faults["/"] = [says({})]
    assert send(HttpRequest("GET", server.url + "/"))[0].status == 200


def test_only_http_is_spoken(tmp_path: Path) -> None:
    """Libcurl could read files, too."""
    (tmp_path / "secret").write_text("secret")
    with pytest.raises(Unreachable):
        send(HttpRequest("GET", f"file://{tmp_path}/secret"))


def test_a_request_given_up_leaves_the_others_alone(server: FaultServer) -> None:
    """The client can be used while and after one is cancelled."""
    server.faults |= {"/slow": [drips], "/": [says({})]}

    async def both() -> int:
        http = ServiceHttp()
        slow = asyncio.create_task(http.send(HttpRequest("GET", server.url + "/slow")))
        while not server.busy:
            await asyncio.sleep(0.01)
        slow.cancel()
        await asyncio.gather(slow, return_exceptions=True)
        try:
            return (await http.send(HttpRequest("GET", server.url + "/"))).status
        finally:
            await http.close()

    assert asyncio.run(both()) == 200
