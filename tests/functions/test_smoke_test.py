"""The smoke test's job is reported in every case, however long it takes and whatever breaks off."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from functions.smoke_test import app
from slipway.adapters.http import ServiceHttp
from slipway.bootstrap import smoke_test
from slipway.bootstrap.smoke_test import SmokeTest
from slipway.errors import ImageGone
from slipway.models import Artifact, Candidate, Claim, Json, RollbackRequest, State, Verdict
from slipway.releases.calendar import ALWAYS_OPEN, ReleaseCalendar
from slipway.releases.calendar_parameters import parse_calendar
from slipway.smoke.evidence_store import EvidenceStore
from slipway.smoke.job.smoke_test_job import SmokeTestJob
from tests.support.fakes import NOW, FakeBucket, FakeClock, FakeEnvironments, FakeJobs, FakeLedger
from tests.support.fault_server import FaultServer, says
from tests.support.judged import PASSPORT, archive, golden, prediction, serve

JOB = "11111111-abcd-1111-abcd-111111abcdef"
SUITE = """
contract: null
accuracy: {at_least: 0.9}
requests: [{name: a wren, json: {}, expect: {json: {prediction.winning_class: wren}}}]
"""
TAKEN = Claim(ours=True, until=NOW + timedelta(days=1), taken=2)
PARTIAL = "evidence/birds-r12/staging.partial.json"
EVIDENCE = "evidence/birds-r12/staging.json"


class Killed(BaseException):
    """The end of a process, which no code survives."""


@dataclass
class World:
    """Everything that a job of the pipeline touches."""

    service: FaultServer
    event: Json
    ledger: FakeLedger = field(default_factory=FakeLedger)
    jobs: FakeJobs = field(default_factory=FakeJobs)
    bucket: FakeBucket = field(default_factory=FakeBucket)
    clock: FakeClock = field(default_factory=FakeClock)
    files: dict[str, str | bytes] = field(default_factory=dict)
    seconds: float = 300
    limit: timedelta = timedelta(hours=23)
    production: str = ""
    bundle: str = "sha256 of the bundle"
    alarms: list[str] = field(default_factory=list)
    calendar: ReleaseCalendar = ALWAYS_OPEN
    kept: list[str] = field(default_factory=list)
    sampled: list[bytes] | None = None
    gone: bool = False

    def keep(self, image: str) -> None:
        """Keep an image, or say that it is gone."""
        if self.gone:
            raise ImageGone(f"The image {image} is gone.")
        self.kept.append(image)

    @property
    def smoke_test(self) -> SmokeTestJob:
        environments = FakeEnvironments({"staging": "build-1"})
        store = EvidenceStore(self.bucket, self.alarms.append)
        return SmokeTestJob(
            self.ledger,
            store,
            ServiceHttp(),
            self.clock,
            environments,
            self.limit,
            calendar=self.calendar,
            images=self,
            samples=None if self.sampled is None else self,
        )

    def newest_first(self) -> Iterator[bytes]:
        """Give what was sampled."""
        yield from self.sampled or ()

    def artifacts(self) -> dict[str, Artifact]:
        digest = hashlib.sha256(repr(self.files).encode()).hexdigest()
        return {"Suite": Artifact(archive(self.files), digest), "Bundle": Artifact(archive({}), self.bundle)}

    def deliver(self, job: str = JOB, token: str = "", target: str = "staging", url: str | None = None) -> None:
        """Invoke the function with a job."""
        event = self.event["CodePipeline.job"]
        told = {"release_id": "birds-r12", "target": target, "url": self.service.url if url is None else url}
        told |= {"production": self.production}
        configuration = {"configuration": {"UserParameters": json.dumps(told)}}
        continued = {"continuationToken": token} if token else {}
        data = {**event["data"], "actionConfiguration": configuration, **continued}
        app.lambda_handler({"CodePipeline.job": {**event, "id": job, "data": data}}, self)  # type: ignore[arg-type]

    function_name = memory_limit_in_mb = invoked_function_arn = aws_request_id = "test"

    def get_remaining_time_in_millis(self) -> int:
        return int(self.seconds * 1000)


@pytest.fixture
def world(event: Callable[[str], Json], monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with FaultServer() as service:
        world = World(serve(service), event("job-smoke-test"))
        world.files = {"passport.json": json.dumps(PASSPORT), "suite.yaml": SUITE, **golden(*["wren"] * 10)}
        for number in range(12):
            name = f"birds-{number:012}"
            world.ledger.open(Candidate(name, "birds", "models/birds/v1/", (), NOW), State.RECEIVED, "", NOW)
        monkeypatch.setattr(
            smoke_test,
            "build",
            lambda: SmokeTest(world.smoke_test, world.jobs, lambda data: nullcontext(world.artifacts())),
        )
        yield world


@pytest.mark.parametrize(("winner", "verdict"), [("wren", Verdict.PASSED), ("robin", Verdict.FAILED)])
def test_the_evidence_is_kept_and_the_job_reported(world: World, winner: str, verdict: Verdict) -> None:
    """Three documents in the bucket, the figures in the ledger, the verdict in the job."""
    world.service.faults["/predict"] = [says(prediction(winner))]
    world.deliver()
    assert json.loads(world.bucket.written[EVIDENCE])["verdict"] == verdict
    assert {"evidence/birds-r12/staging.html", "evidence/birds-r12/staging.xml"} <= set(world.bucket.written)
    smoke = world.ledger.release("birds-r12").smoke["staging"]
    assert (smoke.verdict, smoke.accuracy) == (verdict, 1.0 if winner == "wren" else 0.0)
    assert (JOB in world.jobs.done, JOB in world.jobs.failed) == (verdict is Verdict.PASSED, verdict is Verdict.FAILED)


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        ({"suite.yaml": SUITE}, "smoke_test failed: KeyError; see its log."),
        ({"suite.yaml": "accuracy: lots", "passport.json": "{}"}, "suite.yaml, line 1"),
    ],
)
def test_what_cannot_be_run_is_reported(world: World, broken: dict[str, str | bytes], message: str) -> None:
    """Whatever happens, CodePipeline does not wait for 20 minutes."""
    world.files = broken
    world.deliver()
    assert message in world.jobs.failed[JOB]


def test_a_job_that_makes_no_sense_is_reported(world: World) -> None:
    """Even one whose parameters cannot be read."""
    event = {"CodePipeline.job": {"id": JOB, "data": {}}}
    app.lambda_handler(event, world)  # type: ignore[arg-type]
    assert world.jobs.failed[JOB] == "smoke_test failed: KeyError; see its log."


def test_a_first_release_has_nothing_to_be_compared_with(world: World) -> None:
    """Production is there, but nothing was ever live on it."""
    world.files["suite.yaml"] = "contract: null\ncompare: 0.9"
    world.production = "http://127.0.0.1:9"
    world.deliver()
    document = json.loads(world.bucket.written[EVIDENCE])
    assert (document["verdict"], document["warnings"]) == ("passed", [])
    assert "This is the first release: there is no production to compare with." in str(document["findings"])


def test_the_live_release_is_compared_with_nothing(world: World) -> None:
    """A pipeline that is retried tests what is live already: that is no first release."""
    world.files["suite.yaml"] = "contract: null\ncompare: 0.9"
    world.ledger.go_live("birds-r12", NOW)
    world.production = world.service.url
    world.deliver()
    document = json.loads(world.bucket.written[EVIDENCE])
    assert "This release is live already: there is no other one to compare with." in str(document["findings"])


def test_production_s_release_comes_from_the_ledger(world: World) -> None:
    """It is what is live, whatever production says it is."""
    world.files["suite.yaml"] = "contract: null\ncompare: 0.9"
    world.ledger.go_live("birds-r11", NOW)
    world.production = world.service.url
    world.deliver()
    document = json.loads(world.bucket.written[EVIDENCE])
    assert (document["production"], document["comparison"]["agreed"]) == ("birds-r11", 10)


def test_sampled_requests_are_asked_again(world: World) -> None:
    """The ledger keeps how many there were, for the card."""
    world.files["suite.yaml"] = "contract: null\ncompare: 0.9"
    world.ledger.go_live("birds-r11", NOW)
    world.production, world.sampled = world.service.url, [b'{"input": {"row": [1]}}\n{"input": {"row": [2]}}\n']
    world.deliver()
    document = json.loads(world.bucket.written[EVIDENCE])
    assert document["comparison"]["replay"] == {"found": 2, "asked": 2, "compared": 2, "agreed": 2}
    smoke = world.ledger.release("birds-r12").smoke["staging"]
    assert (smoke.replayed, smoke.replayed_changed) == (2, 0)


@pytest.mark.parametrize("replay", [True, False])
def test_samples_are_read_where_the_operator_wants_them(
    aws_environment: None, monkeypatch: pytest.MonkeyPatch, replay: bool
) -> None:
    """And nowhere else: the function has no right to."""
    told = {"LEDGER_TABLE": "ledger", "MODEL_BUCKET": "models", "PIPELINE_NAME": "slipway", "SUITE_MINUTES": "60"}
    for name, value in (told | {"RELEASE_HOURS": "", "FREEZES": "", "REPLAY": str(replay).lower()}).items():
        monkeypatch.setenv(name, value)
    smoke_test.build.cache_clear()
    assert bool(smoke_test.build().smoke_test.samples) is replay


def test_a_day_is_all_there_is(world: World) -> None:
    """CodePipeline gives an action 24 hours: before they are over, the job is reported."""
    world.files |= golden(*["wren"] * 40)
    patient(world, answered=10)
    world.deliver()
    token, _, _ = world.jobs.continued[JOB]
    world.clock.sleep(23 * 3600)
    world.deliver("job-2", token)
    assert "There was no time left for what comes after golden" in world.jobs.failed["job-2"]


def test_a_suite_may_take_as_long_as_the_operator_says(world: World) -> None:
    """What it could not ask in that time is not judged."""
    world.limit = timedelta(minutes=5)
    world.files |= golden(*["wren"] * 40)
    patient(world, answered=10)
    world.seconds = 3600
    world.deliver()
    assert "because a suite may take 5 minutes: make it smaller" in world.jobs.failed[JOB]
    assert world.ledger.release("birds-r12").smoke["staging"].verdict is Verdict.INCONCLUSIVE


def test_a_long_suite_goes_on_in_another_invocation(world: World) -> None:
    """From where it stopped: no input is sent twice, and the figures are those of the whole."""
    world.files |= golden(*["wren"] * 40)
    patient(world, answered=10)
    world.deliver()
    token, percent, summary = world.jobs.continued[JOB]
    assert (len(token) <= 2048, 0 < percent < 100) == (True, True)
    assert summary.startswith("Golden set: ")
    patient(world, answered=1000)
    world.deliver("job-2", token)
    assert "job-2" in world.jobs.done
    assert inputs(world) == sorted(range(40))
    assert world.ledger.release("birds-r12").smoke["staging"].accuracy == 1.0


def test_an_invocation_that_ends_soon_loses_nothing(world: World) -> None:
    """It is shorter than the time after which a run is saved by the way: what it has sent is not sent again."""
    world.files |= golden(*["wren"] * 40)
    world.seconds = 90  # ten for the suite
    left = [7]

    async def act(asked: Any, writer: Any) -> bool:
        left[0] -= 1
        world.clock.sleep(0 if left[0] else 11)
        return await says(prediction("wren"))(asked, writer)

    world.service.faults["/predict"] = [act]
    world.deliver()
    token, _, _ = world.jobs.continued[JOB]
    patient(world, answered=1000)
    world.seconds = 300
    world.deliver("job-2", token)
    assert inputs(world) == sorted(range(40))


def test_waiting_goes_on_in_another_invocation(world: World) -> None:
    """The deadline counts from the first one."""
    world.files["suite.yaml"] = "ready: {deadline: 400}"
    world.service.faults["/health"] = [says({}, 503)]
    world.deliver()
    token, _, summary = world.jobs.continued[JOB]
    assert summary == "Waiting until the release under test answers."
    world.deliver("job-2", token)
    assert "It stayed so for 400 s." in world.jobs.failed["job-2"]


def test_a_token_of_an_older_run_is_reported(world: World) -> None:
    """A stage that was retried has a smoke test of its own; the older one ends, and spoils nothing."""
    world.files |= golden(*["wren"] * 40)
    patient(world, answered=10)
    world.deliver()
    token, _, _ = world.jobs.continued[JOB]
    world.deliver("job-of-the-retry")
    kept = world.bucket.written[PARTIAL]
    world.deliver("job-2", token)
    assert "this older one was given up" in world.jobs.failed["job-2"]
    assert world.bucket.written[PARTIAL] == kept


@pytest.mark.parametrize("kept", [b"", b"{}", b"rubbish"])
def test_a_token_without_its_run_is_reported(world: World, kept: bytes) -> None:
    """What was kept may be gone."""
    world.bucket.written[PARTIAL] = kept
    world.deliver("job-2", "token")
    assert "job-2" in world.jobs.failed


def forge(world: World) -> None:
    """Have somebody change what was saved so that it can still be read: any byte counts."""
    world.bucket.written[PARTIAL] += b" "


def test_a_saved_run_that_was_changed_is_not_continued(world: World) -> None:
    """Whoever can write to the bucket writes no results: the job fails, and an alarm tells of it."""
    world.files |= golden(*["wren"] * 40)
    patient(world, answered=10)
    world.deliver()
    token, _, _ = world.jobs.continued[JOB]
    forge(world)
    world.deliver("job-2", token)
    assert "was changed by somebody else while it ran" in world.jobs.failed["job-2"]
    assert "was changed by somebody else while it ran" in world.alarms[0]
    assert "staging" not in world.ledger.release("birds-r12").smoke


def test_a_saved_run_that_was_changed_after_a_crash_is_not_continued(world: World) -> None:
    """The lease knows what was saved; a token is not needed for it."""
    world.files |= golden(*["wren"] * 40)
    crash(world)
    with pytest.raises(Killed):
        world.deliver()
    forge(world)
    serve(world.service)
    world.deliver()
    assert "was changed by somebody else while it ran" in world.jobs.failed[JOB]


def test_a_run_goes_on_whose_last_save_broke_off(world: World) -> None:
    """The lease is told first what will be saved: the run is there as it was saved before."""
    world.files |= golden(*["wren"] * 40)
    crash(world)
    with pytest.raises(Killed):
        world.deliver()
    owner, claim = world.ledger.jobs[JOB]
    saved = (*claim.checkpoints[-1:], "what was not written any more")
    world.ledger.jobs[JOB] = owner, replace(claim, checkpoints=saved)
    serve(world.service)
    world.deliver()
    assert JOB in world.jobs.done


def test_a_job_that_is_delivered_again_later_is_done_once(world: World) -> None:
    """CodePipeline and Lambda promise at least once."""
    world.deliver()
    before = len(world.service.asked)
    world.deliver()
    assert len(world.service.asked) == before


def test_a_job_that_could_not_be_run_is_not_tried_again(world: World) -> None:
    """Its failure was reported."""
    world.files = {}
    world.deliver()
    world.jobs.failed.clear()
    world.deliver()
    assert world.jobs.failed == {}


def test_a_job_that_another_invocation_does_is_left_to_it(world: World) -> None:
    """It is watched until this invocation's own time is over."""
    world.ledger.jobs[JOB] = "another", Claim(ours=True, until=world.clock.now() + timedelta(hours=1))
    world.deliver()
    assert (world.service.asked, world.jobs.done, world.jobs.failed) == ([], {}, {})


def test_what_broke_off_is_gone_on_with(world: World) -> None:
    """Lambda delivers the job again after a crash: the run goes on from what was kept last."""
    world.files |= golden(*["wren"] * 40)
    crash(world)
    with pytest.raises(Killed):
        world.deliver()
    assert json.loads(world.bucket.written[PARTIAL])["step"] == "golden"
    serve(world.service)
    world.deliver()
    assert JOB in world.jobs.done
    assert world.ledger.release("birds-r12").smoke["staging"].accuracy == 1.0
    assert world.clock.now() > NOW + timedelta(seconds=90)


def test_what_breaks_off_again_and_again_is_reported(world: World) -> None:
    """The third delivery is Lambda's last."""
    world.ledger.jobs[JOB] = "another", Claim(ours=True, until=world.clock.now() - timedelta(seconds=1), taken=2)
    world.deliver()
    assert world.jobs.failed[JOB] == "The smoke test broke off twice without a word: see the log of its function."


def test_a_run_that_was_taken_over_ends_quietly(world: World) -> None:
    """The other invocation reports."""
    world.files |= golden(*["wren"] * 40)
    patient(world, answered=1000, then=lambda: world.ledger.jobs.update({JOB: ("b", TAKEN)}))
    world.deliver()
    assert (world.jobs.done, world.jobs.failed, world.jobs.continued) == ({}, {}, {})


def test_what_people_decide_on_does_not_change_any_more(world: World) -> None:
    """A late delivery while a release waits for its answer leaves the evidence as it is."""
    world.ledger.change("birds-r12", lambda release: replace(release, state=State.WAITING))
    world.deliver()
    assert EVIDENCE not in world.bucket.written
    assert JOB in world.jobs.done


def test_what_was_tested_is_pinned_in_the_ledger(world: World) -> None:
    """The evidence by its digest, its page by a version, and the build by label, image and artifacts."""
    world.deliver()
    smoke = world.ledger.release("birds-r12").smoke["staging"]
    assert smoke.digest == hashlib.sha256(world.bucket.written[EVIDENCE]).hexdigest()
    assert smoke.page_version == "version of evidence/birds-r12/staging.html"
    assert (smoke.version, smoke.image) == ("build-1", PASSPORT["image"])
    assert smoke.artifacts == {name: artifact.sha256 for name, artifact in world.artifacts().items()}


def test_the_build_that_was_tested_may_go_to_production(world: World) -> None:
    """Before the deployment nothing is asked of any service."""
    world.deliver()
    asked = len(world.service.asked)
    world.deliver("job-check", target="production", url="")
    assert ("job-check" in world.jobs.done, len(world.service.asked), world.alarms) == (True, asked, [])


def test_what_goes_to_production_is_kept_from_the_lifecycle_policy(world: World) -> None:
    """Before its deployment, and nothing before the check is."""
    world.deliver()
    assert world.kept == []
    world.deliver("job-check", target="production", url="")
    assert world.kept == [PASSPORT["image"]]


def test_an_image_that_is_gone_is_not_deployed(world: World) -> None:
    """The reason is a sentence, and not what an instance says that cannot pull it."""
    world.deliver()
    world.gone = True
    world.deliver("job-check", target="production", url="")
    assert world.jobs.failed["job-check"] == f"The image {PASSPORT['image']} is gone."


def test_a_build_that_was_changed_after_its_test_fails_and_is_told(world: World) -> None:
    """Whoever can write artifacts cannot put them into production."""
    world.deliver()
    world.bundle = "sha256 of something else"
    world.deliver("job-check", target="production", url="")
    assert world.jobs.failed["job-check"].startswith("The build of birds-r12 was changed after its test (Bundle)")
    assert world.alarms == [world.jobs.failed["job-check"]]


def test_what_was_approved_in_the_console_during_a_freeze_is_not_deployed(world: World) -> None:
    """The check before the deployment fails and says when production opens; no alarm: nothing was changed."""
    world.deliver()
    world.calendar = parse_calendar("", "2026-11-20/2026-11-30 Black Friday")
    world.deliver("job-check", target="production", url="")
    assert world.jobs.failed["job-check"] == (
        "birds-r12 was not deployed. Production is closed by the freeze Black Friday until 2026-12-01 00:00:00 UTC. "
        "CodePipeline deploys what was live once more, and takes no retry after that: upload the model (or push the "
        "code) again then, and approve it."
    )
    assert world.alarms == []


def test_what_went_to_production_is_verified_in_a_freeze(world: World) -> None:
    """The freeze is a matter of the deployment, which has begun."""
    world.deliver()
    world.calendar = parse_calendar("", "2026-11-20/2026-11-30 Black Friday")
    world.deliver("job-verify", target="production")
    assert "job-verify" in world.jobs.done


def test_a_suite_that_was_changed_after_its_test_verifies_nothing(world: World) -> None:
    """A suite without checks would pass anything."""
    world.deliver()
    world.files["suite.yaml"] = "contract: null"
    world.deliver("job-verify", target="production")
    assert "was changed after its test (Suite)" in world.jobs.failed["job-verify"]


def test_a_build_that_was_never_tested_does_not_go_to_production(world: World) -> None:
    """The ledger must say what staging has tested."""
    world.deliver("job-check", target="production", url="")
    assert "does not say which build of birds-r12 was tested" in world.jobs.failed["job-check"]


def test_production_must_run_the_image_that_was_tested(world: World) -> None:
    """Another image of the same release is another build."""
    world.deliver()
    world.service.faults["/version"] = [says({**PASSPORT, "image": "images@sha256:2"})]
    world.files["suite.yaml"] = SUITE
    world.deliver("job-verify", target="production")
    assert "its image differ from what was built" in world.jobs.failed["job-verify"]


def test_a_build_that_is_changed_while_it_is_tested_is_reported(world: World) -> None:
    """The next invocation notices."""
    world.files |= golden(*["wren"] * 40)
    patient(world, answered=10)
    world.deliver()
    token, _, _ = world.jobs.continued[JOB]
    world.files["suite.yaml"] = "contract: null"
    world.deliver("job-2", token)
    assert world.jobs.failed["job-2"].startswith("The build of birds-r12 was changed while it was tested")
    assert world.alarms == [world.jobs.failed["job-2"]]


def test_credentials_are_never_logged(world: World, logged: Callable[[Any], io.StringIO]) -> None:
    """Nor the job's id: neither when it works nor when it does not."""
    log = logged(app.logger)
    world.deliver()
    world.files = {}
    world.deliver("job-2")
    assert "smoke_test failed" in log.getvalue()
    told = ("secret_key", "session_token", "access_key_ID", JOB, "job-2")
    assert not [secret for secret in told if secret in log.getvalue()]


def inputs(world: World) -> list[int]:
    """The golden inputs that the service was sent."""
    bodies = [json.loads(asked.body) for asked in world.service.asked if asked.method == "POST"]
    return sorted(body["n"] for body in bodies if "n" in body)


def patient(world: World, answered: int, then: Callable[[], object] = lambda: None) -> None:
    """Have time pass: after so many golden inputs it is over."""
    left = [answered]

    async def act(asked: Any, writer: Any) -> bool:
        left[0] -= 1
        if left[0] % 5 == 0:
            world.clock.sleep(20)
            then()
        if left[0] == 0:
            world.clock.sleep(1000)
        return await says(prediction("wren"))(asked, writer)

    world.service.faults["/predict"] = [act]


def crash(world: World) -> None:
    """Have the invocation end in the middle, as without memory."""
    patient(world, answered=1000)
    write, left = world.bucket.write, [3]

    def fails(key: str, body: bytes, content_type: str) -> str:
        version = write(key, body, content_type)
        left[0] -= 1
        if not left[0]:
            world.bucket.write = write  # type: ignore[method-assign]
            raise Killed
        return version

    world.bucket.write = fails  # type: ignore[method-assign]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"model": "owls"}, "Production runs birds-r1, another model: their predictions are not comparable."),
        (
            {"rollback": RollbackRequest("birds-r2", "ada")},
            "This goes back to birds-r2, which was live: it is not held",
        ),
    ],
)
def test_what_is_not_comparable_is_not_failed_by_a_comparison(world: World, changes: Json, said: str) -> None:
    """Another model has other predictions, and a way back is away from what is in production."""
    world.files["suite.yaml"] = SUITE + "compare: 1\n"
    world.production = "http://127.0.0.1:9"
    world.ledger.go_live("birds-r1", NOW)
    world.ledger.change("birds-r12", lambda release: replace(release, **changes))
    world.deliver()
    document = json.loads(world.bucket.written[EVIDENCE])
    assert (document["verdict"], document.get("comparison")) == ("passed", None)
    assert said in str(document["findings"])


def test_a_way_back_is_not_failed_by_what_was_asked_for_since(world: World) -> None:
    """It is what was live, and alive; the request that it does not answer is told."""
    world.files["suite.yaml"] = SUITE.replace("winning_class: wren", "winning_class: robin")
    world.ledger.change("birds-r12", lambda release: replace(release, rollback=RollbackRequest("birds-r1", "ada")))
    world.deliver()
    document = json.loads(world.bucket.written[EVIDENCE])
    assert document["verdict"] == "passed"
    assert "'severity': 'should'" in str(document["findings"])
