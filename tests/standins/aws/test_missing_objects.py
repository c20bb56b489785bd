"""Whether an object is there is told to who may list its bucket."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

pytestmark = pytest.mark.cloud


@pytest.mark.parametrize(("lists", "code"), [(True, "NoSuchKey"), (False, "AccessDenied")])
def test_a_missing_object_is_told_to_who_may_list_the_bucket(cloud: Any, lists: bool, code: str) -> None:
    """Everybody else is denied, also those who may read it."""
    name = f"missing-{str(lists).lower()}"
    read = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{name}/*"}
    listing = {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": f"arn:aws:s3:::{name}"}
    role = cloud.role(name, {"AWS": "arn:aws:iam::000000000000:root"}, read, *[listing] * lists)
    cloud.client("s3").create_bucket(Bucket=name)
    cloud.client("s3").put_object(Bucket=name, Key="there", Body=b"it is")
    client = cloud.client("s3", *cloud.assume(role))
    assert client.get_object(Bucket=name, Key="there")["Body"].read() == b"it is"
    with pytest.raises(ClientError, match=code):
        client.get_object(Bucket=name, Key="not-there")
