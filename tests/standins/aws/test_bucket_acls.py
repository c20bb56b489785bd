"""AccessControl of a template's bucket."""

import json
import uuid
from typing import Any

import pytest

pytestmark = pytest.mark.cloud
OPEN = {"OwnershipControls": {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}}
PUBLIC = {**OPEN, "PublicAccessBlockConfiguration": {"BlockPublicAcls": False, "IgnorePublicAcls": False}}


def deployed(cloud: Any, **properties: Any) -> tuple[str, list[str]]:
    """Deploy a bucket; its name, and the reasons of the resources that failed."""
    formation, name = cloud.client("cloudformation"), f"acl-{uuid.uuid4().hex[:12]}"
    bucket = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": name, **properties}}
    formation.create_stack(StackName=name, TemplateBody=json.dumps({"Resources": {"Bucket": bucket}}))
    while formation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"].endswith("IN_PROGRESS"):
        pass
    events = formation.describe_stack_events(StackName=name)["StackEvents"]
    return name, [one["ResourceStatusReason"] for one in events if one["ResourceStatus"] == "CREATE_FAILED"]


@pytest.mark.parametrize("access", ["Private", "BucketOwnerFullControl"])
def test_an_acl_for_the_owner_changes_nothing(cloud: Any, access: str) -> None:
    """Old templates have it, and a bucket without ACLs takes it."""
    name, failed = deployed(cloud, AccessControl=access)

    assert not failed
    assert len(cloud.client("s3").get_bucket_acl(Bucket=name)["Grants"]) == 1


def test_an_acl_for_others_needs_a_bucket_with_acls(cloud: Any) -> None:
    """A new bucket's are disabled."""
    _, failed = deployed(cloud, AccessControl="PublicRead")

    assert "BucketOwnerEnforced" in failed[0]


def test_an_acl_for_others_is_set_where_acls_are_enabled(cloud: Any) -> None:
    """And where the bucket does not block public ones."""
    name, failed = deployed(cloud, AccessControl="PublicRead", **PUBLIC)

    assert not failed
    grants = cloud.client("s3").get_bucket_acl(Bucket=name)["Grants"]
    assert ("READ", "Group") in [(one["Permission"], one["Grantee"]["Type"]) for one in grants]
