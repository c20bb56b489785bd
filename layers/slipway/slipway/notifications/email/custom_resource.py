"""What CloudFormation asks of a custom resource, and the answer that it waits for."""

from __future__ import annotations

from slipway.models import Json

REASON = 1000  # characters; the whole answer may have 4096 bytes


def answer_to(event: Json, physical_id: str, failure: str = "") -> Json:
    """Answer a request: done, or failed for a reason.

    A physical id that changes is a replacement: CloudFormation then deletes what has the old one.
    """
    named = {name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")}
    if failure:
        return {"Status": "FAILED", "Reason": failure[:REASON], "PhysicalResourceId": physical_id, **named}
    return {"Status": "SUCCESS", "PhysicalResourceId": physical_id, **named}
