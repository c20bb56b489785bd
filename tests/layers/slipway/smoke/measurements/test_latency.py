"""How fast a service is, honestly."""

from __future__ import annotations

import asyncio

import pytest

from slipway.models import Verdict
from slipway.smoke.suite.definition import Latency, Suite
from slipway.smoke.suite.requests import Predict
from tests.support.fault_server import Asked, Fault, FaultServer, answers, resets, says
from tests.support.judged import BOOTS, Trier, finding, golden, prediction

WREN = says(prediction("wren"))


def takes(seconds: float) -> Fault:
    """Answer after a while."""

    async def act(asked: Asked, writer: asyncio.StreamWriter) -> bool:
        await asyncio.sleep(seconds)
        return await WREN(asked, writer)

    return act


def trier(service: FaultServer, production: str = "", **told: float) -> Trier:
    latency = Latency(**({"requests": 20} | told))  # type: ignore[arg-type]
    return Trier(service, Suite(ready=BOOTS, latency=latency), golden("wren", "wren"), production)


def test_what_is_slow_fails_by_its_budget(service: FaultServer) -> None:
    """The sentence has the figure and the budget."""
    service.faults["/predict"] = [takes(0.03)]
    found = finding(trier(service, p50=20, p95=1000).evidence(), "latency")
    assert found.verdict is Verdict.FAILED
    assert found.sentence.startswith("p50 is 3")
    assert found.sentence.endswith("over its budget of 20\u00a0ms.")


def test_both_are_measured_by_turns(service: FaultServer, production: FaultServer) -> None:
    """The same number of requests to each, and figures side by side."""
    production.faults["/predict"] = [takes(0.02)]
    figures = trier(service, production.url).evidence().latency
    assert figures
    assert figures.production
    assert (figures.timing.requests, figures.production.requests) == (20, 20)
    assert figures.timing.p50 < 20 <= figures.production.p50


def test_both_are_asked_the_same(service: FaultServer, production: FaultServer) -> None:
    """The same inputs in the same order, whatever their number is."""
    checks = Suite(ready=BOOTS, latency=Latency(requests=25))
    Trier(service, checks, golden(*["wren"] * 50), production.url).evidence()
    sent = [[asked.body for asked in server.asked if asked.body] for server in (service, production)]
    assert sent[0] == sent[1]
    assert len(set(sent[0])) == 25


def test_what_waits_in_our_own_client_is_not_counted(service: FaultServer) -> None:
    """Twenty requests of 20 ms, four at a time: each took 20 ms, not 100."""
    service.faults["/predict"] = [takes(0.02)]
    figures = trier(service, concurrency=4).evidence().latency
    assert figures
    assert 20 <= figures.timing.p50 < 60
    assert service.busiest == 4


def test_errors_are_no_times(service: FaultServer) -> None:
    """An error is quick, and says nothing of how quick an answer is."""
    service.faults["/predict"] = [answers(500), WREN]
    found = finding(trier(service).evidence(), "latency")
    assert found.sentence == "1 of 20 answers were no 2xx."


def test_it_is_measured_again_where_the_suite_says_so(service: FaultServer) -> None:
    """A busy neighbour may spoil one attempt."""
    service.faults["/predict"] = [*[takes(0.03)] * 20, WREN]
    found = finding(trier(service, p50=20, attempts=2).evidence(), "latency")
    assert (found.verdict, found.sentence.endswith("(Attempt 2 of 2.)")) == (Verdict.PASSED, True)


@pytest.mark.parametrize("attempts", [1, 2])
def test_a_service_that_is_gone_is_inconclusive(service: FaultServer, attempts: int) -> None:
    """It is given up after twenty requests without an answer."""
    service.faults["/predict"] = [resets]
    evidence = trier(service, requests=100, attempts=attempts).evidence()
    assert finding(evidence, "latency").verdict is Verdict.INCONCLUSIVE
    assert service.paths().count("/predict") == 20


@pytest.mark.parametrize(("requests", "budget"), [(100, 300), (100, 5000), (5, 300), (5, 5000)])
def test_what_never_answers_in_time_is_slow(service: FaultServer, requests: int, budget: float) -> None:
    """Even by a budget that is larger than the time that anybody waits."""
    service.faults["/predict"] = [takes(1)]
    checks = Suite(ready=BOOTS, predict=Predict(timeout=0.1), latency=Latency(requests=requests, p95=budget))
    found = finding(Trier(service, checks, golden("wren")).evidence(), "latency")
    assert found.verdict is Verdict.FAILED
    assert "within 0.1 s" in found.sentence or "over its budget" in found.sentence


def test_a_production_that_hangs_is_measured_no_longer(service: FaultServer, production: FaultServer) -> None:
    """What it did answer is shown."""
    production.faults["/predict"] = [*[WREN] * 5, resets]
    evidence = trier(service, production.url, requests=50).evidence()
    assert evidence.verdict is Verdict.PASSED
    assert evidence.latency
    assert evidence.latency.production
    assert (evidence.latency.timing.requests, evidence.latency.production.requests) == (50, 5)
    assert production.paths().count("/predict") == 25
    assert "20 questions in a row" in evidence.warnings[0]
