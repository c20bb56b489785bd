"""Two calls of AWS that a press in Slack waits for, signed and sent without botocore and urllib3.

Importing boto3 and making two clients takes more processor than everything else until Slack is answered. Both services
speak JSON; what the clients would add (retries of throttled calls, endpoints of FIPS and of isolated partitions) is not
needed here. A call that fails is told to the person who pressed.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from http import HTTPStatus
from urllib.parse import urlsplit

from slipway.adapters.aws_json.sigv4 import Credentials, sign
from slipway.adapters.light_http import FAILURES, post
from slipway.errors import AwsCallFailed
from slipway.models import Json

MAX_AGE = 300  # seconds that a warm function keeps a secret
TIMEOUT = 1.0  # seconds: a second try has to be over before Slack has waited three
CHINA = "aws-cn"


@dataclass(frozen=True, slots=True)
class JsonService:
    """A service of AWS in one region: its endpoint, what X-Amz-Target begins with, and the version of its JSON."""

    name: str
    target: str
    version: str
    region: str
    endpoint: str
    credentials: Credentials

    def call(self, operation: str, body: Json) -> Json:
        """Call an operation, and return what it answers. Raises AwsCallFailed."""
        if not self.credentials.key:  # Lambda sets them
            raise AwsCallFailed("There are no credentials in the environment.")
        target, content = f"{self.target}.{operation}", json.dumps(body).encode()
        try:
            status, answer = self._post(target, content)
        except FAILURES as error:
            raise AwsCallFailed(f"{self.name} {operation} did not answer: {type(error).__name__}") from error
        if status != HTTPStatus.OK:
            raise AwsCallFailed(f"{self.name} {operation} answered {status}: {answer[:300]!r}")
        found: Json = json.loads(answer)
        return found

    def _post(self, target: str, content: bytes) -> tuple[int, bytes]:
        """Return status and body; what failed on the way or within AWS is tried once more."""
        try:
            status, answer = self._post_once(target, content)
        except FAILURES:
            return self._post_once(target, content)
        return self._post_once(target, content) if status >= HTTPStatus.INTERNAL_SERVER_ERROR else (status, answer)

    def _post_once(self, target: str, content: bytes) -> tuple[int, bytes]:
        headers = {
            "Host": urlsplit(self.endpoint).netloc,
            "X-Amz-Target": target,
            "Content-Type": f"application/x-amz-json-{self.version}",
        }
        signed = sign(headers, content, self.credentials, self.region, self.name, datetime.now(UTC))
        return post(self.endpoint, content, signed, TIMEOUT)


def secrets_manager(region: str, partition: str, endpoint: str, credentials: Credentials) -> JsonService:
    """Return Secrets Manager; an `endpoint` takes the place of AWS's own."""
    name = "secretsmanager"
    return JsonService(name, name, "1.1", region, endpoint or _endpoint(name, region, partition), credentials)


def sqs(region: str, partition: str, endpoint: str, credentials: Credentials) -> JsonService:
    """Return SQS; an `endpoint` takes the place of AWS's own."""
    return JsonService("sqs", "AmazonSQS", "1.0", region, endpoint or _endpoint("sqs", region, partition), credentials)


def _endpoint(service: str, region: str, partition: str) -> str:
    return f"https://{service}.{region}.amazonaws.com{'.cn' if partition == CHINA else ''}/"


@dataclass(frozen=True, slots=True)
class Sender:
    """A queue that takes messages for another function."""

    service: JsonService
    url: str

    def send(self, body: str) -> None:
        """Send a message."""
        self.service.call("SendMessage", {"QueueUrl": self.url, "MessageBody": body})


def secret(service: JsonService, arn: str) -> dict[str, str]:
    """Return a secret that is a JSON object of texts; a warm function reads it anew every five minutes."""
    content: dict[str, str] = json.loads(_secret(service, arn, int(time.monotonic() // MAX_AGE)))
    return content


@lru_cache(maxsize=1)
def _secret(service: JsonService, arn: str, _period: int) -> str:
    return str(service.call("GetSecretValue", {"SecretId": arn})["SecretString"])
