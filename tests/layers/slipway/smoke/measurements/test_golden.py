"""What a golden set shows: accuracy, contract and compare, in one pass over it."""

from __future__ import annotations

import asyncio
import base64
import json

import pytest

from slipway.errors import SuiteInvalid
from slipway.models import Verdict
from slipway.smoke.answers import time_limit
from slipway.smoke.figures import SliceScore
from slipway.smoke.running import workers
from slipway.smoke.suite.conversion import REFUSED
from slipway.smoke.suite.definition import Accuracy, Compare, Contract, Latency, Suite
from slipway.smoke.suite.requests import Expectation, Matcher, Predict, Request
from tests.support.fault_server import Asked, Fault, FaultServer, answers, drips, resets, says
from tests.support.judged import BOOTS, PASSPORT, Trier, finding, golden, prediction

BIRDS = ("wren", "robin", "wren", "wren", "robin", "wren", "wren", "wren", "wren", "wren")
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def suite(**checks: object) -> Suite:
    return Suite(ready=BOOTS, **checks)  # type: ignore[arg-type]


def predicts(*winners: str) -> Fault:
    """Answer case n with the nth winner."""

    async def act(asked: Asked, writer: asyncio.StreamWriter) -> bool:
        number = json.loads(asked.body)["n"]
        return await says(prediction(winners[number], 0.5 + number / 100))(asked, writer)

    return act


def test_accuracy_is_told_with_its_interval(service: FaultServer) -> None:
    """8 of 10 is little to say that 80 % is true, and the sentence says how little."""
    evidence = Trier(service, suite(accuracy=Accuracy(at_least=0.8)), golden(*BIRDS)).evidence()
    assert finding(evidence, "accuracy").sentence == (
        "8 of 10 right (80.0\u00a0%, 95 % between 49.0\u00a0% and 94.3\u00a0%)."
    )
    assert evidence.verdict is Verdict.PASSED
    assert evidence.accuracy
    assert [(each.label, each.cases, each.right, each.production) for each in evidence.accuracy.classes] == [
        ("robin", 2, 0, None),
        ("wren", 8, 8, None),
    ]
    assert evidence.accuracy.confusion == {("robin", "wren"): 2, ("wren", "wren"): 8}


def by_slice(*rows: tuple[str, str]) -> dict[str, str | bytes]:
    """Make a golden set of (expected, slice)."""
    cases = [{"input": {"n": n}, "expected": label, "slice": name} for n, (label, name) in enumerate(rows)]
    return {"golden/expected.jsonl": "\n".join(map(json.dumps, cases))}


NIGHT = by_slice(*[("wren", "day")] * 8, ("robin", "night"), ("wren", "night"))


@pytest.mark.parametrize(
    ("slices", "verdict", "sentence"),
    [
        ({}, Verdict.PASSED, "94.3\u00a0%)."),
        ({"night": 0.5, "day": 1}, Verdict.PASSED, "94.3\u00a0%)."),
        ({"night": 0.6}, Verdict.FAILED, "In the slice night, 1 of 2 are right; at least 60.0\u00a0% must be."),
        ({"rain": 0.1}, Verdict.FAILED, "No case is in the slice rain, of which at least 10.0\u00a0% must be right."),
    ],
)
def test_a_slice_may_have_a_floor_of_its_own(
    service: FaultServer, slices: dict[str, float], verdict: Verdict, sentence: str
) -> None:
    """A good average does not make up for it."""
    checks = suite(accuracy=Accuracy(at_least=0.8, slices=slices))
    evidence = Trier(service, checks, NIGHT).evidence()
    found = finding(evidence, "accuracy")
    assert found.verdict is verdict
    assert sentence.removeprefix("94.3") in found.sentence


def test_each_slice_is_told_beside_production(service: FaultServer, production: FaultServer) -> None:
    """Also one that has no floor."""
    production.faults["/predict"] = [predicts(*["wren"] * 8, "robin", "robin")]
    checks = suite(accuracy=Accuracy(below_production=0.5, slices={"night": 0.5}))
    figures = Trier(service, checks, NIGHT, production.url).evidence().accuracy
    assert figures
    assert figures.slices == (SliceScore("day", 8, 8, 8), SliceScore("night", 2, 1, 1, 0.5))


def test_a_slice_that_could_still_be_right_is_inconclusive(service: FaultServer) -> None:
    """Cases without an answer decide nothing."""
    service.faults["/predict"] = [says(prediction("wren")), resets]
    checks = suite(accuracy=Accuracy(slices={"night": 1}), concurrency=1)
    evidence = Trier(service, checks, by_slice(("wren", "day"), ("wren", "night"))).evidence()
    assert finding(evidence, "accuracy").verdict is Verdict.INCONCLUSIVE


def test_too_little_accuracy_fails(service: FaultServer) -> None:
    """With both numbers."""
    evidence = Trier(service, suite(accuracy=Accuracy(at_least=0.9)), golden(*BIRDS)).evidence()
    found = finding(evidence, "accuracy")
    assert (found.verdict, found.sentence.endswith("At least 90.0\u00a0% must be.")) == (Verdict.FAILED, True)


@pytest.mark.parametrize(("allowed", "verdict"), [(0.1, Verdict.FAILED), (0.2, Verdict.PASSED)])
def test_below_production_fails_by_more_than_is_allowed(
    service: FaultServer, production: FaultServer, allowed: float, verdict: Verdict
) -> None:
    """Production is right about all, the build under test about 80 %."""
    production.faults["/predict"] = [predicts(*BIRDS)]
    checks = suite(accuracy=Accuracy(below_production=allowed))
    evidence = Trier(service, checks, golden(*BIRDS), production.url).evidence()
    assert finding(evidence, "accuracy").verdict is verdict
    assert evidence.accuracy
    assert evidence.accuracy.production
    assert evidence.accuracy.production.right == 10
    if verdict is Verdict.FAILED:
        assert "Production has 100.0\u00a0%: that is 20.0 points more, and 10 are allowed." in (
            finding(evidence, "accuracy").sentence
        )


def test_every_input_is_sent_once_to_each(service: FaultServer, production: FaultServer) -> None:
    """Accuracy, contract and compare share one pass."""
    checks = suite(accuracy=Accuracy(at_least=0.1, below_production=1), contract=Contract(schema={}), compare=Compare())
    Trier(service, checks, golden(*BIRDS), production.url).evidence()
    for server in (service, production):
        assert sorted(json.loads(asked.body)["n"] for asked in server.asked if asked.method == "POST") == list(
            range(10)
        )


def test_changed_predictions_are_listed_in_the_set_s_order(service: FaultServer, production: FaultServer) -> None:
    """Before, after, both confidences, and what is right."""
    production.faults["/predict"] = [predicts(*BIRDS)]
    checks = suite(compare=Compare(agreement=0.8), concurrency=4)
    comparison = Trier(service, checks, golden(*BIRDS), production.url).evidence().comparison
    assert comparison
    assert (comparison.cases, comparison.agreed, comparison.changed) == (10, 8, 2)
    change = comparison.changes[0]
    assert [one.case for one in comparison.changes] == ["case 1", "case 4"]
    assert (change.expected, change.before, change.after) == ("robin", "robin", "wren")
    assert (change.before_confidence, change.after_confidence) == (0.51, 0.9)


def test_too_many_changes_fail(service: FaultServer, production: FaultServer) -> None:
    """Even where each may be for the better."""
    production.faults["/predict"] = [says(prediction("robin"))]
    evidence = Trier(service, suite(compare=Compare(agreement=0.9)), golden(*BIRDS), production.url).evidence()
    assert finding(evidence, "compare").sentence == (
        "0 of 10 predictions stay what they are in production (0.0\u00a0%). At least 90.0\u00a0% must."
    )
    assert evidence.verdict is Verdict.FAILED


def test_a_change_shows_the_picture(service: FaultServer, production: FaultServer) -> None:
    """An approver sees what is meant."""
    production.faults["/predict"] = [says(prediction("robin"))]
    files: dict[str, str | bytes] = {"golden/expected.csv": "file,expected\na.png,wren\n", "golden/a.png": PNG}
    comparison = Trier(service, suite(compare=Compare()), files, production.url).evidence().comparison
    assert comparison
    picture = f"data:image/png;base64,{base64.b64encode(PNG).decode()}"
    assert comparison.changes[0].picture == picture
    assert json.loads(next(asked.body for asked in service.asked if asked.body)) == {"image": picture}


@pytest.mark.parametrize(("send", "sent"), [("raw", PNG), ("multipart", b'filename="a.png"')])
def test_an_input_is_sent_as_the_suite_says(service: FaultServer, send: str, sent: bytes) -> None:
    """Raw, or as a form."""
    files: dict[str, str | bytes] = {"golden/expected.csv": "file,expected\na.png,wren\n", "golden/a.png": PNG}
    predict = Predict(send=send, field_name="picture")  # type: ignore[arg-type]
    Trier(service, suite(accuracy=Accuracy(), predict=predict), files).evidence()
    asked = next(asked for asked in service.asked if asked.method == "POST")
    assert sent in asked.body
    assert PNG in asked.body
    kind = {"raw": "image/png", "multipart": "multipart/form-data"}[send]
    assert asked.headers["content-type"].startswith(kind)


def test_a_first_release_is_compared_with_nothing(service: FaultServer) -> None:
    """That is said, and fails nothing."""
    checks = suite(accuracy=Accuracy(below_production=0.1), compare=Compare(agreement=0.9))
    evidence = Trier(service, checks, golden("wren")).evidence()
    assert evidence.verdict is Verdict.PASSED
    assert finding(evidence, "compare").sentence == "There is no production yet to compare with."
    assert finding(evidence, "accuracy").sentence.endswith("There is no production yet to compare with.")


def test_a_production_that_is_down_does_not_stop_its_cure(service: FaultServer, production: FaultServer) -> None:
    """But nobody overlooks that nothing was compared."""
    production.faults["/health"] = [answers(503)]
    evidence = Trier(service, suite(compare=Compare(agreement=1)), golden("wren"), production.url).evidence()
    assert evidence.verdict is Verdict.PASSED
    assert evidence.warnings == ("Production could not be compared with: /health answered 503, not 200.",)


def test_production_s_release_is_named(service: FaultServer, production: FaultServer) -> None:
    """So that an approver knows what it is compared with."""
    production.faults["/version"] = [says({**PASSPORT, "release": "birds-r11"})]
    evidence = Trier(service, suite(compare=Compare()), golden("wren"), production.url).evidence()
    assert (evidence.production, evidence.production_url) == ("birds-r11", production.url)


def test_answers_that_break_the_contract_are_told(service: FaultServer) -> None:
    """Where, and how."""
    confident = {"properties": {"prediction": {"properties": {"confidence": {"maximum": 0.5}}}}}
    evidence = Trier(service, suite(contract=Contract(schema=confident)), golden("wren", "wren")).evidence()
    found = finding(evidence, "contract")
    assert found.verdict is Verdict.FAILED
    assert "case 0: $.prediction.confidence: 0.9 is greater than the maximum of 0.5." in found.sentence


def test_json_must_say_that_it_is_json(service: FaultServer) -> None:
    """A contract is about what strict clients understand."""
    service.faults["/predict"] = [answers(200, b"{}", content_type="text/html; charset=utf-8")]
    found = finding(Trier(service, suite(contract=Contract(schema={})), golden("wren")).evidence(), "contract")
    assert found.sentence == "case 0: The answer's content-type is text/html, not application/json."


@pytest.mark.parametrize(
    ("fault", "verdict", "why"),
    [
        (says({"error": "no"}, 422), Verdict.PASSED, "1 malformed request refused."),
        (says({}, 500), Verdict.FAILED, "nothing: Answered 500, not 4xx."),
        (says({}), Verdict.FAILED, "nothing: Answered 200, not 4xx."),
        (says({}, 422), Verdict.FAILED, 'nothing: error is null, not "no".'),
        (drips, Verdict.FAILED, "nothing: POST"),
        (resets, Verdict.INCONCLUSIVE, "the connection was reset."),
    ],
)
def test_malformed_requests_must_be_refused(service: FaultServer, fault: Fault, verdict: Verdict, why: str) -> None:
    """By 4xx, and with all that is expected: the fault is the caller's, and the service knows."""
    service.faults["/predict"] = [fault]
    expected = Expectation(statuses=REFUSED, json={"error": Matcher(equals=("no",))})
    malformed = Request(name="nothing", json_body=({},), expect=expected, timeout=0.3)
    found = finding(Trier(service, suite(contract=Contract(malformed=(malformed,)))).evidence(), "contract")
    assert (found.verdict, why in found.sentence) == (verdict, True), found.sentence


@pytest.mark.parametrize(
    ("faults", "at_least", "verdict"),
    [
        ([resets, says(prediction("wren"))], 0.7, Verdict.PASSED),
        ([resets, says(prediction("wren"))], 0.8, Verdict.INCONCLUSIVE),
        ([resets, says(prediction("wren"))], 0.95, Verdict.FAILED),
        ([drips, says(prediction("wren"))], 0.8, Verdict.FAILED),
    ],
)
def test_a_case_without_an_answer_fails_nothing_alone(
    service: FaultServer, faults: list[Fault], at_least: float, verdict: Verdict
) -> None:
    """It counts as wrong; if right it would have been enough, nobody can tell. What comes too late is wrong."""
    service.faults["/predict"] = faults
    checks = suite(accuracy=Accuracy(at_least=at_least), predict=Predict(timeout=0.3), concurrency=1)
    assert finding(Trier(service, checks, golden(*BIRDS)).evidence(), "accuracy").verdict is verdict


def test_a_service_that_dies_is_given_up(service: FaultServer) -> None:
    """After 20 inputs in a row without an answer; what was right before decides nothing."""
    service.faults["/predict"] = [*[says(prediction("wren"))] * 30, resets]
    checks = suite(accuracy=Accuracy(at_least=0.5), concurrency=1)
    found = finding(Trier(service, checks, golden(*["wren"] * 100)).evidence(), "accuracy")
    assert found.verdict is Verdict.INCONCLUSIVE
    assert "Gave up after 20 inputs in a row without an answer" in found.sentence
    assert service.paths().count("/predict") == 50


def test_wrong_answers_are_wrong_and_say_how(service: FaultServer) -> None:
    """An error is no prediction."""
    service.faults["/predict"] = [says({}, 500), says({"prediction": {}}), answers(200, b"?"), says(prediction("wren"))]
    evidence = Trier(service, suite(accuracy=Accuracy(at_least=0.9), concurrency=1), golden(*["wren"] * 4)).evidence()
    assert evidence.accuracy
    assert {predicted for _, predicted in evidence.accuracy.confusion} == {
        "(HTTP 500)",
        "(no prediction.winning_class)",
        "(no JSON)",
        "wren",
    }
    assert finding(evidence, "accuracy").sentence.endswith("3 answers had no prediction: (no JSON).")


def test_so_many_are_asked_at_a_time(service: FaultServer) -> None:
    """And no more: an instance has one processor."""
    Trier(service, suite(accuracy=Accuracy(), concurrency=3), golden(*["wren"] * 30)).evidence()
    assert service.busiest <= 3
    assert service.connections <= 4 + 6 + 3


def test_a_mistake_in_the_golden_set_is_told(service: FaultServer) -> None:
    """By its line."""
    files: dict[str, str | bytes] = {"golden/expected.csv": "file,expected\nb.png,wren\n"}
    with pytest.raises(SuiteInvalid, match="line 2"):
        Trier(service, suite(accuracy=Accuracy()), files).evidence()


def test_nothing_to_judge_by_is_inconclusive(service: FaultServer) -> None:
    """A golden set that is not there has not been passed."""
    evidence = Trier(service, suite(accuracy=Accuracy(), compare=Compare(), latency=Latency())).evidence()
    assert finding(evidence, "accuracy").verdict is Verdict.INCONCLUSIVE
    assert finding(evidence, "latency").verdict is Verdict.INCONCLUSIVE


def test_memory_does_not_grow_with_labels_or_changes(service: FaultServer, production: FaultServer) -> None:
    """A service that invents labels cannot fill the memory."""
    service.faults["/predict"] = [predicts(*[f"bird {n}" for n in range(300)])]
    checks = suite(accuracy=Accuracy(), compare=Compare(), concurrency=8)
    evidence = Trier(service, checks, golden(*["wren"] * 300), production.url).evidence()
    assert evidence.comparison
    assert (evidence.comparison.changed, len(evidence.comparison.changes)) == (300, 200)


def test_two_failures_are_no_agreement(service: FaultServer, production: FaultServer) -> None:
    """A suite that asks at the wrong address must not find everything as it was."""
    for server in (service, production):
        server.faults["/predict"] = [says({"error": "not found"}, 404)]
    checks = suite(compare=Compare(agreement=0.5), accuracy=Accuracy(at_least=0.5))
    evidence = Trier(service, checks, golden("wren"), production.url).evidence()
    assert evidence.verdict is Verdict.FAILED
    assert evidence.comparison is None


def test_a_production_that_predicts_nothing_does_not_stop_its_cure(
    service: FaultServer, production: FaultServer
) -> None:
    """It is healthy and answers nothing useful: that is said, and what is better is not held against it."""
    production.faults["/predict"] = [says({"error": "broken"}, 500)]
    checks = suite(compare=Compare(agreement=1), accuracy=Accuracy(at_least=1))
    evidence = Trier(service, checks, golden("wren"), production.url).evidence()
    assert evidence.verdict is Verdict.PASSED
    assert evidence.warnings == ("Production predicts nothing that could be compared (1 input).",)


def test_a_malformed_request_is_tried_as_often_as_it_says(service: FaultServer) -> None:
    """Like every other request."""
    service.faults["/predict"] = [says({}, 503), says({}, 400)]
    malformed = Request(name="nothing", expect=Expectation(statuses=REFUSED), attempts=2)
    found = finding(Trier(service, suite(contract=Contract(malformed=(malformed,)))).evidence(), "contract")
    assert found.verdict is Verdict.PASSED


def test_a_production_that_hangs_is_given_up(service: FaultServer, production: FaultServer) -> None:
    """It holds nobody up, and what it does not say is held against nobody."""
    production.faults["/predict"] = [*[says(prediction("wren"))] * 5, resets]
    checks = suite(
        accuracy=Accuracy(below_production=0), compare=Compare(agreement=1), latency=Latency(requests=30), concurrency=1
    )
    evidence = Trier(service, checks, golden(*["wren"] * 100), production.url).evidence()
    assert evidence.verdict is Verdict.PASSED
    assert production.paths().count("/predict") == 25
    assert [warning.split(": ")[0] for warning in evidence.warnings] == [
        "Production left 20 questions in a row without an answer"
    ]
    assert finding(evidence, "compare").sentence.startswith(
        "5 of 5 predictions stay what they are in production (100.0\u00a0%). Production left 20 questions"
    )
    assert "Production has 100.0\u00a0%. Production left 20 questions" in finding(evidence, "accuracy").sentence


def test_shares_of_different_cases_are_not_held_against_each_other(
    service: FaultServer, production: FaultServer
) -> None:
    """Production was right about all five that it answered, the release under test about those and half of the rest."""
    production.faults["/predict"] = [*[says(prediction("wren"))] * 5, resets]
    checks = suite(accuracy=Accuracy(below_production=0), concurrency=1)
    evidence = Trier(service, checks, golden(*["wren"] * 30, *["robin"] * 20), production.url).evidence()
    assert evidence.verdict is Verdict.PASSED


def test_what_production_said_before_it_hung_counts(service: FaultServer, production: FaultServer) -> None:
    """Five changes of five are too many."""
    production.faults["/predict"] = [*[says(prediction("robin"))] * 5, resets]
    checks = suite(compare=Compare(agreement=0.5), concurrency=1)
    evidence = Trier(service, checks, golden(*["wren"] * 50), production.url).evidence()
    assert finding(evidence, "compare").verdict is Verdict.FAILED


@pytest.mark.parametrize("fault", [resets, says({"error": "broken"}, 500)])
def test_nobody_overlooks_that_accuracy_had_nothing_beside_it(
    service: FaultServer, production: FaultServer, fault: Fault
) -> None:
    """A broken production does not stop its cure, but the limit that it stands for was not tested."""
    production.faults["/predict"] = [fault]
    checks = suite(accuracy=Accuracy(below_production=0.1))
    evidence = Trier(service, checks, golden("wren"), production.url).evidence()
    said = "Production predicts nothing that could be compared (1 input)."
    assert (evidence.verdict, evidence.warnings) == (Verdict.PASSED, (said,))
    assert finding(evidence, "accuracy").sentence.endswith(said)


def test_two_dead_services_are_not_compared(service: FaultServer, production: FaultServer) -> None:
    """That production is dead is no reason to release what is dead as well."""
    for server in (service, production):
        server.faults["/predict"] = [resets]
    evidence = Trier(service, suite(compare=Compare()), golden(*["wren"] * 50), production.url).evidence()
    assert evidence.verdict is Verdict.INCONCLUSIVE


def test_labels_cannot_disturb_what_is_read_beside_them(service: FaultServer, production: FaultServer) -> None:
    """What turns the direction of reading is written out, and so is what separates labels."""
    service.faults["/predict"] = [says(prediction("wren\u202e\x1f"))]
    evidence = Trier(service, suite(compare=Compare()), golden("wren"), production.url).evidence()
    assert evidence.comparison
    assert evidence.comparison.changes[0].after == r"wren\u202e\x1f"


def test_both_are_sent_the_very_same(service: FaultServer, production: FaultServer) -> None:
    """Each at its own address."""
    Trier(service, suite(compare=Compare()), golden("wren"), f"{production.url}/").evidence()
    ours, theirs = ([asked for asked in server.asked if asked.body] for server in (service, production))
    assert [(one.target, one.body) for one in ours] == [(one.target, one.body) for one in theirs]
    assert theirs[0].headers["host"] == production.url.removeprefix("http://")


def test_large_inputs_wait_until_there_is_room(service: FaultServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many as fit are on their way, whatever the suite's concurrency is."""

    async def slowly(asked: Asked, writer: asyncio.StreamWriter) -> bool:
        await asyncio.sleep(0.02)
        return await says(prediction("wren"))(asked, writer)

    monkeypatch.setattr(workers, "MAX_BYTES", 1000)
    service.faults["/predict"] = [slowly]
    files: dict[str, str | bytes] = {
        "golden/expected.csv": "file,expected\n" + "a.bin,wren\n" * 20,
        "golden/a.bin": b"x" * 600,
    }
    checks = suite(accuracy=Accuracy(), predict=Predict(send="raw"), concurrency=16)
    evidence = Trier(service, checks, files).evidence()
    assert evidence.accuracy
    assert (evidence.accuracy.score.right, service.busiest) == (20, 2)


def test_what_takes_forever_to_judge_ends_the_suite(service: FaultServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A few lines of a schema may mean more steps than anybody can wait for."""
    monkeypatch.setattr(time_limit, "SECONDS", 0.2)
    steps = {f"step{n}": {"allOf": [{"$ref": f"#/$defs/step{n + 1}"}] * 2} for n in range(40)}
    schema = {"$ref": "#/$defs/step0", "$defs": {**steps, "step40": {"type": "object"}}}
    with pytest.raises(SuiteInvalid, match="write the suite's schemas and expressions plainer"):
        Trier(service, suite(contract=Contract(schema=schema)), golden("wren")).evidence()


def test_a_confidence_that_is_too_large_for_a_number_is_none(service: FaultServer) -> None:
    """JSON knows no largest number."""
    service.faults["/predict"] = [says(prediction("wren", 10**400))]
    evidence = Trier(service, suite(accuracy=Accuracy(at_least=1)), golden("wren")).evidence()
    assert evidence.verdict is Verdict.PASSED
