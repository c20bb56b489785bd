"""`slipway upload` sends a folder, and follows what becomes of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
import pytest
import yaml
from botocore.exceptions import ClientError
from moto import mock_aws

from slipway.adapters.ledger import DynamoLedger
from slipway.adapters.ledger.reader import LedgerReader
from slipway.cli import stack
from slipway.cli.doctor.stack import Stack
from slipway.models import Candidate, Release, Repeat, State
from tests.layers.slipway.adapters.test_ledger import create_table
from tests.layers.slipway.cli.conftest import Command

PREFIX = "models/birds/v1/"

type Said = pytest.CaptureFixture[str]
type Steps = list[Callable[[DynamoLedger], object]]


@pytest.fixture
def deployed(aws_environment: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    """A stack with its bucket and its ledger."""
    outputs = {"ModelBucket": "models", "LedgerTable": "ledger"}
    made = Stack("slipway", "CREATE_COMPLETE", {"AcceptedFormats": "onnx,labels.txt"}, outputs)
    with mock_aws():
        boto3.client("s3").create_bucket(
            Bucket="models", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
        )
        create_table()
        monkeypatch.setattr(stack, "find", lambda *_: stack.Deployed(boto3.Session(), made))
        yield made


@pytest.fixture
def steps(deployed: Stack, monkeypatch: pytest.MonkeyPatch) -> Steps:
    """What happens in the ledger while the command waits, a step a look."""
    ledger = DynamoLedger("ledger")
    made: Steps = []
    monkeypatch.setattr("slipway.cli.candidate.following.time.sleep", lambda _: made.pop(0)(ledger))
    return made


def opened(state: State, reason: str = "", prefix: str = PREFIX) -> Callable[[DynamoLedger], Release]:
    candidate = Candidate("birds-7f3c1e9a2b4d", "birds", prefix, (), datetime.now(UTC), digest="7f3c")
    return lambda ledger: ledger.open(candidate, state, reason, datetime.now(UTC))


def moved(state: State) -> Callable[[DynamoLedger], Release]:
    def move(current: Release) -> Release:
        return replace(current, state=state, times={**current.times, state: datetime.now(UTC)})

    return lambda ledger: ledger.change("birds-r1", move)


def objects() -> dict[str, bytes]:
    client = boto3.client("s3")
    found = client.list_objects_v2(Bucket="models").get("Contents", [])
    return {one["Key"]: client.get_object(Bucket="models", Key=one["Key"])["Body"].read() for one in found}


def test_a_release_is_followed_until_it_is_live(model: Path, command: Command, steps: Steps, capsys: Said) -> None:
    """Every step is told once; the files are there, and the marker that names them."""
    steps += [opened(State.RECEIVED), moved(State.BUILDING), moved(State.LIVE)]
    assert command("upload", model, "--to", "v1") == 0
    said = capsys.readouterr().err
    for words in ("Uploaded to s3://models/models/birds/v1/", "birds-r1 (birds-7f3c1e9a2b4d)", "Build begins", "Live"):
        assert said.count(words) == 1
    sent = objects()
    assert set(sent) == {f"{PREFIX}{name}" for name in ("model.onnx", "labels.txt", "_RELEASE")}
    assert yaml.safe_load(sent[f"{PREFIX}_RELEASE"]) == {"files": ["labels.txt", "model.onnx"]}


def test_a_refusal_is_told_with_its_reason(model: Path, command: Command, steps: Steps, capsys: Said) -> None:
    """Exit code 1, and the release as JSON for a program."""
    steps += [opened(State.REFUSED, "birds has had 30 uploads within an hour.")]
    assert command("upload", model, "--to", "v1", "--json") == 1
    said = capsys.readouterr()
    assert "Refused: birds has had 30 uploads within an hour." in said.err
    assert json.loads(said.out)["state"] == "refused"


def test_a_known_content_is_followed_as_what_it_is_known_as(
    model: Path, command: Command, steps: Steps, capsys: Said
) -> None:
    """The release that it has is told."""
    steps += [
        opened(State.RECEIVED, prefix="models/birds/before/"),
        lambda ledger: ledger.change(
            "birds-r1", lambda one: replace(one, repeats=(Repeat(PREFIX, datetime.now(UTC)),), state=State.LIVE)
        ),
    ]
    assert command("upload", model, "--to", "v1") == 0
    assert "Uploaded again: nothing was started" in capsys.readouterr().err


def test_force_gives_its_reason(model: Path, command: Command, deployed: Stack) -> None:
    """Which the card will show."""
    assert command("upload", model, "--to", "v1", "--no-follow", "--force", "--reason", "labels are right now") == 0
    marker = yaml.safe_load(objects()[f"{PREFIX}_RELEASE"])
    assert (marker["force"], marker["reason"]) == (True, "labels are right now")


def test_another_model_says_what_it_replaces(model: Path, command: Command, deployed: Stack, capsys: Said) -> None:
    """With a reason; without one, nothing is sent."""
    assert command("upload", model, "--to", "v1", "--no-follow", "--replaces", "digits") == 2
    assert "--force and --replaces need a --reason" in capsys.readouterr().err
    assert objects() == {}
    assert command("upload", model, "--to", "v1", "--no-follow", "--replaces", "digits", "--reason", "Birds sing") == 0
    marker = yaml.safe_load(objects()[f"{PREFIX}_RELEASE"])
    assert (marker["replaces"], marker["reason"]) == ("digits", "Birds sing")


def test_an_unfit_folder_is_not_sent(model: Path, command: Command, deployed: Stack, capsys: Said) -> None:
    """By the rules of the stack."""
    (model / "notes.docx").write_bytes(b"?")
    assert command("upload", model) == 1
    assert "notes.docx is not among the files that the service takes" in capsys.readouterr().out
    assert objects() == {}


def test_who_may_not_read_the_ledger_has_uploaded(
    model: Path, command: Command, deployed: Stack, monkeypatch: pytest.MonkeyPatch, capsys: Said
) -> None:
    """The policy that allows it is named."""

    def denied(*_: object) -> list[Release]:
        raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "Query")

    monkeypatch.setattr(LedgerReader, "newest", denied)
    assert command("upload", model, "--to", "v1") == 0
    said = capsys.readouterr().err
    assert "AWS does not let you do Query: have the policy of the stack's output AuthorsPolicy attached to you." in said
    assert f"{PREFIX}model.onnx" in objects()


def test_an_upload_that_nobody_hears_of_is_told(
    model: Path, command: Command, deployed: Stack, monkeypatch: pytest.MonkeyPatch, capsys: Said
) -> None:
    """It is not taken for one that went well."""
    monkeypatch.setattr("slipway.cli.candidate.following._SILENCE", timedelta())
    assert command("upload", model, "--to", "v1") == 2
    assert "No release was opened within 3 minutes: `slipway doctor` may tell why." in capsys.readouterr().err


def test_a_release_is_told_by_status(command: Command, deployed: Stack, capsys: Said) -> None:
    """Alone with its story, or among the newest."""
    ledger = DynamoLedger("ledger")
    opened(State.RECEIVED)(ledger)
    moved(State.BUILDING)(ledger)
    assert command("status", "birds-r1") == 0
    assert "Build begins" in capsys.readouterr().out
    assert command("status") == 0
    assert capsys.readouterr().out.startswith("birds-r1         building")
    assert command("status", "birds-r2") == 2
    assert "There is no release birds-r2: `slipway status` lists them." in capsys.readouterr().err


def test_a_reader_sees_nothing_of_the_approval(deployed: Stack) -> None:
    """It is not even asked for."""
    waiting = opened(State.RECEIVED)(DynamoLedger("ledger"))
    (read,) = LedgerReader(boto3.Session(), "ledger").newest("birds")
    assert (read.id, read.state, read.approval) == (waiting.id, State.RECEIVED, type(waiting.approval)())
