"""Sampled requests of production are asked of the release and of production."""

from __future__ import annotations

import json
from asyncio import StreamWriter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from slipway.errors import SamplesUnreadable
from slipway.models import Verdict
from slipway.smoke.evidence import Evidence
from slipway.smoke.figures import ReplayFigures
from slipway.smoke.report.evidence_json import document
from slipway.smoke.running.context import RunContext
from slipway.smoke.running.state import RunState
from slipway.smoke.suite.definition import Compare, Suite
from tests.support.fault_server import Asked, FaultServer, answers, closes, says
from tests.support.judged import BOOTS, Trier, golden, prediction

SUITE = Suite(ready=BOOTS, compare=Compare(agreement=0.5))


@dataclass
class Samples:
    """Files of samples, the newest first."""

    files: tuple[bytes, ...] = ()
    error: str = ""

    def newest_first(self) -> Iterator[bytes]:
        yield from self.files
        if self.error:
            raise SamplesUnreadable(self.error)


class Replayer(Trier):
    """Runs a suite with samples."""

    samples: Samples | None = None

    @property
    def context(self) -> RunContext:
        return replace(super().context, samples=self.samples)


def lines(*inputs: Any) -> bytes:
    """A file of samples."""
    return b"".join(json.dumps({"input": each}).encode() + b"\n" for each in inputs)


def bodies(server: FaultServer) -> list[Any]:
    """What a server was asked to predict, in order."""
    return [json.loads(asked.body) for asked in server.asked if asked.target == "/predict"]


def sees(**seen: str) -> Callable[[Asked, StreamWriter], Any]:
    """Predict what is named for a row, and otherwise a wren."""

    async def act(asked: Asked, writer: StreamWriter) -> bool:
        row = json.loads(asked.body).get("row")
        return await says(prediction(seen.get(row[0] if row else "", "wren")))(asked, writer)

    return act


@pytest.fixture
def replayer(service: FaultServer, production: FaultServer) -> Replayer:
    """A suite that compares one golden input."""
    return Replayer(service, SUITE, golden("wren"), production.url)


def found(evidence: Evidence) -> tuple[Verdict, str]:
    """What `compare` found."""
    (finding,) = [each for each in evidence.findings if each.kind == "compare"]
    return finding.verdict, finding.sentence


def figures(evidence: Evidence) -> ReplayFigures:
    """What was counted of the samples."""
    assert evidence.comparison
    assert evidence.comparison.replay
    return evidence.comparison.replay


def test_both_are_asked_what_users_asked(replayer: Replayer, production: FaultServer) -> None:
    """At the suite's path, and it is counted whose answers differ."""
    replayer.samples = Samples((lines({"row": ["a"]}, {"row": ["b"]}), lines({"row": ["c"]})))
    replayer.server.faults["/predict"] = [sees(b="owl")]
    evidence = replayer.evidence()
    assert sorted(map(str, bodies(replayer.server))) == sorted(map(str, bodies(production)))
    assert [each for each in bodies(production) if "row" in each] != []
    replayed = figures(evidence)
    assert (replayed.found, replayed.asked, replayed.compared, replayed.changed) == (3, 3, 3, 1)
    assert found(evidence) == (
        Verdict.PASSED,
        (
            "1 of 1 predictions stay what they are in production (100.0\u00a0%). Of 3 sampled requests, 2 stay what "
            "they are, too."
        ),
    )


def test_sampled_requests_decide_nothing(replayer: Replayer) -> None:
    """Strangers choose them: who asks often for what changes would keep every release from production."""
    replayer.samples = Samples((lines(*[{"row": ["b"]}] * 9),))
    replayer.server.faults["/predict"] = [sees(b="owl")]
    assert found(replayer.evidence())[0] is Verdict.PASSED


def test_sampled_requests_that_production_leaves_unanswered_end_no_comparison(
    replayer: Replayer, production: FaultServer
) -> None:
    """Whoever found some that it does not answer would switch the exam off: the golden set is compared all the same."""

    async def act(asked: Asked, writer: StreamWriter) -> bool:
        if "row" in json.loads(asked.body):
            return await closes(asked, writer)
        return await says(prediction("owl"))(asked, writer)

    production.faults["/predict"] = [act]
    replayer.samples = Samples((lines(*[{"row": [str(number)]} for number in range(90)]),))
    evidence = replayer.evidence()
    assert found(evidence)[0] is Verdict.FAILED
    assert figures(evidence).asked < 40
    assert not [warning for warning in evidence.warnings if "in a row" in warning]


def test_the_newest_are_asked_and_not_more_than_a_hundred(replayer: Replayer, production: FaultServer) -> None:
    """The last lines of the newest file first."""
    replayer.samples = Samples(
        (lines(*[{"row": [f"new {n}"]} for n in range(60)]), lines(*[{"row": [f"old {n}"]} for n in range(60)]))
    )
    replayer.evidence()
    asked = [each["row"][0] for each in bodies(production) if "row" in each]
    assert len(asked) == 100
    assert sum(name.startswith("new") for name in asked) == 60
    assert {"old 59", "old 20"} <= set(asked)
    assert "old 19" not in asked


@pytest.mark.parametrize(
    "line",
    [
        b"no JSON",
        b'{"input": {"row": [NaN]}}',
        b'{"input": {"row": [1e400]}}',
        b'{"input": 7}',
        b'{"input": "text"}',
        b'{"input": {"row": []}, "path": "/admin"}',
        b'{"input": {"row": ["' + b"x" * 256 * 1024 + b'"]}}',
        b"[" * 100_000,
        b'{"input": ' + b"[" * 100_000,
        b'{"input": [' + b"9" * 10_000 + b"]}",
        b"\xff\xfe",
        b"",
        b'{"input": {"row": ["cut',
    ],
    ids=lambda line: line[:20],
)
def test_what_is_no_sample_is_left_out(replayer: Replayer, production: FaultServer, line: bytes) -> None:
    """A container that is taken over writes what it likes, and a file may end in the middle of a line."""
    replayer.samples = Samples((line + b"\n" + lines({"row": ["a"]}),))
    assert figures(replayer.evidence()).found == 1
    assert [each for each in bodies(production) if "row" in each] == [{"row": ["a"]}]


def test_a_file_without_an_end_of_broken_lines_is_given_up(replayer: Replayer) -> None:
    """After a thousand lines."""
    replayer.samples = Samples((lines({"row": ["a"]}) + b"broken\n" * 1000,))
    assert "There are no sampled requests yet." in found(replayer.evidence())[1]


def test_what_was_sampled_is_not_in_the_evidence(replayer: Replayer) -> None:
    """Whoever may see evidence may not see what users ask, even where it changes the answer."""
    replayer.samples = Samples((lines({"row": ["secret"]}),))
    replayer.server.faults["/predict"] = [sees(secret="owl")]
    evidence = replayer.evidence()
    assert figures(evidence).changed == 1
    assert "secret" not in json.dumps(document(evidence))


def test_without_samples_it_says_so(replayer: Replayer) -> None:
    """Not that all is as it was."""
    replayer.samples = Samples()
    evidence = replayer.evidence()
    assert found(evidence)[1].endswith("There are no sampled requests yet.")
    assert figures(evidence).found == 0


def test_where_nothing_is_sampled_nothing_is_said_of_it(replayer: Replayer) -> None:
    """As before."""
    evidence = replayer.evidence()
    assert "sampled" not in found(evidence)[1]
    assert evidence.comparison
    assert evidence.comparison.replay is None


@pytest.mark.parametrize("suite", [Suite(ready=BOOTS), SUITE])
def test_without_a_comparison_nothing_is_replayed(replayer: Replayer, suite: Suite) -> None:
    """Neither without the check nor without production."""
    replayer.samples = Samples((lines({"row": ["a"]}),))
    replayer.suite, replayer.production = suite, "" if suite.compare else replayer.production
    replayer.evidence()
    assert not [each for each in bodies(replayer.server) if "row" in each]


def test_samples_that_cannot_be_read_are_a_warning(replayer: Replayer) -> None:
    """And no reason to stop."""
    replayer.samples = Samples((), "Denied.")
    evidence = replayer.evidence()
    assert evidence.verdict is Verdict.PASSED
    assert "Denied." in evidence.warnings


def test_what_production_does_not_predict_is_no_change(replayer: Replayer, production: FaultServer) -> None:
    """Two failures are no agreement, and a request of an earlier model no difference."""
    replayer.samples = Samples((lines({"row": ["a"]}),))
    production.faults["/predict"] = [answers(400), sees()]
    replayer.server.faults["/predict"] = [answers(400), sees()]
    sentence = found(replayer.evidence())[1]
    assert "Of 0 sampled requests, 0 stay what they are, too; 1 more get no prediction in production." in sentence


def test_an_answer_that_does_not_come_is_a_change(replayer: Replayer) -> None:
    """Production gives one."""
    replayer.samples = Samples((lines({"row": ["a"]}),))
    replayer.server.faults["/predict"] = [closes, sees()]
    evidence = replayer.evidence()
    assert figures(evidence).changed == 1


def slow(replayer: Replayer, seconds: float) -> None:
    """Have each answer take some time."""

    async def act(asked: Asked, writer: StreamWriter) -> bool:
        replayer.clock.at += timedelta(seconds=seconds)
        return await says(prediction("wren"))(asked, writer)

    replayer.server.faults["/predict"] = [act]


def test_replaying_takes_a_minute_at_most(replayer: Replayer) -> None:
    """What is left is counted; the golden set has its own time."""
    replayer.samples = Samples((lines(*[{"row": [str(n)]} for n in range(50)]),))
    replayer.suite = replace(SUITE, concurrency=1)
    slow(replayer, 7)
    sentence = found(replayer.evidence())[1]
    assert "Of 9 sampled requests, 9 stay what they are, too; 41 were not asked, for want of time." in sentence


def test_another_invocation_goes_on_with_what_is_left(replayer: Replayer, production: FaultServer) -> None:
    """Nothing is asked twice."""
    replayer.samples = Samples((lines(*[{"row": [str(n)]} for n in range(6)]),))
    replayer.suite = replace(SUITE, concurrency=1)
    slow(replayer, 5)
    state = RunState.new(replayer.clock.now())
    assert not replayer.goes_on(state, 12)
    assert state.step == "replay"
    state = RunState.from_json(state.to_json())
    assert replayer.goes_on(state, 3600)
    assert sorted(each["row"][0] for each in bodies(production) if "row" in each) == [str(n) for n in range(6)]
