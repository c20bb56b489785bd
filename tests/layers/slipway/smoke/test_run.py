"""A suite is run only against the release under test, and says what it found."""

import json

import pytest
from fakes import FakeClock, FakeHttp

from slipway.models import Evidence, Finding, Verdict
from slipway.smoke import report
from slipway.smoke.run import Run
from slipway.smoke.suite import Request, Suite

PASSPORT = {"release": "birds-r12", "candidate": "birds-7f3c1e9a2b4d", "image": "repository@sha256:1"}
OK = (200, b"{}")
OURS = (200, json.dumps(PASSPORT).encode())
OLD = (200, json.dumps({**PASSPORT, "release": "birds-r11"}).encode())
WREN = (200, b'{"prediction": {"winning_class": "wren"}}')
ASKS = Request("knows a wren", json={"image": "data:"}, expect_json={"prediction.winning_class": "wren"})

type Answers = list[tuple[int, bytes] | None]


def run(requests: tuple[Request, ...] = (), **answers: Answers) -> tuple[Evidence, FakeHttp]:
    paths: dict[str, Answers] = {"/health": [OK], "/version": [OURS], "/predict": [WREN]}
    http = FakeHttp({**paths, **{f"/{name}": answer for name, answer in answers.items()}})
    suite = Suite(requests, deadline=5)
    return Run(suite, "http://staging", PASSPORT, http, FakeClock()).evidence("staging", 60), http


def test_a_service_that_is_right_passes() -> None:
    """Ready, the right release, and right answers."""
    evidence, _ = run((ASKS,))
    assert (evidence.verdict, evidence.count(Verdict.PASSED)) == (Verdict.PASSED, 2)


def test_the_release_is_waited_for() -> None:
    """The old version may answer for a while after a deployment."""
    evidence, _ = run((ASKS,), health=[None, (503, b""), OK], version=[OLD, OURS])
    assert evidence.verdict is Verdict.PASSED
    assert evidence.findings[0].seconds == 3


def test_an_old_version_at_the_deadline_fails_by_name() -> None:
    """And no golden request is sent to it."""
    evidence, http = run((ASKS,), version=[OLD])
    assert evidence.verdict is Verdict.FAILED
    assert evidence.findings[0].sentence == "birds-r11 answers, not birds-r12."
    assert "/predict" not in [path for _, path, _ in http.asked]


def test_another_image_of_the_same_release_fails() -> None:
    """The name alone is no proof of identity."""
    other = (200, json.dumps({**PASSPORT, "image": "repository@sha256:2"}).encode())
    evidence, _ = run(version=[other])
    assert "its image differ" in evidence.findings[0].sentence


def test_a_version_that_is_no_passport_fails() -> None:
    """A page in place of JSON is not the release."""
    evidence, _ = run(version=[(200, b"<html>")])
    assert evidence.findings[0].sentence == "no release at all answers, not birds-r12."


@pytest.mark.parametrize("health", [[None], [(503, b"")]])
def test_what_never_gets_ready_is_inconclusive(health: Answers) -> None:
    """A service that could not be judged has not failed a test."""
    evidence, _ = run(health=health)
    assert evidence.verdict is Verdict.INCONCLUSIVE


def test_a_wrong_answer_is_told_with_what_was_expected() -> None:
    """One sentence is enough to see what is wrong."""
    evidence, _ = run((ASKS,), predict=[(200, b'{"prediction": {"winning_class": "robin"}}')])
    assert evidence.findings[1].sentence == 'prediction.winning_class is "robin", not "wren".'


def test_a_wrong_status_is_told() -> None:
    """Even where the body is right."""
    evidence, _ = run((ASKS,), predict=[(500, WREN[1])])
    assert evidence.findings[1].sentence == "Answered 500, not 200."


def test_a_body_that_is_no_json_is_a_finding() -> None:
    """Nothing a service answers crashes the test."""
    evidence, _ = run((ASKS,), predict=[(200, b"\xff\xfe")])
    assert evidence.verdict is Verdict.FAILED


def test_a_connection_that_breaks_is_inconclusive() -> None:
    """The network's fault is not the model's."""
    evidence, _ = run((ASKS,), predict=[None])
    assert evidence.verdict is Verdict.INCONCLUSIVE


def test_what_there_is_no_time_for_is_inconclusive() -> None:
    """The job is reported in time, whatever the service does."""
    http = FakeHttp({"/health": [None, OK], "/version": [OURS], "/predict": [WREN]})
    evidence = Run(Suite((ASKS,)), "http://staging", PASSPORT, http, FakeClock()).evidence("staging", 1)
    assert evidence.verdict is Verdict.INCONCLUSIVE
    assert evidence.findings[1].sentence == "There was no time left to ask."


def test_a_mistake_in_an_expression_is_a_finding() -> None:
    """The suite's author is told."""
    evidence, _ = run((Request("odd", expect_json={"a[": 1}),))
    assert "no JMESPath expression" in evidence.findings[1].sentence


def test_the_job_s_sentence_names_the_first_misses() -> None:
    """CodePipeline's console shows what went wrong."""
    findings = tuple(Finding(f"check {i}", Verdict.FAILED, "Wrong.", 0.1) for i in range(5))
    evidence, _ = run()
    failed = Evidence("birds-r12", "staging", "http://staging", findings, evidence.started_at, 1)
    assert report.sentence(failed) == ("Smoke test failed: check 0: Wrong. check 1: Wrong. check 2: Wrong. And 2 more.")


def test_evidence_is_written_down_with_its_schema() -> None:
    """The document can be read by others."""
    evidence, _ = run((ASKS,))
    document = report.document(evidence)
    assert (document["schema"], document["verdict"], len(document["checks"])) == (1, "passed", 2)
    assert json.loads(json.dumps(document)) == document
