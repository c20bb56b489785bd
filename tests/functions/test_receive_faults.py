"""Whatever breaks while an upload is received, and wherever, it ends in one release with one execution."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.support.faulty_aws import FAULTS, TEMPLATE, Workflow, workflows

FOLDER = "models/birds/v1/"
MOST = TEMPLATE["Uploads"]["Properties"]["RedrivePolicy"]["maxReceiveCount"]
POISON = {
    "not JSON": "{",
    "no object": "[]",
    "no members": "{}",
    "no key": {"time": "2026-11-22T09:10:00Z", "detail": {"object": {}}},
    "no time": {"detail": {"object": {"key": FOLDER + "model.onnx"}}},
    "a time that is none": {"time": "soon", "detail": {"object": {"key": FOLDER + "model.onnx"}}},
    "a key that is a number": {"time": "2026-11-22T09:10:00Z", "detail": {"object": {"key": 7}}},
    "a key that is half a character": {
        "time": "2026-11-22T09:10:00Z",
        "detail": {"object": {"key": "models/a/\ud83d"}},
    },
}


def undisturbed() -> list[str]:
    """Name the calls that it takes to receive an upload."""
    with workflows() as make:
        workflow = make()
        workflow.send(workflow.upload(FOLDER))
        assert workflow.deliver() == []
        return list(workflow.faults.calls)


CALLS = undisturbed()
PLACES = [pytest.param(number, id=f"{number}-{name}") for number, name in enumerate(CALLS)]


@pytest.fixture(scope="module")
def make() -> Iterator[Callable[[], Workflow]]:
    with workflows() as make:
        yield make


@pytest.fixture
def workflow(make: Callable[[], Workflow]) -> Workflow:
    return make()


def deliver_until_handled(workflow: Workflow) -> None:
    for _ in range(MOST):
        if workflow.deliver() == []:
            return


def assert_released_once(workflow: Workflow, *folders: str) -> None:
    """Everything agrees with everything else: ledger, bucket and pipeline."""
    releases, started = workflow.items("RELEASE#"), workflow.pipeline.started
    assert sorted(item["prefix"] for item in releases) == sorted(folders)
    assert {item["release"]: item["execution_id"] for item in releases} == started
    bound = {item["release"]: item["pk"].removeprefix("EXECUTION#") for item in workflow.items("EXECUTION")}
    assert bound == started
    assert len(workflow.items("EXECUTION")) == len(started)
    assert sorted(each["candidate"] for each in workflow.manifests()) == sorted(item["candidate"] for item in releases)
    assert {item["release"] for item in workflow.items("CANDIDATE")} == set(started)
    assert workflow.dead() == []


def test_an_undisturbed_upload_uses_every_service() -> None:
    """What is disturbed below is all that there is to disturb."""
    ends = {
        "ListObjectVersions",
        "HeadObject",
        "GetObject",
        "TransactWriteItems",
        "PutObject",
        "StartPipelineExecution",
    }
    assert ends <= set(CALLS)


@pytest.mark.parametrize("kind", FAULTS)
@pytest.mark.parametrize("number", PLACES)
def test_a_fault_at_any_call_is_made_up_for_by_the_next_delivery(workflow: Workflow, number: int, kind: str) -> None:
    """Throttled, answered too late, killed after it took effect, or sent twice by the SDK."""
    workflow.send(workflow.upload(FOLDER))
    workflow.faults.plan(number, kind)
    deliver_until_handled(workflow)
    assert workflow.faults.happened
    assert_released_once(workflow, FOLDER)


@pytest.mark.parametrize("number", PLACES)
def test_two_faults_in_a_row_are_made_up_for_too(workflow: Workflow, number: int) -> None:
    """The second delivery may break at the same place."""
    workflow.send(workflow.upload(FOLDER))
    for _ in range(2):
        workflow.faults.plan(number, "crashed after")
        workflow.deliver()
    deliver_until_handled(workflow)
    assert_released_once(workflow, FOLDER)


@pytest.mark.parametrize("other", [FOLDER, "models/birds/v2/"], ids=["the same", "another"])
@pytest.mark.parametrize("number", PLACES)
def test_what_is_received_at_the_same_time_is_released_once_too(workflow: Workflow, number: int, other: str) -> None:
    """A second delivery, or another upload of the same model, handled between any two calls."""
    event = workflow.upload(FOLDER)
    beside = event if other == FOLDER else workflow.upload(other)
    workflow.send(event)
    workflow.faults.meanwhile = lambda: workflow.receive(beside)
    workflow.faults.plan(number, "meanwhile")
    deliver_until_handled(workflow)
    assert workflow.faults.happened
    assert_released_once(workflow, *{FOLDER, other})


def test_a_fault_holds_up_none_of_the_other_uploads(workflow: Workflow) -> None:
    """Of a batch only what failed is delivered again."""
    folders = [f"models/{model}/v1/" for model in ("bats", "bees", "birds")]
    disturbed, *others = [workflow.upload(folder) for folder in folders]
    workflow.send(disturbed, *others)
    workflow.faults.plan(CALLS.index("StartPipelineExecution"), "throttled")
    failed = workflow.deliver()
    assert failed is not None
    assert [folders[0] in body for body in failed] == [True]
    assert [item["prefix"] for item in workflow.items("RELEASE#") if "execution_id" in item] == folders[1:]
    assert workflow.deliver() == []
    assert_released_once(workflow, *folders)


def test_a_crash_doubles_nothing_that_was_handled_before_it(workflow: Workflow) -> None:
    """Lambda then delivers the whole batch again."""
    folders = ["models/bats/v1/", "models/birds/v1/"]
    workflow.send(*[workflow.upload(folder) for folder in folders])
    workflow.faults.plan(len(CALLS) + CALLS.index("StartPipelineExecution"), "crashed after")
    assert workflow.deliver() is None
    assert workflow.deliver() == []
    assert_released_once(workflow, *folders)


@pytest.mark.parametrize("poison", POISON.values(), ids=POISON)
def test_a_poison_message_fails_alone_and_ends_in_the_dead_letter_queue(workflow: Workflow, poison: object) -> None:
    """After as many receives as the template says, and nobody else waits for it."""
    workflow.send(poison, workflow.upload(FOLDER))
    assert len(workflow.deliver() or []) == 1
    for _ in range(MOST - 1):
        assert len(workflow.deliver() or []) == 1
        assert workflow.dead() == []
    workflow.deliver()
    assert len(workflow.dead()) == 1
    assert workflow.deliver() == []
    assert [item["prefix"] for item in workflow.items("RELEASE#")] == [FOLDER]
