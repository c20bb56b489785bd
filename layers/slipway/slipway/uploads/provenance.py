"""Who uploaded: proved by CloudTrail's record of each object, and bound to the releases that those objects became.

In: CloudTrail's events of the model bucket, minutes after an upload. Out: the uploaders of a release, once they are
known of every one of its files. Called by `functions/record_uploader` and by the sweep.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from slipway.models import Json, Release
from slipway.models.email_addresses import address
from slipway.ports import Bucket, Ledger
from slipway.releases.isolation import for_each_isolated

WRITES = ("PutObject", "CompleteMultipartUpload", "CopyObject", "PostObject")
MANIFEST_LIMIT = 16 * 1024**2  # bytes
# Only IAM Identity Center names a session of such a role; whoever assumes another role names the session as they like.
# A role's path is not in its session's ARN: a role of anybody's may have the name, but not the path.
_SSO_SESSION = re.compile(r"arn:aws[a-z-]*:sts::\d{12}:assumed-role/(?P<role>AWSReservedSSO_[^/]+)/(?P<name>[^/]+)")
_SSO_ROLE = re.compile(
    r"arn:aws[a-z-]*:iam::\d{12}:role/aws-reserved/sso\.amazonaws\.com/([a-z0-9-]+/)?(?P<role>[^/]+)"
)


@dataclass(frozen=True, slots=True)
class ObjectUploaded:
    """One version of an object, and who put it there: a person's e-mail address, or the ARN that AWS knows."""

    key: str
    version_id: str
    who: str
    at: datetime


def object_uploaded(event: Json) -> ObjectUploaded | None:
    """Return who wrote which version of an object, by an event of CloudTrail; None if it wrote none."""
    detail = event["detail"]
    key = (detail.get("requestParameters") or {}).get("key", "")
    version = (detail.get("responseElements") or {}).get("x-amz-version-id", "")
    if detail.get("eventName") not in WRITES or detail.get("errorCode") or not key or not version:
        return None
    who = person_or_arn(detail["userIdentity"], event["account"])
    return ObjectUploaded(key, version, who, datetime.fromisoformat(detail["eventTime"]))


def person_or_arn(identity: Json, account: str) -> str:
    """Return the e-mail address of the person in a CloudTrail `userIdentity`, else its ARN, as of a role of many.

    Only an identity of this account is a person's: in another one, anybody may have named a user, or a session, so.
    """
    arn = str(identity.get("arn") or identity.get("principalId") or identity.get("invokedBy") or "unknown")
    named = _signed_in(identity, arn) or (identity.get("userName", "") if identity.get("type") == "IAMUser" else "")
    return (address(named) if identity.get("accountId") == account else "") or arn


def _signed_in(identity: Json, arn: str) -> str:
    """Return who signed in by IAM Identity Center, as the session's name tells; empty for a session of another role."""
    issuer = ((identity.get("sessionContext") or {}).get("sessionIssuer") or {}).get("arn", "")
    session, role = _SSO_SESSION.fullmatch(arn), _SSO_ROLE.fullmatch(issuer)
    return session["name"] if session and role and session["role"] == role["role"] else ""


@dataclass(frozen=True, slots=True)
class Provenance:
    """Keeps who uploaded each object version, and tells releases whose files are all known."""

    ledger: Ledger
    bucket: Bucket

    def record(self, event: Json) -> list[Release]:
        """Store who uploaded the object in an event; return the releases whose uploaders are all known with it."""
        uploaded = object_uploaded(event)
        if uploaded is None:
            return []
        self.ledger.record_uploader(uploaded.key, uploaded.version_id, uploaded.who, uploaded.at)
        return list(self.prove_unfinished(uploaded.key))

    def prove_unfinished(self, key: str = "") -> Iterator[Release]:
        """Store the uploaders of unfinished releases once all are known, and yield these releases.

        With a `key`, only releases that it may belong to are looked at.
        """
        lacking = [
            one for one in self.ledger.unfinished() if not one.uploaders and (not key or key.startswith(one.prefix))
        ]
        return for_each_isolated(lacking, self._prove)

    def _prove(self, release: Release) -> Release | None:
        return self.bind(release, self._versions(release))

    def bind(self, release: Release, versions: list[tuple[str, str]]) -> Release | None:
        """Store who put `versions`, (key, version id), into the bucket once all are known, and return the release.

        None before.
        """
        known = self.ledger.uploaders(versions)
        if not versions or len(known) < len(versions):
            return None
        people = tuple(sorted(set(known.values())))
        return self.ledger.change(release.id, lambda current: replace(current, uploaders=people))

    def _versions(self, release: Release) -> list[tuple[str, str]]:
        """Return the (key, version id) of each file of a release, and of its marker; empty without a manifest (yet).

        Whoever marked an upload for release is one of its uploaders: they may have forced what somebody else made.
        """
        content = self.bucket.text(release.manifest_key, MANIFEST_LIMIT)
        manifest = json.loads(content) if content else {"files": []}
        marker = manifest.get("marker")
        return [(one["key"], one["version_id"]) for one in (*manifest["files"], *([marker] if marker else []))]
