"""What can go wrong between a suite and a service: each is a finding in one sentence, over real HTTP."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from slipway.models import Verdict
from slipway.smoke.evidence import Evidence
from slipway.smoke.suite.definition import Identity, Suite
from slipway.smoke.suite.requests import Expectation, Matcher, Request
from tests.support.certificates import self_signed
from tests.support.fault_server import Fault, FaultServer, answers, breaks_off, closes, drips, mumbles, resets, says
from tests.support.judged import BOOTS, OLD, PASSPORT, Trier, finding, prediction, serve

WREN = Expectation(json={"prediction.winning_class": Matcher(equals=("wren",))})
ASKS = Request(name="knows a wren", json_body=({"n": 1},), expect=WREN, timeout=0.3)
PLAIN = Suite(ready=BOOTS, requests=(ASKS,))


def run(service: FaultServer, suite: Suite = PLAIN) -> Evidence:
    return Trier(service, suite).evidence()


def test_a_service_that_is_right_passes(service: FaultServer) -> None:
    """Ready, the right release three times in a row, and a right answer."""
    evidence = run(service)
    assert evidence.verdict is Verdict.PASSED
    assert [found.sentence for found in evidence.findings] == [
        "/health answered 200.",
        "birds-r12 answers 3 times in a row.",
        "As expected.",
    ]


def test_the_release_is_waited_for(service: FaultServer) -> None:
    """503s in a burst, a reset, and the old version for a while are what a deployment looks like."""
    service.faults["/health"] = [answers(503), answers(502), resets, says({})]
    service.faults["/version"] = [says(OLD), says(OLD), says(PASSPORT)]
    evidence = run(service)
    assert evidence.verdict is Verdict.PASSED
    assert evidence.findings[0].seconds == 5


def test_an_old_version_at_the_deadline_fails_by_name(service: FaultServer) -> None:
    """And nothing else is asked of it."""
    service.faults["/version"] = [says(OLD)]
    evidence = run(service)
    assert evidence.verdict is Verdict.FAILED
    assert finding(evidence, "identity").sentence == "birds-r11 answers, not birds-r12. It stayed so for 5 s."
    assert "/predict" not in service.paths()


def test_half_of_the_instances_old_is_not_there_yet(service: FaultServer) -> None:
    """One right answer may be luck: it has to be so many in a row."""
    service.turns["/version"] = [says(PASSPORT), says(OLD)]
    evidence = run(service)
    assert evidence.verdict is Verdict.FAILED
    assert "birds-r11 answers, not birds-r12. birds-r12 answered before it: not all instances are new." in (
        finding(evidence, "identity").sentence
    )


def test_each_look_at_the_identity_is_a_new_connection(service: FaultServer) -> None:
    """A load balancer gives a connection to one instance, and keeps it there."""
    run(service, Suite(ready=BOOTS))
    assert len(service.asked) == service.connections


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (answers(503), "/health answered 503, not 200."),
        (resets, "got no answer: the connection was reset."),
        (closes, "got no answer: the connection was closed."),
        (answers(302, location="/login"), "/health answered 302, not 200."),
    ],
)
def test_what_never_gets_ready_is_inconclusive(service: FaultServer, fault: Fault, why: str) -> None:
    """A service that could not be judged has not failed."""
    service.faults["/health"] = [fault]
    evidence = run(service)
    assert evidence.verdict is Verdict.INCONCLUSIVE
    assert why in evidence.findings[0].sentence
    assert len(evidence.findings) == 1


def test_a_name_that_is_not_there_yet_is_inconclusive(service: FaultServer) -> None:
    """DNS may come last."""
    service.url = "http://nothing.invalid"
    evidence = run(service, Suite(ready=BOOTS))
    assert evidence.verdict is Verdict.INCONCLUSIVE
    assert "its name cannot be resolved" in evidence.findings[0].sentence


def test_tls_where_there_is_none_is_inconclusive(service: FaultServer) -> None:
    """One sentence instead of OpenSSL's."""
    service.url = service.url.replace("http:", "https:")
    assert "TLS could not be agreed on" in run(service, Suite(ready=BOOTS)).findings[0].sentence


def test_a_certificate_of_nobody_is_inconclusive(tmp_path: Path) -> None:
    """What answers with it may be anybody."""
    with FaultServer(self_signed(tmp_path)) as server:
        assert "its TLS certificate is not trusted" in run(serve(server)).findings[0].sentence


BIG = json.dumps("x" * 10_000_000).encode()


@pytest.mark.parametrize(
    ("fault", "verdict", "why"),
    [
        (says(prediction("robin")), Verdict.FAILED, 'prediction.winning_class is "robin", not "wren".'),
        (says({}, 500), Verdict.FAILED, "Answered 500, not 200."),
        (answers(200, b"<p>", content_type="text/html"), Verdict.FAILED, 'is text/html and no valid JSON: "<p>".'),
        (answers(200, b'{"a": NaN}', content_type="application/json"), Verdict.FAILED, "no valid JSON"),
        (answers(200, b"[" * 100_000), Verdict.FAILED, "no valid JSON"),
        (answers(200, b"\xff\xfe"), Verdict.FAILED, "no valid JSON"),
        (answers(204), Verdict.FAILED, "Answered 204, not 200."),
        (answers(200), Verdict.FAILED, "no valid JSON: nothing at all."),
        (answers(200, BIG), Verdict.FAILED, "longer than 1 MiB"),
        (
            answers(200, gzip.compress(BIG), content_encoding="gzip"),
            Verdict.FAILED,
            "longer than 1 MiB",
        ),
        (
            answers(301, location="http://127.0.0.1:9/"),
            Verdict.FAILED,
            'a redirect to "http://127.0.0.1:9/", which is not',
        ),
        (drips, Verdict.FAILED, "was not answered to the end within 0.3 s."),
        (resets, Verdict.INCONCLUSIVE, "the connection was reset."),
        (closes, Verdict.INCONCLUSIVE, "the connection was closed."),
        (breaks_off, Verdict.INCONCLUSIVE, "the answer broke off."),
        (mumbles, Verdict.INCONCLUSIVE, "what came back is no HTTP."),
    ],
)
def test_every_fault_is_a_finding(service: FaultServer, fault: Fault, verdict: Verdict, why: str) -> None:
    """What the service says wrong fails; what was not said cannot be judged; nothing crashes."""
    service.faults["/predict"] = [fault]
    found = finding(run(service), "knows a wren")
    assert (found.verdict, why in found.sentence) == (verdict, True), found.sentence
    assert service.paths().count("/predict") == 1


def test_a_get_is_not_sent_twice_either(service: FaultServer) -> None:
    """A reset of a connection that was used before is a reset, not a reason to ask again."""
    service.faults["/"] = [says({}), resets, says({})]
    asks = [Request(name=name, method="GET", path="/") for name in ("first", "second")]
    evidence = run(service, Suite(ready=BOOTS, requests=tuple(asks)))
    assert finding(evidence, "second").verdict is Verdict.INCONCLUSIVE
    assert service.paths().count("/") == 2


def test_attempts_are_made_where_the_check_says_so(service: FaultServer) -> None:
    """And the finding says which one it was."""
    service.faults["/predict"] = [resets, says(prediction("robin")), says(prediction("wren"))]
    patient = Request(name="patient", json_body=({},), expect=WREN, attempts=3)
    found = finding(run(service, Suite(ready=BOOTS, requests=(patient,))), "patient")
    assert (found.verdict, found.sentence) == (Verdict.PASSED, "As expected. (Attempt 3 of 3.)")


@pytest.mark.parametrize(
    ("identity", "sentence"),
    [
        (Identity(path="/about", expression="build.release"), "birds-r12 answers 3 times in a row."),
        (Identity(path="/about", header="X-Release"), "birds-r12 answers 3 times in a row."),
        (Identity(path="/about", expression="build.candidate"), "/about does not say which release it is"),
        (Identity(path="/about", header="X-Build"), "there is no header X-Build."),
        (Identity(path="/about"), "/about does not say which release it is"),
        (Identity(path="/nothing"), "/nothing answered 404 and no JSON"),
    ],
)
def test_identity_is_found_where_the_suite_says(service: FaultServer, identity: Identity, sentence: str) -> None:
    """In the JSON of another path, or in a header."""
    about = json.dumps({"build": {"release": "birds-r12"}}).encode()
    service.faults["/about"] = [answers(200, about, x_release="birds-r12")]
    assert sentence in finding(run(service, Suite(ready=BOOTS, identity=identity)), "identity").sentence


def test_another_image_of_the_same_release_fails(service: FaultServer) -> None:
    """The name alone is no proof of identity."""
    service.faults["/version"] = [says({**PASSPORT, "image": "images@sha256:2"})]
    assert "its image differ from what was built" in finding(run(service), "identity").sentence


def test_a_service_that_cannot_tell_is_warned_of(service: FaultServer) -> None:
    """It is tested, and the evidence says loudly that it may have been another version."""
    evidence = run(service, Suite(ready=BOOTS, identity=Identity(absent=True), requests=(ASKS,)))
    assert evidence.verdict is Verdict.PASSED
    assert "cannot tell which release it is" in evidence.warnings[0]
    assert "/version" not in service.paths()


def test_another_deployment_in_the_middle_is_noticed(service: FaultServer) -> None:
    """What was tested last was not the release under test."""
    service.faults["/version"] = [*[says(PASSPORT)] * 3, says(OLD)]
    evidence = run(service)
    assert evidence.verdict is Verdict.FAILED
    assert finding(evidence, "identity at the end").sentence == "birds-r11 answers, not birds-r12."


def test_what_strangers_wrote_is_cut_and_shown_as_it_is(service: FaultServer) -> None:
    """Nothing in a name or a sentence can turn the direction of reading, or fill the page."""
    hostile = Matcher(equals=("\u202e" + "x" * 5000,))
    asks = tuple(
        Request(name=f"{name}\u202eb", json_body=({},), expect=Expectation(json={f"n\u2028{'m' * 400}": hostile}))
        for name in ("a", "a" * 5000)
    )
    findings = run(service, Suite(ready=BOOTS, requests=asks)).findings[2:4]
    assert findings[0].name == r"a\u202eb"
    assert all(len(found.name) <= 200 and len(found.sentence) <= 3000 for found in findings)
    assert not [letter for found in findings for letter in found.name + found.sentence if letter in "\u202e\u2028"]


def test_a_request_carries_what_the_suite_says(service: FaultServer) -> None:
    """Query, headers and body, exactly."""
    asks = Request(name="a", query={"q": "ä b"}, headers={"X-Team": "birds"}, raw="text", expect=Expectation())
    run(service, Suite(ready=BOOTS, requests=(asks,)))
    asked = next(asked for asked in service.asked if asked.method == "POST")
    assert (asked.target, asked.headers["x-team"], asked.body) == ("/predict?q=%C3%A4+b", "birds", b"text")
