"""Who uploaded is what CloudTrail says, and nothing else."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from slipway.approvals.policy import Policy
from slipway.models import Approver, Candidate, Release, State
from slipway.uploads import freeze
from slipway.uploads.limits import Deadline
from slipway.uploads.provenance import Provenance, object_uploaded, person_or_arn
from slipway.uploads.upload import list_upload
from tests.support.fakes import NOW, FakeBucket, FakeClock, FakeLedger

SSO = "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Scientist_1a2b3c/ada@example.com"
SSO_ROLE = "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/eu-central-1/AWSReservedSSO_Scientist_1a2b3c"
BY_HAND = "arn:aws:iam::123456789012:role/AWSReservedSSO_Scientist_1a2b3c"
ROLE = "arn:aws:sts::123456789012:assumed-role/ci/grace@example.com"
NO_SSO = "arn:aws:sts::123456789012:assumed-role/x/AWSReservedSSO_a/ada@example.com"
USER = "arn:aws:iam::123456789012:user/g"
ADA, GRACE = Approver("U0ADA", "ada@example.com"), Approver("U0GRACE", "grace@example.com")


def opened(ledger: FakeLedger) -> Release:
    return ledger.open(Candidate("birds-1", "birds", "models/birds/1/", (), NOW), State.RECEIVED, "", NOW)


def event(key: str = "models/birds/1/model.onnx", version: str = "v1", arn: str = SSO, **more: Any) -> dict[str, Any]:
    return {
        "account": "123456789012",
        "detail": {
            "eventName": "PutObject",
            "eventTime": "2026-11-28T08:00:00Z",
            "userIdentity": session(arn),
            "requestParameters": {"bucketName": "models", "key": key},
            "responseElements": {"x-amz-version-id": version},
            **more,
        },
    }


def session(arn: str, role: str = SSO_ROLE) -> dict[str, Any]:
    return {
        "type": "AssumedRole",
        "accountId": "123456789012",
        "arn": arn,
        "sessionContext": {"sessionIssuer": {"type": "Role", "arn": role}},
    }


# Whoever calls GetFederationToken names its user as they like.
FEDERATED = "arn:aws:sts::123456789012:federated-user/ada@example.com"


@pytest.mark.parametrize(
    ("identity", "person"),
    [
        (session(SSO), "ada@example.com"),
        (session(SSO, SSO_ROLE.replace("eu-central-1/", "")), "ada@example.com"),
        (session(SSO.replace("ada@", "Ada@")), "ada@example.com"),
        (session(SSO, BY_HAND), None),
        (session(SSO, SSO_ROLE.replace("Scientist", "Reader")), None),
        (session(SSO, SSO_ROLE.replace("/aws-reserved/", "/mine/aws-reserved/")), None),
        ({"type": "AssumedRole", "arn": SSO}, None),
        ({"type": "AssumedRole", "arn": SSO, "sessionContext": None}, None),
        (session(ROLE), ROLE),
        (session(ROLE.replace("/ci/", "/AWSReservedSSOish/")), None),
        (session(NO_SSO), None),
        (session(SSO) | {"userName": "grace@example.com"}, "ada@example.com"),
        (
            {"type": "IAMUser", "accountId": "123456789012", "arn": USER, "userName": "grace@example.com"},
            "grace@example.com",
        ),
        ({"type": "IAMUser", "accountId": "210987654321", "arn": USER, "userName": "grace@example.com"}, None),
        ({"type": "IAMUser", "arn": USER, "userName": "grace@example.com"}, None),
        (session(SSO) | {"accountId": "210987654321"}, None),
        ({"type": "FederatedUser", "accountId": "123456789012", "arn": FEDERATED, "userName": "ada@example.com"}, None),
        ({"type": "IAMUser", "arn": USER, "userName": "g"}, None),
        ({"type": "AWSService", "invokedBy": "replication.s3.amazonaws.com"}, "replication.s3.amazonaws.com"),
        ({"type": "Root", "arn": "arn:aws:iam::123456789012:root"}, None),
        ({}, "unknown"),
    ],
)
def test_a_person_is_who_the_cloud_s_own_record_names(identity: dict[str, Any], person: str | None) -> None:
    """The session of another role is named by whoever assumes it, and names nobody."""
    assert person_or_arn(identity, "123456789012") == (identity.get("arn") if person is None else person)


@pytest.mark.parametrize(
    "changed",
    [
        {"eventName": "GetObject"},
        {"errorCode": "AccessDenied"},
        {"responseElements": None},
        {"responseElements": {}},
        {"requestParameters": {}},
        {"requestParameters": None},
    ],
)
def test_what_wrote_no_version_is_nobody_s_upload(changed: dict[str, Any]) -> None:
    """A refused call, one that reads, and a bucket without versions."""
    assert object_uploaded(event(**changed)) is None


@pytest.mark.parametrize("name", ["PutObject", "CompleteMultipartUpload", "CopyObject", "PostObject"])
def test_each_way_of_writing_an_object_is_an_upload(name: str) -> None:
    """At once, in parts, as a copy, by a form in a browser."""
    uploaded = object_uploaded(event(eventName=name))
    assert uploaded
    assert uploaded.who == "ada@example.com"


@pytest.fixture
def provenance() -> Provenance:
    """A release of two files, whose manifest is written."""
    ledger, bucket = FakeLedger(), FakeBucket()
    release = opened(ledger)
    files = [{"key": f"{release.prefix}{name}", "version_id": f"{name}-v1"} for name in ("model.onnx", "labels.txt")]
    bucket.write(release.manifest_key, json.dumps({"files": files}).encode(), "application/json")
    return Provenance(ledger, bucket)


def told(provenance: Provenance, name: str, arn: str = SSO, version: str = "") -> list[str]:
    (release,) = provenance.ledger.unfinished()
    found = provenance.record(event(f"{release.prefix}{name}", version or f"{name}-v1", arn))
    return [one.id for one in found]


def test_uploaders_are_bound_when_they_are_known_of_every_file(provenance: Provenance) -> None:
    """One file may be somebody else's, and it is the one that counts."""
    assert told(provenance, "model.onnx") == []
    assert len(told(provenance, "labels.txt", ROLE)) == 1
    (release,) = provenance.ledger.unfinished()
    assert release.uploaders == ("ada@example.com", ROLE)


def test_whoever_marked_an_upload_for_release_is_one_of_its_uploaders() -> None:
    """Who has another person's files released again by force cannot approve that."""
    ledger, bucket, folder = FakeLedger(), FakeBucket(), "models/birds/1/"
    bucket.put(f"{folder}model.onnx", b"m")
    bucket.put(f"{folder}_RELEASE", b"force: true\nreason: I know better")
    upload = list_upload(bucket, folder)
    candidate = freeze.freeze(bucket, freeze.listed(upload, upload.objects), Deadline(FakeClock()))
    release = ledger.open(candidate, State.RECEIVED, "", NOW)
    bucket.write(release.manifest_key, json.dumps(freeze.manifest(candidate)).encode(), "application/json")
    made = Provenance(ledger, bucket)
    assert told(made, "model.onnx", USER, bucket.current[f"{folder}model.onnx"].version_id) == []
    assert told(made, "_RELEASE", SSO, bucket.current[f"{folder}_RELEASE"].version_id) == [release.id]
    proved = ledger.release(release.id)
    assert proved.uploaders == ("ada@example.com", USER)
    assert Policy((ADA, GRACE), uploader_proof="identity").ineligibility(proved, ADA)


def test_another_version_of_a_file_proves_nothing(provenance: Provenance) -> None:
    """It is not in the manifest."""
    told(provenance, "model.onnx")
    assert told(provenance, "labels.txt", version="newer") == []


def test_what_came_before_the_release_was_opened_is_found_by_the_sweep(provenance: Provenance) -> None:
    """CloudTrail may be faster than the settle time."""
    (release,) = provenance.ledger.unfinished()
    for name in ("model.onnx", "labels.txt"):
        provenance.ledger.record_uploader(f"{release.prefix}{name}", f"{name}-v1", "ada@example.com", NOW)
    assert [one.uploaders for one in provenance.prove_unfinished()] == [("ada@example.com",)]
    assert list(provenance.prove_unfinished()) == []


def test_a_release_without_a_manifest_proves_nothing() -> None:
    """It is not written yet."""
    ledger = FakeLedger()
    opened(ledger)
    assert list(Provenance(ledger, FakeBucket()).prove_unfinished()) == []


@pytest.mark.parametrize(
    ("proof", "uploaders", "author", "said"),
    [
        ("claim", (), "", ""),
        ("claim", (), "ada@example.com", "You uploaded"),
        ("claim", ("ada@example.com",), "grace@example.com", "CloudTrail says that you"),
        ("identity", (), "grace@example.com", "has not told yet"),
        ("identity", (ROLE,), "", ""),
        ("identity", ("grace@example.com",), "", ""),
        ("identity", ("ADA@example.com", ROLE), "", "CloudTrail says that you"),
        ("person", (ROLE,), "", "is no person"),
        ("person", ("grace@example.com",), "", ""),
        ("a typing error", (), "", "has not told yet"),
        ("a typing error", (ROLE,), "", "is no person"),
    ],
)
def test_an_approval_counts_when_it_is_known_enough_who_uploaded(
    proof: str, uploaders: tuple[str, ...], author: str, said: str
) -> None:
    """No card, another's name, or a look-alike let nobody approve alone where proof is demanded."""
    release = replace(opened(FakeLedger()), uploaders=uploaders, author=author)
    bar = Policy((ADA, GRACE), uploader_proof=proof).ineligibility(release, ADA)
    assert said in bar
    assert bool(said) == bool(bar)
