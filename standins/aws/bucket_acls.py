"""S3 buckets of templates: AccessControl and OwnershipControls, which MiniStack 1.5.33 knows in its API only."""

import re
from collections.abc import Mapping
from typing import Any

from ministack.services import s3
from ministack.services.cloudformation import provisioners

type Created = tuple[str, dict[str, str]]

# They grant nobody anything but the owner, and a bucket whose ACLs are disabled takes them, too.
OWNERS = ("Private", "BucketOwnerRead", "BucketOwnerFullControl")
ENFORCED = "BucketOwnerEnforced"
_handlers = provisioners._RESOURCE_HANDLERS["AWS::S3::Bucket"]
_create, _update = _handlers["create"], _handlers["update"]


def install() -> None:
    """Wrap MiniStack's buckets of templates."""
    provisioners._RESOURCE_HANDLERS["AWS::S3::Bucket"] = {**_handlers, "create": _created, "update": _updated}


def check(properties: Mapping[str, Any]) -> None:
    """Refuse an ACL for others on a bucket whose ACLs are disabled, as those of new buckets are; ValueError."""
    if properties.get("AccessControl", "Private") not in OWNERS and _ownership(properties) == ENFORCED:
        raise ValueError("Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting")


def canned(access_control: str) -> str:
    """The name of a canned ACL as the API spells it: `PublicRead` is `public-read`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", access_control).lower()


def _created(logical_id: str, properties: dict[str, Any], stack_name: str) -> Created:
    check(properties)
    name, attributes = _create(logical_id, properties, stack_name)
    _apply(name, properties)
    return name, attributes


def _updated(physical_id: str, old: dict[str, Any], new: dict[str, Any], stack_name: str) -> Created:
    check(new)
    name, attributes = _update(physical_id, old, new, stack_name)
    _apply(name, new)
    return name, attributes


def _apply(name: str, properties: Mapping[str, Any]) -> None:
    if "OwnershipControls" in properties:
        rule = f"<Rule><ObjectOwnership>{_ownership(properties)}</ObjectOwnership></Rule>"
        s3._put_bucket_ownership_controls(name, f"<OwnershipControls>{rule}</OwnershipControls>".encode())
    access = properties.get("AccessControl", "Private")
    if access in OWNERS:
        return
    status, _, body = s3._put_bucket_acl(name, b"", {"x-amz-acl": canned(access)})
    if status != 200:
        raise ValueError(f"AccessControl {access}: {body.decode(errors='replace')}")


def _ownership(properties: Mapping[str, Any]) -> str:
    rules = properties.get("OwnershipControls", {}).get("Rules") or [{}]
    return str(rules[0].get("ObjectOwnership", ENFORCED))
