"""Identity without the service's word: what Elastic Beanstalk runs, and that it answers."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest

from slipway.errors import Unreachable
from slipway.models import DeployedVersion, HttpAnswer, HttpRequest, Verdict
from slipway.smoke.checks import identity, ready
from slipway.smoke.evidence import Judgement
from slipway.smoke.running.context import RunContext
from slipway.smoke.running.state import RunState
from slipway.smoke.suite.definition import Identity, Ready, Suite
from slipway.smoke.suite.reading import read
from tests.support.fakes import NOW, FakeClock


@dataclass
class Front:
    """A service that answers its front page with these statuses, the last one ever after; 0 is no answer."""

    statuses: list[int] = field(default_factory=lambda: [200])
    asked: list[str] = field(default_factory=list)

    async def send(self, request: HttpRequest) -> HttpAnswer:
        self.asked.append(request.url)
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        if not status:
            raise Unreachable("Nobody listens.")
        return HttpAnswer(status, {}, b"", 0.1)

    async def close(self) -> None:
        pass


class NoFiles:
    """A suite without files."""

    def names(self) -> list[str]:
        return []

    def open(self, path: str) -> None:
        raise KeyError(path)


def context(front: Front, *seen: DeployedVersion, suite: Suite | None = None) -> RunContext:
    """Make a run that shall find version-7, and is told what is deployed, the last one ever after."""
    told = list(seen)
    files: object = NoFiles()
    return RunContext(
        suite=suite or Suite(ready=Ready(path="/", deadline=5), identity=Identity(deployment=True)),
        files=files,  # type: ignore[arg-type]
        url="http://staging",
        passport={"release": "birds-r12"},
        http=front,
        clock=FakeClock(),
        deployed=(lambda: told.pop(0) if len(told) > 1 else told[0]) if seen else None,
        version="version-7",
    )


READY = DeployedVersion("version-7", "Ready", "Green")


def judge(front: Front, *seen: DeployedVersion) -> Judgement:
    return asyncio.run(identity.judge(context(front, *seen)))


def test_the_version_that_was_deployed_runs_and_answers() -> None:
    """The sentence says what kind of identity it is."""
    front = Front()
    verdict, sentence = judge(front, READY)
    assert verdict is Verdict.PASSED
    assert sentence.startswith("By its deployment, not by the service's own word: version-7 is deployed, Ready, ")
    assert sentence.endswith("it answered 3 times in a row.")
    assert front.asked == ["http://staging/"] * 3


def test_another_version_is_not_what_was_deployed() -> None:
    """Even if it came only after the first answers."""
    other = DeployedVersion("version-8", "Ready", "Green")
    verdict, sentence = judge(Front(), READY, other)
    assert (verdict, sentence) == (Verdict.FAILED, "version-8 is deployed, Ready, health Green: it is not version-7.")


@pytest.mark.parametrize(
    "seen",
    [DeployedVersion("version-7", "Updating", "Green"), DeployedVersion("version-7", "Ready", "Red")],
    ids=["its deployment goes on", "it is ill"],
)
def test_what_is_not_steady_is_not_judged(seen: DeployedVersion) -> None:
    """It is waited for."""
    assert judge(Front(), seen)[0] is Verdict.INCONCLUSIVE


@pytest.mark.parametrize(("status", "said"), [(0, "Nobody listens."), (500, "/ answered 500, not 200.")])
def test_a_service_that_does_not_answer_each_time_is_not_judged(status: int, said: str) -> None:
    """One of two instances may still be old."""
    assert judge(Front([200, status]), READY) == (Verdict.INCONCLUSIVE, said)


def test_the_deployment_is_waited_for() -> None:
    """Until the suite's deadline."""
    state = RunState.new(NOW)
    run = context(Front(), DeployedVersion("version-7", "Updating", "Grey"), READY)
    assert asyncio.run(ready.wait(run, state, NOW.replace(year=2030), lambda _: None))
    assert [finding.verdict for finding in state.findings] == [Verdict.PASSED, Verdict.PASSED]


def test_where_beanstalk_cannot_be_asked_the_evidence_warns() -> None:
    """As on a laptop."""
    state, run = RunState.new(NOW), context(Front())
    assert asyncio.run(ready.wait(run, state, NOW.replace(year=2030), lambda _: None))
    assert state.warnings == [run.no_identity]


def test_a_suite_says_it_in_a_word() -> None:
    """`identity: deployment`, with the usual number of answers."""
    assert read(b"identity: deployment\n").identity == Identity(deployment=True)
