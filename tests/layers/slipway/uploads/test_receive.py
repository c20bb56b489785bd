"""An upload starts exactly one execution."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from slipway.errors import ItemUnreadable, NotSettled
from slipway.models import Arrival, Candidate, Checksum, Release, State, UnfinishedUpload
from slipway.uploads.limits import ALL_MODELS, Rules
from slipway.uploads.provenance import Provenance
from slipway.uploads.receive import UploadReceiver
from slipway.uploads.settle import PARTS_TIMEOUT, SECOND
from tests.support.collisions import same_crc32
from tests.support.fakes import NOW, FakeBucket, FakeClock, FakeLedger, FakePipeline
from tests.support.made_models import onnx, weights

SETTLE = timedelta(seconds=20)
KEY = "models/birds/v1/model.onnx"


@pytest.fixture
def uploads() -> UploadReceiver:
    uploads = UploadReceiver(FakeBucket(), FakeLedger(), FakePipeline(), FakeClock(NOW + SETTLE), SETTLE, Rules(1000))
    uploads.bucket.put(KEY)  # type: ignore[attr-defined]
    return uploads


def test_a_complete_upload_starts_the_pipeline_for_its_release(uploads: UploadReceiver) -> None:
    """The release is bound to the execution that carries it."""
    release = uploads.receive(Arrival(KEY, NOW))
    assert release is not None
    assert release.execution_id == "execution-of-birds-r1"
    assert uploads.ledger.release_of("execution-of-birds-r1") == release


def test_the_build_finds_the_exact_versions_in_the_manifest(uploads: UploadReceiver) -> None:
    """The manifest is there before the pipeline starts, and names versions."""
    release = uploads.receive(Arrival(KEY, NOW))
    assert release is not None
    manifest = json.loads(uploads.bucket.written[f"candidates/{release.id}.json"])  # type: ignore[attr-defined]
    assert manifest["candidate"] == release.candidate
    assert [(file["path"], file["version_id"]) for file in manifest["files"]] == [("model.onnx", "v1")]


def test_who_uploaded_is_known_at_once_if_cloudtrail_has_told_before(uploads: UploadReceiver) -> None:
    """It may be faster than the upload is read: nobody waits for the sweep then."""
    ledger, bucket = uploads.ledger, uploads.bucket
    proving = replace(uploads, provenance=Provenance(ledger, bucket))
    for item in bucket.versions("models/birds/v1/"):
        ledger.record_uploader(item.key, item.version_id, "ada@example.com", NOW)
    release = proving.receive(Arrival(KEY, NOW))
    assert release is not None
    assert release.uploaders == ledger.release(release.id).uploaders == ("ada@example.com",)


def test_a_second_delivery_changes_nothing(uploads: UploadReceiver) -> None:
    """S3 delivers at least once; a candidate is released once."""
    assert uploads.receive(Arrival(KEY, NOW)) == uploads.receive(Arrival(KEY, NOW))
    assert list(uploads.pipeline.executions) == ["birds-r1"]  # type: ignore[attr-defined]


def test_a_start_that_failed_is_made_up_for_by_the_next_delivery(uploads: UploadReceiver) -> None:
    """A crash between the ledger and the pipeline loses nothing and doubles nothing."""
    uploads.pipeline.fails = 1  # type: ignore[attr-defined]
    with pytest.raises(TimeoutError):
        uploads.receive(Arrival(KEY, NOW))
    release = uploads.receive(Arrival(KEY, NOW))
    assert release is not None
    assert (release.id, release.execution_id) == ("birds-r1", "execution-of-birds-r1")


def test_an_unfit_upload_is_refused_without_a_start(uploads: UploadReceiver) -> None:
    """The ledger keeps the reason."""
    uploads.bucket.put("models/birds/v2/notes.md")  # type: ignore[attr-defined]
    release = uploads.receive(Arrival("models/birds/v2/notes.md", NOW))
    assert release is not None
    assert release.state is State.REFUSED
    assert "no model file" in release.reason
    assert not uploads.pipeline.executions  # type: ignore[attr-defined]


def test_an_unreadable_card_refuses_the_upload(uploads: UploadReceiver) -> None:
    """What cannot be read is said, not guessed."""
    uploads.bucket.put("models/birds/v1/card.yaml", b"author: [")  # type: ignore[attr-defined]
    release = uploads.receive(Arrival(KEY, NOW))
    assert release is not None
    assert (release.state, "card.yaml" in release.reason) == (State.REFUSED, True)


@pytest.mark.parametrize("key", ["models/.DS_Store", "models/birds/gone/model.onnx", "models/birds/"])
def test_what_is_no_upload_starts_nothing(uploads: UploadReceiver, key: str) -> None:
    """Objects beside the models, deleted ones and folder markers are no uploads."""
    assert uploads.receive(Arrival(key, NOW)) is None


def test_clocks_that_differ_a_little_are_waited_for(uploads: UploadReceiver) -> None:
    """The queue has let the settle time pass; the bucket's clock may be a moment behind."""
    late = UploadReceiver(
        uploads.bucket, uploads.ledger, uploads.pipeline, FakeClock(NOW + SETTLE * 0.9), SETTLE, Rules(1000)
    )
    assert late.receive(Arrival(KEY, NOW)) is not None
    assert late.clock.now() == NOW + SETTLE + SECOND


def test_a_model_sent_in_parts_is_released_though_s3_dates_it_by_its_beginning(uploads: UploadReceiver) -> None:
    """Its event comes when it is complete, long after the small files beside it."""
    uploads.bucket.put("models/birds/v2/card.yaml", b"{}", NOW + timedelta(minutes=1))  # type: ignore[attr-defined]
    uploads.bucket.put("models/birds/v2/model.onnx", b"big", NOW)  # type: ignore[attr-defined]
    later = UploadReceiver(
        uploads.bucket, uploads.ledger, uploads.pipeline, FakeClock(NOW + SETTLE * 10), SETTLE, Rules(1000)
    )
    assert later.receive(Arrival("models/birds/v2/model.onnx", NOW + SETTLE * 9)) is not None


def test_an_upload_waits_for_what_is_still_arriving_in_parts(uploads: UploadReceiver) -> None:
    """The small files' events come first, and must not freeze a folder without its model."""
    bucket = uploads.bucket
    assert isinstance(bucket, FakeBucket)
    bucket.in_parts["models/birds/v1/weights.onnx"] = NOW
    with pytest.raises(NotSettled, match="waits for what is being sent in parts"):
        uploads.receive(Arrival(KEY, NOW))
    bucket.in_parts.clear()
    released = uploads.receive(Arrival(KEY, NOW))
    assert released is not None
    assert released.state is not State.REFUSED


def test_what_was_never_sent_to_its_end_is_refused_with_the_command_that_ends_it(uploads: UploadReceiver) -> None:
    """S3 keeps it for a day and more, and tells nobody; the folder's content is not remembered as refused for it."""
    bucket = uploads.bucket
    assert isinstance(bucket, FakeBucket)
    bucket.in_parts["models/birds/v1/weights.onnx"] = NOW - timedelta(hours=2)
    late = replace(uploads, clock=FakeClock(NOW + PARTS_TIMEOUT))
    refused = late.receive(Arrival(KEY, NOW))
    assert refused is not None
    assert refused.state is State.REFUSED
    assert refused.reason.startswith(
        "models/birds/v1/weights.onnx is being sent in parts since 2026-11-22 07:00 UTC and"
    )
    command = (
        "aws s3api abort-multipart-upload --bucket models --key models/birds/v1/weights.onnx --upload-id upload-of-28"
    )
    assert f"run `{command}`, then upload _RELEASE." in refused.reason
    assert late.receive(Arrival(KEY, NOW)) == refused
    bucket.in_parts.clear()
    bucket.put("models/birds/v1/_RELEASE", b"", NOW + PARTS_TIMEOUT)
    released = replace(uploads, clock=FakeClock(NOW + PARTS_TIMEOUT + SETTLE)).receive(
        Arrival("models/birds/v1/_RELEASE", NOW + PARTS_TIMEOUT)
    )
    assert released is not None
    assert released.state is not State.REFUSED


def test_beginning_anew_in_parts_holds_up_nothing_longer(uploads: UploadReceiver) -> None:
    """What counts is how long the folder has stood still, and not when somebody last began to send something."""
    bucket = uploads.bucket
    assert isinstance(bucket, FakeBucket)
    bucket.in_parts["models/birds/v1/weights.onnx"] = NOW + PARTS_TIMEOUT - SECOND
    refused = replace(uploads, clock=FakeClock(NOW + PARTS_TIMEOUT)).receive(Arrival(KEY, NOW))
    assert refused is not None
    assert refused.state is State.REFUSED


def test_a_hundred_folders_that_wait_for_parts_are_refused_as_often_as_uploads_are(uploads: UploadReceiver) -> None:
    """The bound of an hour counts them, too."""
    bucket = uploads.bucket
    assert isinstance(bucket, FakeBucket)
    few = replace(uploads, rules=Rules(1000, max_uploads_per_hour=3), clock=FakeClock(NOW + PARTS_TIMEOUT))
    for number in range(100):
        bucket.in_parts[f"models/birds/n{number}/weights.onnx"] = NOW
    found = [upload(few, number) for number in range(100)]
    assert len({release.id for release in found if release}) == 4


def test_hidden_characters_of_what_is_sent_in_parts_are_written_out(uploads: UploadReceiver) -> None:
    """Its name is the uploader's, like any other."""
    bucket = uploads.bucket
    assert isinstance(bucket, FakeBucket)
    bucket.in_parts["models/birds/v1/\u202exnno.exe"] = NOW
    refused = replace(uploads, clock=FakeClock(NOW + PARTS_TIMEOUT)).receive(Arrival(KEY, NOW))
    assert refused is not None
    assert "\u202e" not in refused.reason


@pytest.mark.parametrize("name", ["a b.onnx", "$(reboot).onnx", "`id`.onnx", "'; reboot #", "ü.onnx", "x" * 300])
def test_a_name_that_a_shell_would_read_is_no_part_of_a_command(uploads: UploadReceiver, name: str) -> None:
    """Whoever copies the command runs what is ours alone."""
    bucket = uploads.bucket
    assert isinstance(bucket, FakeBucket)
    bucket.in_parts[f"models/birds/v1/{name}"] = NOW
    refused = replace(uploads, clock=FakeClock(NOW + PARTS_TIMEOUT)).receive(Arrival(KEY, NOW))
    assert refused is not None
    assert "run `aws s3api list-multipart-uploads --bucket models`, then" in refused.reason


def test_each_release_has_a_manifest_of_its_own(uploads: UploadReceiver) -> None:
    """The same content again is built from where it lies now, not from an earlier upload that may be deleted."""
    first = uploads.receive(Arrival(KEY, NOW))
    assert first is not None
    uploads.ledger.change(first.id, lambda release: replace(release, state=State.EXPIRED))
    uploads.bucket.put("models/birds/again/model.onnx", modified=NOW + timedelta(seconds=1))  # type: ignore[attr-defined]
    again = replace(uploads, clock=FakeClock(NOW + SETTLE * 3)).receive(Arrival("models/birds/again/model.onnx", NOW))
    assert again is not None
    assert (again.id, again.candidate) == ("birds-r2", first.candidate)
    written: dict[str, bytes] = uploads.bucket.written  # type: ignore[attr-defined]
    assert {key: json.loads(body)["prefix"] for key, body in written.items()} == {
        "candidates/birds-r1.json": "models/birds/v1/",
        "candidates/birds-r2.json": "models/birds/again/",
    }


def test_a_release_without_a_manifest_is_not_started(uploads: UploadReceiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bucket that takes no manifest leaves a release that the next delivery completes."""
    monkeypatch.setattr(uploads.bucket, "write_once", _fail)
    with pytest.raises(TimeoutError):
        uploads.receive(Arrival(KEY, NOW))
    assert uploads.pipeline.executions == {}  # type: ignore[attr-defined]
    monkeypatch.undo()
    release = uploads.receive(Arrival(KEY, NOW))
    assert release is not None
    assert (release.id, release.execution_id) == ("birds-r1", "execution-of-birds-r1")
    assert "candidates/birds-r1.json" in uploads.bucket.written  # type: ignore[attr-defined]


def test_a_refused_content_does_not_block_another_of_its_crc32(uploads: UploadReceiver) -> None:
    """Whoever makes a content that is refused cannot have somebody else's refused with it."""
    bucket = uploads.bucket
    assert isinstance(bucket, FakeBucket)
    fit = onnx(initializers=[weights("w", bytes(range(8)))])
    twin = same_crc32(fit, fit.index(bytes(range(8))))
    bucket.checksum = lambda *_: Checksum("CRC32", "the same")  # type: ignore[method-assign]
    bucket.put("models/bats/v1/model.onnx", twin)
    rejected = uploads.receive(Arrival("models/bats/v1/model.onnx", NOW))
    assert rejected is not None
    uploads.ledger.change(rejected.id, lambda release: replace(release, state=State.REJECTED))
    bucket.put("models/bats/v2/model.onnx", fit)
    release = uploads.receive(Arrival("models/bats/v2/model.onnx", NOW))
    assert release is not None
    assert (release.id, release.state, bool(release.execution_id)) == ("bats-r2", State.RECEIVED, True)


def test_a_second_delivery_reads_nothing_again(uploads: UploadReceiver) -> None:
    """A marker's event comes twice by design, and a model may be large."""
    first = uploads.receive(Arrival(KEY, NOW))
    uploads.bucket.content.clear()  # type: ignore[attr-defined]
    assert uploads.receive(Arrival(KEY, NOW)) == first


def test_too_many_uploads_of_a_model_are_refused_once(uploads: UploadReceiver) -> None:
    """A loop that uploads leaves one card that says so, not hundreds."""
    few = replace(uploads, rules=Rules(1000, max_uploads_per_hour=3))
    found = [one for number in range(10) if (one := upload(few, number))]
    assert [release.id for release in found] == ["birds-r1", "birds-r2", "birds-r3", *["birds-r4"] * 7]
    assert found[-1].reason == (
        "birds has had 3 uploads within an hour, and no further one is looked at: "
        "upload again after 10:00 UTC, or raise MaxUploadsPerHour."
    )
    later = replace(few, clock=FakeClock(NOW + timedelta(hours=2)))
    again = upload(later, 11)
    assert again is not None
    assert again.state is State.RECEIVED


def test_too_many_uploads_under_many_names_are_refused_once(uploads: UploadReceiver) -> None:
    """Whoever has a name for each upload leaves one card that says so; an hour later all is well again."""
    few = replace(uploads, rules=Rules(1000, max_uploads_per_hour=2))
    found = [upload(few, number, f"model-{number}") for number in range(2 * ALL_MODELS + 5)]
    last = found[2 * ALL_MODELS]
    assert last is not None
    assert last.reason == (
        "This stack has had 8 uploads within an hour, and no further one is looked at: "
        "upload again after 10:00 UTC, or raise MaxUploadsPerHour."
    )
    assert found[2 * ALL_MODELS + 1 :] == [None] * 4
    assert [one for one in found if one and one.state is State.REFUSED] == [last]
    again = upload(replace(few, clock=FakeClock(NOW + timedelta(hours=2))), 20, "model-20")
    assert again is not None
    assert again.state is State.RECEIVED


def test_pushes_of_code_use_up_no_uploads(uploads: UploadReceiver) -> None:
    """Whoever may push cannot keep those who upload out."""
    few = replace(uploads, rules=Rules(1000, max_uploads_per_hour=1))
    for number in range(2 * ALL_MODELS):
        uploads.ledger.open(Candidate(f"owls-{number}", "owls", "models/owls/1/", (), NOW), State.RECEIVED, "", NOW)
    birds = upload(few, 1)
    assert birds is not None
    assert birds.state is State.RECEIVED


def test_what_was_released_is_known_when_the_stack_has_had_its_uploads(uploads: UploadReceiver) -> None:
    """A second delivery of the event of an earlier upload finds its release."""
    few = replace(uploads, rules=Rules(1000, max_uploads_per_hour=2))
    first = upload(few, 1, "model-1")
    for number in range(2, 2 * ALL_MODELS + 5):
        upload(few, number, f"model-{number}")
    assert upload(few, 1, "model-1") == first


def test_a_release_that_cannot_be_read_holds_up_no_upload(
    uploads: UploadReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody may have corrected the ledger by hand."""

    def odd(**_: object) -> list[Release]:
        raise ItemUnreadable("The ledger's item MODEL#birds RELEASE#000001 cannot be read.")

    monkeypatch.setattr(uploads.ledger, "history", odd)
    release = uploads.receive(Arrival(KEY, NOW))
    assert release is not None
    assert release.execution_id
    assert uploads.receive(Arrival(KEY, NOW)) == release


def test_one_model_s_uploads_do_not_count_for_another(uploads: UploadReceiver) -> None:
    """Each has an hour of its own."""
    few = replace(uploads, rules=Rules(1000, max_uploads_per_hour=1))
    assert upload(few, 1)
    bats = upload(few, 1, "bats")
    assert bats is not None
    assert bats.state is State.RECEIVED


def upload(uploads: UploadReceiver, number: int, model: str = "birds") -> Release | None:
    key = f"models/{model}/n{number}/model.onnx"
    uploads.bucket.put(key, onnx(initializers=[weights("w", bytes([number]))]))  # type: ignore[attr-defined]
    return uploads.receive(Arrival(key, NOW))


def _fail(*_: object) -> None:
    raise TimeoutError("throttled")


def test_what_is_far_too_early_comes_again(uploads: UploadReceiver) -> None:
    """A function does not wait long: the queue does."""
    early = replace(uploads, clock=FakeClock(NOW))
    with pytest.raises(NotSettled):
        early.receive(Arrival(KEY, NOW))


def test_what_ends_between_two_looks_is_not_left_out(uploads: UploadReceiver) -> None:
    """The last part of the model arrives just after we have listed its folder."""
    bucket = uploads.bucket
    assert isinstance(bucket, FakeBucket)
    bucket.put("models/birds/v2/card.yaml", b"{}")

    def arriving(prefix: str) -> list[UnfinishedUpload]:
        bucket.put("models/birds/v2/model.onnx", parts=2)
        return []

    bucket.arriving = arriving  # type: ignore[method-assign]
    with pytest.raises(NotSettled, match="has just changed"):
        uploads.receive(Arrival("models/birds/v2/card.yaml", NOW))


def test_a_folder_that_dates_do_not_tell_of_is_looked_at_twice(uploads: UploadReceiver) -> None:
    """S3 dates the model by when it began to arrive: only standing still shows that it is all."""
    uploads.bucket.put("models/birds/v2/model.onnx", parts=2)  # type: ignore[attr-defined]
    uploads.bucket.put("models/birds/v2/z.txt", b"z")  # type: ignore[attr-defined]
    told = Arrival("models/birds/v2/z.txt", NOW)
    settled = replace(uploads, clock=FakeClock(NOW + SETTLE * 3))
    with pytest.raises(NotSettled) as first:
        settled.receive(told)
    uploads.bucket.put("models/birds/v2/model.onnx", modified=NOW - SETTLE, parts=3)  # type: ignore[attr-defined]
    with pytest.raises(NotSettled) as second:
        settled.receive(replace(told, seen=first.value.seen))
    assert settled.receive(replace(told, seen=second.value.seen)) is not None


def test_a_model_in_parts_alone_is_settled_by_its_own_event(uploads: UploadReceiver) -> None:
    """Its event tells when it was complete."""
    uploads.bucket.put("models/birds/v2/model.onnx", parts=2)  # type: ignore[attr-defined]
    version = uploads.bucket.current["models/birds/v2/model.onnx"].version_id  # type: ignore[attr-defined]
    settled = replace(uploads, clock=FakeClock(NOW + SETTLE * 3))
    assert settled.receive(Arrival("models/birds/v2/model.onnx", NOW + SETTLE, version)) is not None


@pytest.mark.parametrize("told", ["version", "etag"])
def test_an_event_of_a_version_that_was_overwritten_settles_nothing(uploads: UploadReceiver, told: str) -> None:
    """With and without the version in the event: the newer one has an event of its own."""
    bucket = uploads.bucket
    assert isinstance(bucket, FakeBucket)
    old = bucket.current[KEY]
    bucket.put(KEY, b"newer", NOW + timedelta(seconds=5))
    named: dict[str, Any] = (
        {"version_id": old.version_id} if told == "version" else {"etag": old.etag, "size": old.size}
    )
    settled = replace(uploads, clock=FakeClock(NOW + SETTLE * 2))
    assert settled.receive(Arrival(KEY, NOW, **named)) is None
