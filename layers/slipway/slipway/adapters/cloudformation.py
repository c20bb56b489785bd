"""CloudFormation: the answer of a custom resource."""

from __future__ import annotations

import json

import urllib3

from slipway.errors import NotAnswered
from slipway.models import Json

TIMEOUT = 5.0  # seconds
# A stack whose answer is lost waits until its ServiceTimeout.
RETRIES = urllib3.Retry(4, allowed_methods=["PUT"], status_forcelist=[500, 502, 503, 504], backoff_factor=0.5)


def answer(url: str, said: Json) -> None:
    """Put an answer where CloudFormation looks for it; the address is signed for an empty content type."""
    body, headers = json.dumps(said).encode(), {"Content-Type": ""}
    try:
        taken = urllib3.request("PUT", url, body=body, headers=headers, timeout=TIMEOUT, retries=RETRIES)
    except urllib3.exceptions.HTTPError as error:
        # The error's own text has the address, and whoever knows that could answer.
        raise NotAnswered(f"CloudFormation could not be answered ({type(error).__name__}).") from None
    if taken.status >= 300:
        raise NotAnswered(f"CloudFormation did not take the answer: HTTP {taken.status}.")
