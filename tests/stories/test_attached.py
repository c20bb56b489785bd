"""Slipway around a pipeline of other names: a first release, what the parameters do, and a life after `sam delete`."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from rehearsal import catching_up, environment, inventory
from rehearsal.ports import Ports
from rehearsal.workspace import Workspace
from tests.support.attached_stack import AttachedStack
from tests.support.certificates import self_signed
from tests.support.iam_records import keep_of
from tests.support.other_names import EXISTING_STACK, renamed
from tests.support.paths import ROOT
from tests.support.rehearsals import RUN, Result, kept_rehearsal
from tests.support.rehearsed_answers import PATIENCE, Item, Person, until
from tests.support.rehearsed_operator import Operator
from tests.support.tls_front import tls_front

pytestmark = [pytest.mark.timeout(480)]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Result]:
    """The story of an existing pipeline, to its first release; everything stays up."""
    folder = renamed(tmp_path_factory.mktemp("other") / "pipeline")
    with kept_rehearsal(STORY="attach", SHORT="1", EXISTING=str(folder)) as found:
        yield found


@pytest.fixture(scope="module")
def stack(played: Result) -> AttachedStack:
    """Both stacks."""
    return AttachedStack(played)


def test_a_pipeline_of_other_names_in_stages_of_their_own_is_released_too(played: Result) -> None:
    """V2, with other stages, actions, prefix, variables, port and environments; approved twice by card."""
    told = played.summary["releases"]
    assert [(one["state"], one["answered_by"]) for one in told] == [("live", "ada@example.com")]


@pytest.fixture(scope="module")
def changed(stack: AttachedStack) -> Item:
    """A file of a model is deleted while it is built; OnChangedModel is `reject`."""
    release = stack.upload_released("v1")
    stack.remove("card.yaml")
    return stack.until(release, "failed")


def test_a_model_that_was_changed_while_it_was_built_is_rejected(changed: Item, stack: AttachedStack) -> None:
    """By Slipway, in the pipeline, before anybody is asked."""
    assert "The model was changed while it was built: card.yaml was " in changed["reason"]
    assert "is gone" in changed["reason"]
    assert not stack.asks_again(changed["release"])
    until(lambda: stack.status(changed["execution_id"]) == "Failed", "the pipeline waits for nobody")


@pytest.fixture(scope="module")
def asked(changed: Item, stack: AttachedStack) -> str:
    """One whose approval the topic alone has told of, tested by functions that live a few seconds; approved once.

    By a function that died before it told the pipeline: the sweep tells it.
    """
    assert changed
    operator = Operator(stack.client, f"http://127.0.0.1:{stack.base}", RUN)
    with stack.deaf(), stack.short_lived("AttachedSmokeTest", 83):
        release = stack.upload_released("v1")
        stack.until(release, "testing", "waiting")
        stack.take_question(release)
        operator.die_over(stack.until(release, "waiting"), stack.ours["LedgerTable"], "ada@example.com")
        catching_up.call(stack.client, "Sweep")
        until(lambda: stack.asks_again(release), "the second approval is asked")
    return release


def test_an_approval_is_learned_of_by_its_topic(asked: str, stack: AttachedStack) -> None:
    """EventBridge told nothing: neither that it was built, nor that staging had it."""
    assert {"received", "testing", "waiting"} == set(stack.release(asked)["times"])


def test_a_suite_goes_on_in_as_many_invocations_as_it_takes(asked: str, stack: AttachedStack) -> None:
    """Each orders the next one, and the evidence is as of one run."""
    invocations = [line for line in stack.logged("AttachedSmokeTest", '"done"') if asked in line]
    assert [line for line in invocations if "waits for an answer" not in line]
    assert stack.release(asked)["smoke"]["staging"]["verdict"] == "passed"


@pytest.fixture(scope="module")
def ada(played: Result, browser: Browser) -> Person:
    """An approver, as patient as a release takes."""
    expect.set_options(timeout=PATIENCE * 1000)
    return Person(browser, f"http://127.0.0.1:{played.base + 1}/", "U0ADA")


@pytest.fixture(scope="module")
def rolled_back(asked: str, stack: AttachedStack, ada: Person) -> tuple[str, Item]:
    """Production is set to something else than staging, and then gets that release, which Ada approves on her page.

    Gives the label before, too.
    """
    before = stack.deployed("ProductionUrl")["VersionLabel"]
    stack.set_property("ProductionUrl", "UPSIDE_DOWN", "1")
    stack.take_question(asked)
    ada.open(ada.link(asked)).get_by_role("button", name=f"Approve {asked}").click()
    stack.until(asked, "failed", "rolled_back")
    return before, stack.until(asked, "rolled_back")


def test_what_fails_in_production_is_taken_back_by_the_label_before(
    rolled_back: tuple[str, Item], stack: AttachedStack
) -> None:
    """It passed on staging; OnFailedVerification is `go-back`."""
    before, release = rolled_back
    running = stack.deployed("ProductionUrl")
    assert (running["VersionLabel"], running["Status"]) == (before, "Ready")
    assert (release["smoke"]["production"]["verdict"], release["taken_back_by"]) == ("failed", "Slipway")
    assert f"ran {before}" in release["reason"]
    stack.set_property("ProductionUrl", "UPSIDE_DOWN", "")
    assert (stack.reads("ProductionUrl"), stack.deployed("ProductionUrl")["VersionLabel"]) == ("7", before)


def test_an_approver_goes_back_on_the_page_of_what_is_live(
    rolled_back: tuple[str, Item], played: Result, stack: AttachedStack, ada: Person
) -> None:
    """Production gets the version that it ran before Slipway was there, at once."""
    live = stack.release(played.summary["releases"][0]["release"])
    assert (live["state"], bool(live["replaced_version"]), rolled_back[1]["state"]) == ("live", True, "rolled_back")
    page = ada.open(stack.history_link("ada@example.com", live["release"]))
    page.get_by_label("Reason").fill("It was better before")
    page.get_by_role("button", name=f"Deploy {live['replaced_version']} again").click()
    until(lambda: _runs(stack, live["replaced_version"]), "production runs the version before")
    assert stack.release(live["release"])["taken_back_by"] == "ada@example.com"


def _runs(stack: AttachedStack, label: str) -> bool:
    running = stack.deployed("ProductionUrl")
    return (running["VersionLabel"], running["Status"]) == (label, "Ready")


@pytest.fixture(scope="module")
def deleted(
    rolled_back: tuple[str, Item], played: Result, records: Path, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """Deploy it once more, from addresses like AWS's own, then remove it by `sam delete`; what that said.

    What was asked of IAM until then is kept.
    """
    assert rolled_back
    keep_of(played, records, "attached-other-names")
    folder = tmp_path_factory.mktemp("tls")
    workspace = Workspace(ROOT)
    deploy: list[str | Path] = [
        "sam", "deploy", "--config-env", "local", "--stack-name", "slipway", "--template-file",
        workspace.build / "template.yaml", "--resolve-s3", "--capabilities", "CAPABILITY_IAM",
        "CAPABILITY_AUTO_EXPAND", "--no-confirm-changeset", "--no-progressbar", "--parameter-overrides",
        f"file://{RUN / 'parameters.yaml'}",
    ]  # fmt: skip
    delete: list[str | Path] = ["sam", "delete", "--stack-name", "slipway", "--no-prompts", "--region", "us-east-1"]
    with tls_front(self_signed(folder), played.base) as front:
        # SAM deletes an artifact only if its address, which begins with S3's own, is like https://s3.REGION…
        s3 = {"AWS_ENDPOINT_URL_S3": f"https://s3@127.0.0.1:{front}", "AWS_CA_BUNDLE": str(folder / "both.pem")}
        env = environment.isolated(os.environ, workspace, Ports.starting_at(str(played.base))) | s3
        return [_run(command, env) for command in (deploy, delete)][-1]


def _run(command: list[str | Path], env: dict[str, str]) -> str:
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    return done.stdout


def test_sam_delete_leaves_the_existing_stack_as_it_was(deleted: str, stack: AttachedStack) -> None:
    """Template, resources and their settings are what they were before Slipway; only its records stay."""
    assert "Deleted successfully" in deleted
    inventory.require_unchanged(RUN, EXISTING_STACK, stack.client)


def test_the_pipeline_goes_on_alone_after_sam_delete(deleted: str, stack: AttachedStack) -> None:
    """A push is built, tried, approved by hand, and serves in production."""
    assert deleted
    before = stack.deployed("ProductionUrl")["VersionLabel"]
    assert stack.released_by_hand() == "Succeeded"
    assert stack.deployed("ProductionUrl")["VersionLabel"] != before
    assert stack.reads("ProductionUrl") == "7"
