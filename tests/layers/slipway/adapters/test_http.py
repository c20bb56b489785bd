"""HTTP to the service under test, against a real server."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from fault_server import FaultServer, answers, drips, resets, says

from slipway.adapters.http import BODY_LIMIT, ServiceHttp
from slipway.errors import TooSlow, Unreachable
from slipway.models import HttpAnswer, HttpRequest


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer() as server:
        yield server


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
    assert (answer.status, answer.headers["x-model"], answer.body, answer.cut) == (200, "birds", b"wren", False)
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
    send(*[HttpRequest("GET", server.url + "/", anew=True) for _ in range(5)])
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
    assert (len(answer.body), answer.cut) == (BODY_LIMIT, True)


def test_a_body_that_drips_is_too_slow(server: FaultServer) -> None:
    """The time-out is for the whole answer, not for each byte."""
    server.faults["/"] = [drips]
    with pytest.raises(TooSlow, match=r"was not answered to the end within 0.2 s"):
        send(HttpRequest("GET", server.url + "/", timeout=0.2))


def test_the_clock_starts_when_there_is_a_connection(server: FaultServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking up a name takes its time, which is not the service's."""
    server.faults["/"] = [says({})]

    async def slowly(self: object, host: str, port: int, traces: object = None) -> list[dict[str, object]]:
        await asyncio.sleep(0.2)
        found = {"hostname": host, "host": "127.0.0.1", "port": port, "family": 2, "proto": 6, "flags": 0}
        return [found]

    monkeypatch.setattr("aiohttp.TCPConnector._resolve_host", slowly)
    [answer] = send(HttpRequest("GET", server.url.replace("127.0.0.1", "localhost") + "/"))
    assert answer.seconds < 0.15


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
