"""Objects that are not there: S3 tells that only to who may list the bucket; everybody else is denied."""

# MiniStack is pinned, and has no public door for what is done here.

from collections.abc import Callable
from typing import Any

from ministack.services import s3

from standins.aws import caller


def register() -> None:
    """Ask IAM before a missing object is called missing."""
    s3._get_object, s3._head_object = _checked(s3._get_object), _checked(s3._head_object)


def _checked(read: Callable[..., Any]) -> Callable[..., Any]:
    def checked(bucket: str, key: str, *rest: Any, **named: Any) -> Any:
        answer = read(bucket, key, *rest, **named)
        if answer[0] == 404 and caller.denial("s3:ListBucket", f"arn:aws:s3:::{bucket}", {}):
            return s3._error("AccessDenied", "Access Denied", 403, f"/{bucket}/{key}")
        return answer

    return checked
