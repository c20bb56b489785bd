"""CloudFormation: the response to a custom resource's request."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus

import urllib3

from slipway.errors import NotAnswered
from slipway.models import Json

TIMEOUT = 5.0  # seconds
MAX_REASON = 1000  # characters; the whole response may have 4096 bytes
# A stack whose response is lost waits until its ServiceTimeout.
RETRIES = urllib3.Retry(4, allowed_methods=["PUT"], status_forcelist=[500, 502, 503, 504], backoff_factor=0.5)


def response_to(event: Json, physical_id: str, failure: str = "", data: Mapping[str, str] | None = None) -> Json:
    """Return the response to a request: success, or failure with a reason.

    `data` are the resource's attributes. A physical id that changes is a replacement: CloudFormation then deletes the
    resource with the old one.
    """
    request = {name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")}
    if failure:
        return {"Status": "FAILED", "Reason": failure[:MAX_REASON], "PhysicalResourceId": physical_id, **request}
    return {"Status": "SUCCESS", "PhysicalResourceId": physical_id, **request, **({"Data": data} if data else {})}


def respond(url: str, response: Json) -> None:
    """Put a response at the URL from a custom resource's request; raises NotAnswered."""
    # The address is signed for an empty content type.
    body, headers = json.dumps(response).encode(), {"Content-Type": ""}
    try:
        answer = urllib3.request("PUT", url, body=body, headers=headers, timeout=TIMEOUT, retries=RETRIES)
    except urllib3.exceptions.HTTPError as error:
        # The error's own text has the address, and whoever knows that could respond.
        raise NotAnswered(f"CloudFormation could not be answered ({type(error).__name__}).") from None
    if answer.status >= HTTPStatus.MULTIPLE_CHOICES:
        raise NotAnswered(f"CloudFormation did not take the answer: HTTP {answer.status}.")
