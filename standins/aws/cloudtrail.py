"""CloudTrail: S3's data events of the buckets that trails select, told to EventBridge some time after the call.

MiniStack keeps trails and their selectors; the CloudFormation type, and the events, are ours.
"""

# MiniStack is pinned, and has no public door for what is done here.

import contextvars
import json
import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from ministack.services import cloudtrail, iam, s3
from ministack.services.cloudformation import provisioners

from standins.aws import events, registry
from standins.aws.iam import role_name
from standins.aws.undocumented import seconds
from standins.folders import folders

type Properties = Mapping[str, Any]

CALLS = {"Put": "PutObject", "Copy": "CopyObject", "CompleteMultipartUpload": "CompleteMultipartUpload"}
KNOWN = {"TrailName", "S3BucketName", "IsLogging", "EnableLogFileValidation", "EventSelectors"}
# AWS says that most events are delivered within about five minutes. Here it takes seconds, never the same; while the
# run has a file of this name they are late, as they may be by a quarter of an hour.
SOONEST, LATEST = 1.0, 6.0
HELD = "cloudtrail-is-late"
_fire = s3._fire_s3_event_async


def register() -> None:
    """Let stacks make trails, and tell EventBridge of what they select."""
    handlers = {"create": _create, "update": _update, "delete": _delete}
    provisioners._RESOURCE_HANDLERS["AWS::CloudTrail::Trail"] = handlers
    s3._fire_s3_event_async = _fire_and_record


def _create(logical_id: str, properties: Properties, stack_name: str) -> tuple[str, dict[str, str]]:
    if unknown := set(properties) - KNOWN:
        raise ValueError(f"AWS::CloudTrail::Trail {', '.join(sorted(unknown))} is not emulated by the local AWS")
    name = properties.get("TrailName") or registry.physical_name(stack_name, logical_id, 128)
    validated = str(properties.get("EnableLogFileValidation", "false")).lower() == "true"
    trail = {"Name": name, "S3BucketName": properties["S3BucketName"], "EnableLogFileValidation": validated}
    arn = _done(cloudtrail._create_trail(trail))["TrailARN"]
    _configure(name, properties)
    return name, {"Arn": arn}


def _update(physical_id: str, _old: Properties, new: Properties, _stack_name: str) -> tuple[str, dict[str, str]]:
    _configure(physical_id, new)
    return physical_id, {"Arn": cloudtrail._trail_arn(physical_id)}


def _delete(physical_id: str, _properties: Properties) -> None:
    cloudtrail._delete_trail({"Name": physical_id})


def _configure(name: str, properties: Properties) -> None:
    if selectors := properties.get("EventSelectors"):
        _done(cloudtrail._put_event_selectors({"TrailName": name, "EventSelectors": selectors}))
    logging = str(properties["IsLogging"]).lower() == "true"
    _done((cloudtrail._start_logging if logging else cloudtrail._stop_logging)({"Name": name}))


def _done(answer: tuple[int, Any, Any]) -> dict[str, Any]:
    status, _, body = answer
    if status >= 400:
        raise ValueError(body.decode() if isinstance(body, bytes) else str(body))
    return dict(json.loads(body))


def _fire_and_record(bucket: str, key: str, event: str, *rest: Any, **named: Any) -> None:
    _fire(bucket, key, event, *rest, **named)
    call = CALLS.get(event.rpartition(":")[2])
    if call and event.startswith("s3:ObjectCreated:") and _selected(f"arn:aws:s3:::{bucket}/{key}"):
        detail = _record(call, bucket, key, named.get("version_id"))
        here = contextvars.copy_context()
        later = threading.Timer(seconds(SOONEST, LATEST), here.run, (_publish, detail))
        later.daemon = True
        later.start()


def _publish(detail: Mapping[str, Any]) -> None:
    while (folders().run / HELD).exists():
        time.sleep(0.2)
    events.publish("aws.s3", "AWS API Call via CloudTrail", [], detail)


def _selected(arn: str) -> bool:
    return any(arn.startswith(prefix) for prefix in _prefixes())


def _prefixes() -> Iterator[str]:
    """Yield the ARNs with which the objects begin whose writes are logged."""
    for name, trail in cloudtrail._trails.items_scoped(registry.account(), registry.region()):
        selectors = cloudtrail._event_selectors.get_scoped(registry.account(), registry.region(), name, [])
        for selector in selectors if trail["IsLogging"] else []:
            if selector.get("ReadWriteType", "All") in ("All", "WriteOnly"):
                resources = selector.get("DataResources", [])
                yield from (value for one in resources if one["Type"] == "AWS::S3::Object" for value in one["Values"])


def _record(call: str, bucket: str, key: str, version: str | None) -> dict[str, Any]:
    now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    arn, account = f"arn:aws:s3:::{bucket}", registry.account()
    return {
        "eventVersion": "1.11",
        "userIdentity": _identity(now),
        "eventTime": now,
        "eventSource": "s3.amazonaws.com",
        "eventName": call,
        "awsRegion": registry.region(),
        "sourceIPAddress": "127.0.0.1",
        "userAgent": "[local]",
        "requestParameters": {"bucketName": bucket, "Host": f"{bucket}.s3.amazonaws.com", "key": key},
        "responseElements": {"x-amz-server-side-encryption": "AES256"}
        | ({"x-amz-version-id": version} if version else {}),
        "additionalEventData": {"SignatureVersion": "SigV4", "AuthenticationMethod": "AuthHeader"},
        "requestID": uuid.uuid4().hex[:16].upper(),
        "eventID": str(uuid.uuid4()),
        "readOnly": False,
        "resources": [
            {"type": "AWS::S3::Object", "ARN": f"{arn}/{key}"},
            {"accountId": account, "type": "AWS::S3::Bucket", "ARN": arn},
        ],
        "eventType": "AwsApiCall",
        "managementEvent": False,
        "recipientAccountId": account,
        "eventCategory": "Data",
    }


def _identity(now: str) -> dict[str, Any]:
    """Describe the caller of the current request: a role's session names its role, with the path that AWS gave it."""
    arn, account = registry.caller(), registry.account()
    name = arn.rpartition("/")[2]
    if role := iam._roles.get_scoped(account, None, role_name(arn)):
        issuer = {"type": "Role", "principalId": role["RoleId"], "arn": role["Arn"], "accountId": account}
        context = {
            "sessionIssuer": issuer | {"userName": role["RoleName"]},
            "attributes": {"creationDate": now, "mfaAuthenticated": "false"},
        }
        session = {"type": "AssumedRole", "principalId": f"{role['RoleId']}:{name}", "sessionContext": context}
        return session | {"arn": arn, "accountId": account}
    if ":user/" in arn:
        return {"type": "IAMUser", "principalId": name, "arn": arn, "accountId": account, "userName": name}
    return {"type": "Root", "principalId": account, "arn": arn, "accountId": account}
